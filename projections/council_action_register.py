"""The register of actions: who does what until when because of a resolution, and what shows that it was done."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council.events import action as e
from domain.council.vocabulary import ActionStage
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import LanguageFile
from projections.read_model import ReadModel, Stored, folds


class ActionEvidence(msgspec.Struct, frozen=True):
    """What was shown, and when."""

    note: Text
    files: tuple[LanguageFile, ...]
    at: datetime


class CouncilActionRow(msgspec.Struct, frozen=True):
    """An action, due until the end of the day `due`. `state` is assigned, evidenced, fulfilled or dropped.

    An institution is responsible, by its slug, or an organisation. `overdue_since` is when the clock said so.
    """

    tenant_id: int
    action_id: UUID
    resolution_id: UUID
    resolution_number: str
    state: str
    version: int
    what: Text
    due: date
    assigned_at: datetime
    changed_at: datetime
    institution: str | None = None
    organisation_id: UUID | None = None
    organisation_name: Title | None = None
    overdue_since: datetime | None = None
    evidence: tuple[ActionEvidence, ...] = ()
    closed_at: datetime | None = None
    closing_note: Text | None = None
    late: bool = False


Row = CouncilActionRow


class CouncilActionRegister(ReadModel[CouncilActionRow]):
    """Folds actions, in the national log."""

    name = "council_action_register"
    table = "council_action_register"
    row = CouncilActionRow
    key = ("action_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.ActionAssigned, begins=True)
    def assigned(self, _row: None, event: Stored, told: e.ActionAssigned) -> Row:
        """A new action."""
        return Row(
            tenant_id=event.tenant_id,
            action_id=event.stream_id,
            resolution_id=told.resolution_id,
            resolution_number=told.resolution_number,
            state=ActionStage.ASSIGNED.value,
            version=event.version,
            what=told.what,
            due=told.due,
            assigned_at=event.occurred_at,
            changed_at=event.occurred_at,
            institution=told.institution,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name,
        )

    @folds(e.ActionEvidenceSubmitted)
    def evidenced(self, row: Row, event: Stored, told: e.ActionEvidenceSubmitted) -> Row:
        """Something was shown."""
        shown = ActionEvidence(told.note, told.files, event.occurred_at)
        return replace(row, state=ActionStage.EVIDENCED.value, evidence=(*row.evidence, shown))

    @folds(e.ActionFellOverdue)
    def fell_overdue(self, row: Row, event: Stored, _told: e.ActionFellOverdue) -> Row:
        """Its day is over."""
        return replace(row, overdue_since=event.occurred_at)

    @folds(e.ActionClosed)
    def closed(self, row: Row, event: Stored, told: e.ActionClosed) -> Row:
        """Done, or dropped."""
        return replace(
            row, state=told.outcome.value, closed_at=event.occurred_at, closing_note=told.note, late=told.late
        )
