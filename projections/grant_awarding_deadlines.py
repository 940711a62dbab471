"""Deadlines between a call and its awards: to complete an application, to decide a complaint."""

from collections.abc import Iterable
from typing import Any

from domain.grants.events import application as a
from domain.grants.events import complaint as c
from projections.deadline_rows import DeadlineRow, deadline_id, set_deadline, settle_deadline
from projections.read_model import Key, Stored, folds

Row = DeadlineRow
COMPLETION, DECISION = "completion", "complaint_decision"


def _completion(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, COMPLETION),),)


def _decision(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, DECISION),),)


class GrantAwardingDeadlines:
    """Kinds `completion` of an application and `complaint_decision` of a complaint."""

    @folds(a.CompletionRequested, keys=_completion, begins=True)
    def completion_requested(self, _row: Row | None, event: Stored, told: a.CompletionRequested) -> Row:
        """Something is missing, and may come until then."""
        return set_deadline(event, COMPLETION, told.deadline.due_at, told.deadline)

    @folds(a.ApplicationCompleted, keys=_completion)
    def completed(self, row: Row, event: Stored, _told: a.ApplicationCompleted) -> Row:
        """It came."""
        return settle_deadline(row, event, "met")

    @folds(a.ApplicationChecked, keys=_completion)
    def checked(self, row: Row, event: Stored, _told: a.ApplicationChecked) -> Row:
        """Nothing came: the check waits for the deadline."""
        return settle_deadline(row, event, "missed") if row.state == "pending" else row

    @folds(a.ApplicationWithdrawn, keys=_completion)
    def application_withdrawn(self, row: Row, event: Stored, _told: a.ApplicationWithdrawn) -> Row:
        """Nothing is missing any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row

    @folds(c.ComplaintFiled, keys=_decision, begins=True)
    def complained(self, _row: Row | None, event: Stored, told: c.ComplaintFiled) -> Row:
        """To be decided by then."""
        return set_deadline(event, DECISION, told.decide_by.due_at, told.decide_by)

    @folds(c.ComplaintDismissed, c.ComplaintDecided, keys=_decision)
    def complaint_settled(self, row: Row, event: Stored, _told: c.ComplaintDismissed | c.ComplaintDecided) -> Row:
        """In time or late."""
        return settle_deadline(row, event, "missed" if event.occurred_at >= row.due_at else "met")
