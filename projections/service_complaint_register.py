"""The register of complaints against proposed awards: one row each."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.contracts.events import complaint as e
from domain.contracts.vocabulary import ComplaintStage
from domain.kernel.text import Prose, Text
from projections.read_model import ReadModel, Stored, folds


class ServiceComplaintRow(msgspec.Struct, frozen=True):
    """A complaint of the organisation of `bid_id` about `contested_id`; `decide_by` is UTC and exclusive.

    `proposal` is the number of the proposed award.
    """

    tenant_id: int
    complaint_id: UUID
    call_id: UUID
    bid_id: UUID
    contested_id: UUID
    organisation_id: UUID
    state: str
    version: int
    proposal: int
    grounds: Prose
    filed_at: datetime
    changed_at: datetime
    decide_by: datetime
    decision: str = ""
    reason: Text | None = None
    decided_at: datetime | None = None
    late: bool = False


Row = ServiceComplaintRow


class ServiceComplaintRegister(ReadModel[ServiceComplaintRow]):
    """Folds complaints."""

    name = "service_complaint_register"
    table = "service_complaint_register"
    row = ServiceComplaintRow
    key = ("complaint_id",)
    kept = True

    @folds(e.ServiceComplaintFiled, begins=True)
    def filed(self, _row: None, event: Stored, told: e.ServiceComplaintFiled) -> Row:
        """A new complaint."""
        return Row(
            tenant_id=event.tenant_id,
            complaint_id=event.stream_id,
            call_id=told.call_id,
            bid_id=told.bid_id,
            contested_id=told.contested_id,
            organisation_id=told.organisation_id,
            state=ComplaintStage.FILED,
            version=event.version,
            proposal=told.proposal,
            grounds=told.grounds,
            filed_at=event.occurred_at,
            changed_at=event.occurred_at,
            decide_by=told.decide_by.due_at,
        )

    @folds(e.ServiceComplaintAdmitted)
    def admitted(self, row: Row, _event: Stored, _told: e.ServiceComplaintAdmitted) -> Row:
        """Looked into."""
        return replace(row, state=ComplaintStage.ADMITTED)

    @folds(e.ServiceComplaintDismissed)
    def dismissed(self, row: Row, event: Stored, told: e.ServiceComplaintDismissed) -> Row:
        """Not looked into."""
        return replace(row, state=ComplaintStage.INADMISSIBLE, reason=told.reason, decided_at=event.occurred_at)

    @folds(e.ServiceComplaintDecided)
    def decided(self, row: Row, event: Stored, told: e.ServiceComplaintDecided) -> Row:
        """Decided."""
        return replace(
            row,
            state=ComplaintStage.DECIDED,
            decision=told.decision,
            reason=told.reason,
            decided_at=event.occurred_at,
            late=told.late,
        )
