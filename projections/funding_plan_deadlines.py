"""Deadlines of funding plans: the days by which each is public, and by which its execution is reported on."""

from domain.grants.events import funding_plan as e
from projections.deadline_rows import DeadlineRow, of_stream, set_deadline, settle_deadline
from projections.read_model import Stored, folds

Row = DeadlineRow
PUBLICATION, REPORT = "plan_publication", "plan_report"


class FundingPlanDeadlines:
    """Kinds `plan_publication` and `plan_report`; both are days of the year, which no calendar moves."""

    @folds(e.FundingPlanDrafted, keys=of_stream(PUBLICATION), begins=True)
    def plan_drafted(self, _row: Row | None, event: Stored, told: e.FundingPlanDrafted) -> Row:
        """To be public by then."""
        return set_deadline(event, PUBLICATION, told.publish_due.due_at, told.publish_due)

    @folds(e.FundingPlanPublished, keys=of_stream(PUBLICATION, REPORT), begins=True)
    def plan_published(self, row: Row | None, event: Stored, told: e.FundingPlanPublished) -> Row:
        """In time or late; its report is due next."""
        if row is None:
            return set_deadline(event, REPORT, told.report_due.due_at, told.report_due)
        return settle_deadline(row, event, "missed" if told.late else "met")

    @folds(e.FundingPlanReported, keys=of_stream(REPORT))
    def plan_reported(self, row: Row, event: Stored, told: e.FundingPlanReported) -> Row:
        """In time or late."""
        return settle_deadline(row, event, "missed" if told.late else "met")
