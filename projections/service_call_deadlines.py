"""Deadlines between a call for a service and its award: to bid, to open bids, to wait, to decide a complaint."""

from domain.contracts.call_window import OPENING as OPENING_RULE
from domain.contracts.commands.call import BeginQualification, CloseServiceCall
from domain.contracts.events import call as e
from domain.contracts.events import complaint as q
from projections.deadline_rows import (
    DeadlineRow,
    deadline_id,
    move_deadline,
    of_stream,
    set_deadline,
    settle_deadline,
)
from projections.read_model import Key, Stored, folds

Row = DeadlineRow
CALL, OPENING = "service_call", "bid_opening"
STANDSTILL, DECISION = "standstill", "service_complaint_decision"


def _moved(event: Stored, told: e.CallDeadlineMoved) -> list[Key]:
    return [(deadline_id(event.stream_id, OPENING if told.deadline.rule == OPENING_RULE else CALL),)]


class ServiceCallDeadlines:
    """Kinds `service_call` and `bid_opening`, which the clock ends, `standstill`, and `service_complaint_decision`."""

    @folds(e.CallPublished, keys=of_stream(CALL), begins=True)
    def service_call_published(self, _row: Row | None, event: Stored, told: e.CallPublished) -> Row:
        """Bids are taken until then."""
        return set_deadline(event, CALL, told.closes_at, told.deadline, action=CloseServiceCall)

    @folds(e.CallDeadlineMoved, keys=_moved)
    def service_call_moved(self, row: Row, event: Stored, told: e.CallDeadlineMoved) -> Row:
        """The calendar changed under it."""
        return move_deadline(row, event, told.deadline.due_at, told.deadline)

    @folds(e.CallClosed, keys=of_stream(CALL, OPENING), begins=True)
    def service_call_closed(self, row: Row | None, event: Stored, told: e.CallClosed) -> Row:
        """Kept; and bids are opened until then."""
        if row is not None:
            return settle_deadline(row, event, "met")
        return set_deadline(event, OPENING, told.opening.due_at, told.opening, action=BeginQualification)

    @folds(e.QualificationBegun, keys=of_stream(OPENING))
    def bids_opened(self, row: Row, event: Stored, _told: e.QualificationBegun) -> Row:
        """Every bid is opened, or out."""
        return settle_deadline(row, event, "met")

    @folds(e.AwardProposed, keys=of_stream(STANDSTILL), begins=True)
    def award_proposed(self, row: Row | None, event: Stored, told: e.AwardProposed) -> Row:
        """Nothing is awarded before; anew with every proposal."""
        if row is None:
            return set_deadline(event, STANDSTILL, told.standstill.due_at, told.standstill)
        return move_deadline(row, event, told.standstill.due_at, told.standstill)

    @folds(e.AwardConfirmed, keys=of_stream(STANDSTILL))
    def award_confirmed(self, row: Row, event: Stored, _told: e.AwardConfirmed) -> Row:
        """It was kept."""
        return settle_deadline(row, event, "met")

    @folds(e.AwardSetAside, keys=of_stream(STANDSTILL))
    def award_set_aside(self, row: Row, event: Stored, _told: e.AwardSetAside) -> Row:
        """There is no award to wait for."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row

    @folds(e.CallCancelled, e.CallUnsuccessful, keys=of_stream(CALL, OPENING, STANDSTILL))
    def service_call_ended(self, row: Row, event: Stored, _told: e.CallCancelled | e.CallUnsuccessful) -> Row:
        """Nothing is due any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row

    @folds(q.ServiceComplaintFiled, keys=of_stream(DECISION), begins=True)
    def award_contested(self, _row: Row | None, event: Stored, told: q.ServiceComplaintFiled) -> Row:
        """To be decided by then."""
        return set_deadline(event, DECISION, told.decide_by.due_at, told.decide_by)

    @folds(q.ServiceComplaintDismissed, q.ServiceComplaintDecided, keys=of_stream(DECISION))
    def contest_settled(
        self, row: Row, event: Stored, _told: q.ServiceComplaintDismissed | q.ServiceComplaintDecided
    ) -> Row:
        """In time or late."""
        return settle_deadline(row, event, "missed" if event.occurred_at >= row.due_at else "met")
