"""Commands on actions that follow from resolutions."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from domain.council.vocabulary import ActionOutcome
from domain.kernel.command import Command
from domain.kernel.text import Slug, Text
from domain.kernel.vocabulary import LanguageFile

Evidence = Annotated[tuple[LanguageFile, ...], msgspec.Meta(max_length=20)]


class AssignAction(Command, frozen=True, kw_only=True):
    """Say who does what until when because of a resolution: an institution by slug, or an organisation."""

    resolution_id: UUID
    what: Text
    institution: Slug | None = None
    organisation_id: UUID | None = None
    due: date


class SubmitActionEvidence(Command, frozen=True, kw_only=True):
    """Show what was done. A member of the Council names it by `council_id`, to show that they sit for who does it."""

    council_id: UUID | None = None
    note: Text
    files: Evidence = ()


class CloseAction(Command, frozen=True, kw_only=True):
    """Say that it was done, by its evidence, or that nobody does it any more."""

    outcome: ActionOutcome
    note: Text


class NoteActionOverdue(Command, frozen=True, kw_only=True):
    """Say that the day is over and the action is not closed; sent by the clock."""
