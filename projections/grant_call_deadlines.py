"""Deadlines of calls for grants: the end of the time to apply, and of the time to complain about the ranking."""

from domain.grants.commands.grant_call import CloseCall
from domain.grants.events import grant_call as e
from domain.grants.events import ranking as r
from projections.deadline_rows import DeadlineRow, move_deadline, of_stream, set_deadline, settle_deadline
from projections.read_model import Stored, folds

Row = DeadlineRow
CALL, COMPLAINTS = "call", "complaints"


class GrantCallDeadlines:
    """Kinds `call`, which the clock closes, and `complaints`."""

    @folds(e.CallPublished, keys=of_stream(CALL), begins=True)
    def call_published(self, _row: Row | None, event: Stored, told: e.CallPublished) -> Row:
        """Applications are taken until then."""
        return set_deadline(event, CALL, told.closes_at, told.deadline, action=CloseCall)

    @folds(e.CallDeadlineMoved, keys=of_stream(CALL))
    def call_moved(self, row: Row, event: Stored, told: e.CallDeadlineMoved) -> Row:
        """The calendar changed under it."""
        return move_deadline(row, event, told.deadline.due_at, told.deadline)

    @folds(e.CallClosed, keys=of_stream(CALL))
    def call_closed(self, row: Row, event: Stored, _told: e.CallClosed) -> Row:
        """Kept."""
        return settle_deadline(row, event, "met")

    @folds(e.CallCancelled, e.CallVoided, keys=of_stream(CALL, COMPLAINTS))
    def call_ended(self, row: Row, event: Stored, _told: e.CallCancelled | e.CallVoided) -> Row:
        """Nothing is due any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row

    @folds(r.ProvisionalRankingPublished, keys=of_stream(COMPLAINTS), begins=True)
    def ranked(self, _row: Row | None, event: Stored, told: r.ProvisionalRankingPublished) -> Row:
        """Applicants may complain until then."""
        return set_deadline(event, COMPLAINTS, told.complaints_until.due_at, told.complaints_until)

    @folds(r.FinalRankingPublished, keys=of_stream(COMPLAINTS))
    def ranking_stands(self, row: Row, event: Stored, _told: r.FinalRankingPublished) -> Row:
        """The time was kept."""
        return settle_deadline(row, event, "met")
