"""The register of complaints against rankings and checks: one row each."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.grants.events import complaint as e
from domain.grants.vocabulary import ComplaintStage, ComplaintSubject
from domain.kernel.text import Prose, Text
from projections.read_model import ReadModel, Stored, folds


class GrantComplaintRow(msgspec.Struct, frozen=True):
    """A complaint; `decide_by` is UTC and exclusive, `rank` that of the provisional ranking, 0 where there is none."""

    tenant_id: int
    complaint_id: UUID
    call_id: UUID
    application_id: UUID
    organisation_id: UUID
    state: str
    version: int
    rank: int
    grounds: Prose
    filed_at: datetime
    changed_at: datetime
    decide_by: datetime
    decision: str = ""
    reason: Text | None = None
    decided_at: datetime | None = None
    late: bool = False
    subject: str = ComplaintSubject.RANKING


Row = GrantComplaintRow


class GrantComplaintRegister(ReadModel[GrantComplaintRow]):
    """Folds complaints."""

    name = "grant_complaint_register"
    table = "grant_complaint_register"
    row = GrantComplaintRow
    key = ("complaint_id",)
    version = 2
    kept = True

    @folds(e.ComplaintFiled, begins=True)
    def filed(self, _row: None, event: Stored, told: e.ComplaintFiled) -> Row:
        """A new complaint."""
        return Row(
            tenant_id=event.tenant_id,
            complaint_id=event.stream_id,
            call_id=told.call_id,
            application_id=told.application_id,
            organisation_id=told.organisation_id,
            state=ComplaintStage.FILED,
            version=event.version,
            rank=told.rank,
            grounds=told.grounds,
            filed_at=event.occurred_at,
            changed_at=event.occurred_at,
            decide_by=told.decide_by.due_at,
            subject=told.subject,
        )

    @folds(e.ComplaintAdmitted)
    def admitted(self, row: Row, _event: Stored, _told: e.ComplaintAdmitted) -> Row:
        """Looked into."""
        return replace(row, state=ComplaintStage.ADMITTED)

    @folds(e.ComplaintDismissed)
    def dismissed(self, row: Row, event: Stored, told: e.ComplaintDismissed) -> Row:
        """Not looked into."""
        return replace(row, state=ComplaintStage.INADMISSIBLE, reason=told.reason, decided_at=event.occurred_at)

    @folds(e.ComplaintDecided)
    def decided(self, row: Row, event: Stored, told: e.ComplaintDecided) -> Row:
        """Decided."""
        return replace(
            row,
            state=ComplaintStage.DECIDED,
            decision=told.decision,
            reason=told.reason,
            decided_at=event.occurred_at,
            late=told.late,
        )
