"""Commands on the erasure of a person's data."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import Line

Number = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]


class Ground(StrEnum):
    """Why the data goes: the grounds of GDPR Article 17(1), which Law No. 06/L-082 takes over."""

    NO_LONGER_NECESSARY = "no_longer_necessary"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OBJECTION = "objection"
    UNLAWFUL_PROCESSING = "unlawful_processing"
    LEGAL_OBLIGATION = "legal_obligation"


class EraseSubject(Command, frozen=True):
    """Make everything that is sealed about a person in this institution unreadable, for ever.

    For oneself anybody may ask it; for others a mandate is needed. `legal_basis` names the act or decision, never a
    person: it stands in the log for ever. Without it the law on personal data itself is named.
    """

    subject_id: UUID
    ground: Ground
    legal_basis: Line | None = None


class RecordExport(Command, frozen=True):
    """Put on record that a person took away everything held about them here; sent in the person's name."""


class CompleteErasure(Command, frozen=True):
    """Record that the key is gone: `values` sealed values and `files` became unreadable; sent by the clock."""

    values: Number
    files: Number


class RestoreErasure(Command, frozen=True):
    """Record an erasure again that a restored log has lost, as the register of erasures tells; sent by the clock."""

    subject_id: UUID
    ground: Ground
    legal_basis: Line
    erased_at: Annotated[datetime, msgspec.Meta(tz=True)]
