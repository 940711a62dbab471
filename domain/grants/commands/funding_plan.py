"""Commands on a funding plan. After publication every change of a line needs a reason."""

from uuid import UUID

from domain.grants.vocabulary import Purpose
from domain.kernel.command import Command
from domain.kernel.money import Currency, Money
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import BudgetCode, DecisionNo, Files, Year


class DraftFundingPlan(Command, frozen=True, kw_only=True):
    """Begin the funding plan of a year; there may be one per year."""

    year: Year
    title: Title
    currency: Currency = "EUR"


class AddPlanLine(Command, frozen=True, kw_only=True):
    """Set money aside for a purpose, under a code of the budget."""

    budget_code: BudgetCode
    purpose: Purpose
    title: Title
    amount: Money
    reason: Text | None = None


class ChangePlanLine(Command, frozen=True, kw_only=True):
    """Change a line; what is left out stays. Never below what published calls have taken of it."""

    line_id: UUID
    amount: Money | None = None
    budget_code: BudgetCode | None = None
    purpose: Purpose | None = None
    title: Title | None = None
    reason: Text | None = None


class DropPlanLine(Command, frozen=True, kw_only=True):
    """Take a line off of which no published call has taken anything."""

    line_id: UUID
    reason: Text | None = None


class PublishFundingPlan(Command, frozen=True, kw_only=True):
    """Put the plan in force; after the day that the rule names it is on record as late."""

    decision_no: DecisionNo


class ReportFundingPlan(Command, frozen=True, kw_only=True):
    """Publish the report on the plan's execution, once its year is over."""

    files: Files
    summary: Text
