"""One example of every event of a funding plan, all fields filled."""

from domain.grants.events import funding_plan as e
from domain.kernel.event import Event
from tests.domain.grants import stories as s

EXAMPLES: tuple[Event, ...] = (
    s.PLAN_DRAFTED,
    e.PlanLineAdded(
        line_id=s.LINE,
        budget_code="21200-CULT",
        purpose="culture",
        title=s.TITLE,
        amount=s.euro(10_000_000),
        reason=s.REASON,
    ),
    e.PlanLineChanged(
        line_id=s.LINE,
        previous=s.euro(10_000_000),
        amount=s.euro(9_000_000),
        budget_code="21200/2",
        purpose="theatre",
        title=s.TITLE,
        reason=s.REASON,
    ),
    e.PlanLineDropped(line_id=s.LINE, reason=s.REASON),
    s.PLAN_PUBLISHED,
    e.FundingPlanReported(files=s.FILES, summary=s.SUMMARY, late=True, due_at=s.REPORT_DUE.due_at),
)
