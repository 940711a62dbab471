"""Deadlines of grant agreements: every report that was agreed on."""

from collections.abc import Iterable
from typing import Any

from domain.grants.agreement_parts import report_id
from domain.grants.commands.agreement import MarkReportOverdue
from domain.grants.events import agreement as e
from projections.deadline_rows import DeadlineRow, deadline_id, move_deadline, set_deadline, settle_deadline
from projections.read_model import Key, Stored, folds

Row = DeadlineRow
REPORT = "grant_report"


def _report(event: Stored, told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, REPORT, report_id(told.number)),),)


def _agreed(event: Stored, told: e.AgreementTerminated) -> Iterable[Key]:
    return [(deadline_id(event.stream_id, REPORT, report_id(n)),) for n in range(1, told.reports + 1)]


class GrantAgreementDeadlines:
    """Kind `grant_report`, one for each report; the clock marks those that did not come."""

    @folds(e.ReportScheduled, keys=_report, begins=True)
    def report_scheduled(self, row: Row | None, event: Stored, told: e.ReportScheduled) -> Row:
        """Awaited, or awaited by another day."""
        if row is not None:
            return move_deadline(row, event, told.due_at, told.proof)
        part = report_id(told.number)
        return set_deadline(event, REPORT, told.due_at, told.proof, action=MarkReportOverdue, part_id=part)

    @folds(e.ReportSubmitted, keys=_report)
    def report_came(self, row: Row, event: Stored, told: e.ReportSubmitted) -> Row:
        """In time or late; what had been marked as missing stays missed."""
        return settle_deadline(row, event, "missed" if told.late else "met")

    @folds(e.ReportReturned, keys=_report)
    def report_returned(self, row: Row, event: Stored, told: e.ReportReturned) -> Row:
        """Awaited again."""
        return move_deadline(row, event, told.due_at, None)

    @folds(e.ReportOverdue, keys=_report)
    def report_overdue(self, row: Row, event: Stored, _told: e.ReportOverdue) -> Row:
        """It did not come."""
        return settle_deadline(row, event, "missed")

    @folds(e.AgreementTerminated, keys=_agreed)
    def agreement_ended(self, row: Row, event: Stored, _told: e.AgreementTerminated) -> Row:
        """Nothing is awaited any more."""
        return settle_deadline(row, event, "cancelled") if row.state == "pending" else row
