"""Deadlines of funding plans: the days by which each is public, and by which its execution is reported on."""

from collections.abc import Iterable
from typing import Any

from domain.grants.events import funding_plan as e
from projections.deadline_rows import DeadlineRow, deadline_id, set_deadline, settle_deadline
from projections.read_model import Key, Stored, folds

Row = DeadlineRow
PUBLICATION, REPORT = "plan_publication", "plan_report"


def _publication(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, PUBLICATION),),)


def _report(event: Stored, _told: Any) -> Iterable[Key]:
    return ((deadline_id(event.stream_id, REPORT),),)


def _both(event: Stored, told: Any) -> Iterable[Key]:
    return (*_publication(event, told), *_report(event, told))


class FundingPlanDeadlines:
    """Kinds `plan_publication` and `plan_report`; both are days of the year, which no calendar moves."""

    @folds(e.FundingPlanDrafted, keys=_publication, begins=True)
    def plan_drafted(self, _row: Row | None, event: Stored, told: e.FundingPlanDrafted) -> Row:
        """To be public by then."""
        return set_deadline(event, PUBLICATION, told.publish_due.due_at, told.publish_due)

    @folds(e.FundingPlanPublished, keys=_both, begins=True)
    def plan_published(self, row: Row | None, event: Stored, told: e.FundingPlanPublished) -> Row:
        """In time or late; its report is due next."""
        if row is None:
            return set_deadline(event, REPORT, told.report_due.due_at, told.report_due)
        return settle_deadline(row, event, "missed" if told.late else "met")

    @folds(e.FundingPlanReported, keys=_report)
    def plan_reported(self, row: Row, event: Stored, told: e.FundingPlanReported) -> Row:
        """In time or late."""
        return settle_deadline(row, event, "missed" if told.late else "met")
