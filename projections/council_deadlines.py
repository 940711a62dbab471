"""Deadlines of the Council: the notice of its meetings, their minutes, and actions, on which the clock acts."""

from domain.council.commands.action import NoteActionOverdue
from domain.council.events import action as a
from domain.council.events import meeting as e
from domain.kernel.deadline import end_of
from projections.consultation_deadlines import NOTICE
from projections.deadline_rows import DeadlineRow, of_stream, set_deadline, settle_deadline
from projections.read_model import Stored, folds

Row = DeadlineRow
MINUTES, ACTION = "council_minutes", "council_action"


class CouncilDeadlines:
    """Kinds `notice`, `council_minutes` and `council_action`."""

    @folds(e.MeetingCalled, keys=of_stream(NOTICE), begins=True)
    def council_called(self, _row: None, event: Stored, told: e.MeetingCalled) -> Row | None:
        """The notice that was given: met from the start, or calling would have been refused."""
        if told.notice is None:
            return None
        row = set_deadline(event, NOTICE, told.notice.due_at, told.notice)
        return settle_deadline(row, event, "missed" if told.begins_at < told.notice.due_at else "met")

    @folds(e.MeetingCalledOff, keys=of_stream(NOTICE))
    def council_called_off(self, row: Row, event: Stored, _told: e.MeetingCalledOff) -> Row:
        """No meeting, no notice."""
        return settle_deadline(row, event, "cancelled")

    @folds(e.MeetingAdjourned, e.MeetingClosed, keys=of_stream(MINUTES), begins=True)
    def council_met(self, _row: None, event: Stored, told: e.MeetingAdjourned | e.MeetingClosed) -> Row:
        """Its minutes are due."""
        return set_deadline(event, MINUTES, told.minutes_by.due_at, told.minutes_by)

    @folds(e.MinutesAdopted, keys=of_stream(MINUTES))
    def council_minuted(self, row: Row, event: Stored, told: e.MinutesAdopted) -> Row:
        """In time or late."""
        return settle_deadline(row, event, "missed" if told.late else "met")

    @folds(a.ActionAssigned, keys=of_stream(ACTION), begins=True)
    def council_assigned(self, _row: None, event: Stored, told: a.ActionAssigned) -> Row:
        """Due at the end of its day, when the clock looks whether it is closed."""
        return set_deadline(event, ACTION, end_of(told.due), None, action=NoteActionOverdue)

    @folds(a.ActionFellOverdue, keys=of_stream(ACTION))
    def council_overdue(self, row: Row, event: Stored, _told: a.ActionFellOverdue) -> Row:
        """Its day is over."""
        return settle_deadline(row, event, "missed")

    @folds(a.ActionClosed, keys=of_stream(ACTION))
    def council_acted(self, row: Row, event: Stored, told: a.ActionClosed) -> Row:
        """Closed in time, unless the clock was first."""
        if row.state != "pending":
            return row
        return settle_deadline(row, event, "missed" if told.late else "met")
