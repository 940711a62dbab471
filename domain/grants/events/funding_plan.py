"""Events of a funding plan: what an institution will pay for in one year, and out of which line."""

from datetime import datetime
from uuid import UUID

from domain.grants.vocabulary import Purpose
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, InitialEvent
from domain.kernel.money import Currency, Money
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import BudgetCode, Count, DecisionNo, LanguageFile, Year


def year_tag(year: int) -> str:
    """Boundary of the funding plans of one year: there may be one."""
    return f"funding_plan_year:{year}"


def funding_tag(plan_id: UUID) -> str:
    """Boundary of what calls take out of the lines of a plan."""
    return f"funding_plan:{plan_id}"


class FundingPlanDrafted(InitialEvent, frozen=True, kw_only=True):
    """Work on the plan of a year began; `publish_due` proves by when it has to be public."""

    TOPIC = "grants.FundingPlanDrafted.v1"

    year: Year
    title: Title
    currency: Currency
    publish_due: Deadline

    def tags(self) -> tuple[str, ...]:
        """The boundary of the year."""
        return (year_tag(self.year),)


class PlanLineAdded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Money was set aside for a purpose; `reason` is given when the plan was already published."""

    TOPIC = "grants.PlanLineAdded.v1"

    line_id: UUID
    budget_code: BudgetCode
    purpose: Purpose
    title: Title
    amount: Money
    reason: Text | None = None


class PlanLineChanged(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A line got another amount, title, code or purpose; None means unchanged, `previous` is the amount before."""

    TOPIC = "grants.PlanLineChanged.v1"

    line_id: UUID
    previous: Money
    amount: Money | None = None
    budget_code: BudgetCode | None = None
    purpose: Purpose | None = None
    title: Title | None = None
    reason: Text | None = None


class PlanLineDropped(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The line pays for nothing any more, and no call had taken of it."""

    TOPIC = "grants.PlanLineDropped.v1"

    line_id: UUID
    reason: Text | None = None


class FundingPlanPublished(Event, frozen=True, kw_only=True):
    """The plan is in force under a decision and public; `late` says that its day had passed.

    `lines` and `total` are what stood on it then. `report_due` proves when the report on its execution is due.
    """

    TOPIC = "grants.FundingPlanPublished.v1"

    decision_no: DecisionNo
    lines: Count
    total: Money
    late: bool
    due_at: datetime
    report_due: Deadline


class FundingPlanReported(Event, frozen=True, kw_only=True):
    """The report on what became of the plan's money is public; nothing of the plan changes any more."""

    TOPIC = "grants.FundingPlanReported.v1"

    files: tuple[LanguageFile, ...]
    summary: Text
    late: bool
    due_at: datetime


EVENTS: tuple[type[Event], ...] = (
    FundingPlanDrafted,
    PlanLineAdded,
    PlanLineChanged,
    PlanLineDropped,
    FundingPlanPublished,
    FundingPlanReported,
)
