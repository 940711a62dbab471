"""Deadlines between a call and its awards: to complete an application, to decide a complaint."""

from domain.grants.events import application as a
from domain.grants.events import complaint as c
from projections.deadline_rows import DeadlineRow, of_stream, set_deadline, settle_deadline
from projections.read_model import Stored, folds

Row = DeadlineRow
COMPLETION, DECISION = "completion", "complaint_decision"


class GrantAwardingDeadlines:
    """Kinds `completion` of an application and `complaint_decision` of a complaint."""

    @folds(a.CompletionRequested, keys=of_stream(COMPLETION), begins=True)
    def completion_requested(self, _row: Row | None, event: Stored, told: a.CompletionRequested) -> Row:
        """Something is missing, and may come until then."""
        return set_deadline(event, COMPLETION, told.deadline.due_at, told.deadline)

    @folds(a.ApplicationCompleted, keys=of_stream(COMPLETION))
    def completed(self, row: Row, event: Stored, _told: a.ApplicationCompleted) -> Row:
        """It came."""
        return settle_deadline(row, event, "met")

    @folds(a.ApplicationChecked, keys=of_stream(COMPLETION))
    def checked(self, row: Row, event: Stored, _told: a.ApplicationChecked) -> Row:
        """Nothing came: the check waits for the deadline."""
        return settle_deadline(row, event, "missed") if row.state == "pending" else row

    @folds(a.ApplicationWithdrawn, keys=of_stream(COMPLETION))
    def application_withdrawn(self, row: Row, event: Stored, _told: a.ApplicationWithdrawn) -> Row:
        """Nothing is missing any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row

    @folds(c.ComplaintFiled, keys=of_stream(DECISION), begins=True)
    def complained(self, _row: Row | None, event: Stored, told: c.ComplaintFiled) -> Row:
        """To be decided by then."""
        return set_deadline(event, DECISION, told.decide_by.due_at, told.decide_by)

    @folds(c.ComplaintDismissed, c.ComplaintDecided, keys=of_stream(DECISION))
    def complaint_settled(self, row: Row, event: Stored, _told: c.ComplaintDismissed | c.ComplaintDecided) -> Row:
        """In time or late."""
        return settle_deadline(row, event, "missed" if event.occurred_at >= row.due_at else "met")
