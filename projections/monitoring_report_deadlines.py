"""Deadlines of monitoring reports: the end of the half-year, with which the clock begins, and the day of the report."""

from domain.action_measures.commands.monitoring_report import BeginMonitoringReport, MarkMonitoringReportOverdue
from domain.action_measures.events import monitoring_report as e
from projections.deadline_rows import DeadlineRow, of_stream, set_deadline, settle_deadline
from projections.read_model import Stored, folds

Row = DeadlineRow
PERIOD, REPORT = "monitoring_period", "monitoring_report"


class MonitoringReportDeadlines:
    """Kinds `monitoring_period` and `monitoring_report`, on both of which the clock acts."""

    @folds(e.MonitoringReportExpected, keys=of_stream(PERIOD), begins=True)
    def monitoring_expected(self, _row: None, event: Stored, told: e.MonitoringReportExpected) -> Row:
        """The half-year runs."""
        return set_deadline(event, PERIOD, told.ends, None, action=BeginMonitoringReport)

    @folds(e.MonitoringReportFellDue, keys=of_stream(PERIOD, REPORT), begins=True)
    def monitoring_due(self, row: Row | None, event: Stored, told: e.MonitoringReportFellDue) -> Row:
        """The half-year is over; the report's time begins."""
        if row is None:
            return set_deadline(event, REPORT, told.due.due_at, told.due, action=MarkMonitoringReportOverdue)
        return settle_deadline(row, event, "met")

    @folds(e.MonitoringReportMissed, keys=of_stream(REPORT))
    def monitoring_missed(self, row: Row, event: Stored, _told: e.MonitoringReportMissed) -> Row:
        """It did not come."""
        return settle_deadline(row, event, "missed")

    @folds(e.MonitoringReportPublished, keys=of_stream(REPORT))
    def monitoring_published(self, row: Row, event: Stored, told: e.MonitoringReportPublished) -> Row:
        """It came, in time or late."""
        return settle_deadline(row, event, "missed" if told.late else "met")
