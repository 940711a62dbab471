"""Deadlines of consultations: their windows, their reports, the notice of their meetings."""

from collections.abc import Iterable
from typing import Any

from domain.consultations import events as e
from domain.consultations.commands import CloseConsultation
from projections.deadline_rows import DeadlineRow, deadline_id, move_deadline, of_stream, set_deadline, settle_deadline
from projections.read_model import Key, Stored, folds

Row = DeadlineRow
WINDOW, REPORT, NOTICE = "window", "report", "notice"


def _meeting(event: Stored, told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, NOTICE, told.meeting_id),),)


class ConsultationDeadlines:
    """Kinds `window` (which the clock closes), `report` and, for each meeting, `notice`."""

    @folds(e.ConsultationOpened, keys=of_stream(WINDOW), begins=True)
    def opened(self, _row: Row | None, event: Stored, told: e.ConsultationOpened) -> Row:
        """A window that the clock closes."""
        return set_deadline(event, WINDOW, told.closes_at, told.deadline, action=CloseConsultation)

    @folds(e.ConsultationExtended, e.ConsultationRestarted, keys=of_stream(WINDOW))
    def prolonged(self, row: Row, event: Stored, told: e.ConsultationExtended | e.ConsultationRestarted) -> Row:
        """A later end."""
        return move_deadline(row, event, told.closes_at, told.deadline)

    @folds(e.DeadlineMoved, keys=of_stream(WINDOW, REPORT))
    def moved(self, row: Row, event: Stored, told: e.DeadlineMoved) -> Row:
        """The calendar changed under one of them."""
        return move_deadline(row, event, told.deadline.due_at, told.deadline) if row.kind == told.kind else row

    @folds(e.ConsultationClosed, keys=of_stream(WINDOW, REPORT), begins=True)
    def closed(self, row: Row | None, event: Stored, told: e.ConsultationClosed) -> Row | None:
        """The window was kept; the report's time begins."""
        if row is not None:
            return settle_deadline(row, event, "met")
        return None if told.report_due is None else set_deadline(event, REPORT, told.report_due.due_at, told.report_due)

    @folds(e.ReportPublished, keys=of_stream(REPORT))
    def reported(self, row: Row, event: Stored, told: e.ReportPublished) -> Row:
        """In time or late."""
        return settle_deadline(row, event, "missed" if told.late else "met")

    @folds(e.ConsultationWithdrawn, e.ConsultationAnnulled, keys=of_stream(WINDOW, REPORT))
    def void(self, row: Row, event: Stored, _told: e.ConsultationWithdrawn | e.ConsultationAnnulled) -> Row:
        """Nothing is due any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row

    @folds(e.MeetingScheduled, keys=_meeting, begins=True)
    def announced(self, _row: Row | None, event: Stored, told: e.MeetingScheduled) -> Row | None:
        """The notice that was given: met from the start, or scheduling would have been refused."""
        if told.notice is None:
            return None
        row = set_deadline(event, NOTICE, told.notice.due_at, told.notice, part_id=told.meeting_id)
        return settle_deadline(row, event, "missed" if told.starts_at < told.notice.due_at else "met")

    @folds(e.MeetingCancelled, keys=_meeting)
    def called_off(self, row: Row, event: Stored, _told: e.MeetingCancelled) -> Row:
        """No meeting, no notice."""
        return settle_deadline(row, event, "cancelled")
