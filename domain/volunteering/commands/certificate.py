"""Commands on certificates of volunteering."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import Line
from domain.kernel.vocabulary import DecisionNo


class RevocationGround(StrEnum):
    """Why a certificate counts no more; an open word, so it tells nothing more of the person."""

    ISSUED_IN_ERROR = "issued_in_error"
    HOURS_CORRECTED = "hours_corrected"
    FALSE_STATEMENT = "false_statement"
    ASKED_BY_HOLDER = "asked_by_holder"


class IssueVolunteerCertificate(Command, frozen=True, kw_only=True):
    """Certify the confirmed hours of a volunteer under agreements, by a programme; the name is sealed.

    A certificate of the same agreements that is still valid is superseded.
    """

    person_id: UUID
    holder: Line
    programme_id: UUID
    agreement_ids: Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=20)]


class RevokeVolunteerCertificate(Command, frozen=True, kw_only=True):
    """Decide that a certificate counts no more."""

    decision_no: DecisionNo
    ground: RevocationGround


class SupersedeVolunteerCertificate(Command, frozen=True, kw_only=True):
    """Say that another certificate has taken the place of this one; sent by the clock."""

    by: UUID
