"""What an agreement is made of: instalments, reports and what was spent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.grants.funding import total
from domain.grants.project import CostLine
from domain.grants.vocabulary import InstalmentStage, ReportKind, ReportStage
from domain.kernel.amounts import require_positive
from domain.kernel.deadline import Deadline
from domain.kernel.errors import InvalidValue
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.text import Line
from domain.kernel.vocabulary import Code, File

Number = Annotated[int, msgspec.Meta(ge=1, le=60, description="Number of an instalment or report, from 1")]


class PlannedInstalment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the grant, payable from a day on; it needs the reports up to `after_report` accepted (0: none)."""

    number: Number
    amount: Money
    payable_from: date
    after_report: Annotated[int, msgspec.Meta(ge=0, le=60)] = 0


class PlannedReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report on a period, both days within; the last one is final. Interim ones say by which day they are due."""

    number: Number
    kind: ReportKind
    starts_on: date
    ends_on: date
    due_on: date | None = None


def report_id(number: int) -> UUID:
    """The part of an agreement that its report of that number is."""
    return derived_id("grant report", number)


class DueReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A report as it was agreed on: due before `due_at` (UTC, exclusive); `proof` where a rule says by when."""

    number: Number
    kind: ReportKind
    starts_on: date
    ends_on: date
    due_at: datetime
    proof: Deadline | None = None


class Expense(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Something that was paid out of a line of the budget, with what proves it."""

    line: Code
    title: Line
    amount: Money
    paid_on: date
    evidence: Annotated[tuple[File, ...], msgspec.Meta(max_length=10)] = ()


Instalments = Annotated[tuple[PlannedInstalment, ...], msgspec.Meta(min_length=1, max_length=60)]
Reports = Annotated[tuple[PlannedReport, ...], msgspec.Meta(min_length=1, max_length=60)]
Expenses = Annotated[tuple[Expense, ...], msgspec.Meta(max_length=500)]


class Instalment(msgspec.Struct, frozen=True):
    """An instalment as it stands."""

    plan: PlannedInstalment
    stage: InstalmentStage = InstalmentStage.PLANNED
    checked_by: UUID | None = None


class Report(msgspec.Struct, frozen=True):
    """A report as it stands, with what it says was spent."""

    plan: DueReport
    stage: ReportStage = ReportStage.DUE
    expenses: tuple[Expense, ...] = ()
    submitted_by: UUID | None = None

    def is_overdue(self, at: datetime) -> bool:
        """Whether it has not come though its day is over: by the day itself, whether the clock has said so or not."""
        awaited = self.stage in (ReportStage.DUE, ReportStage.RETURNED) and at >= self.plan.due_at
        return awaited or self.stage is ReportStage.OVERDUE


def require_schedule(instalments: Sequence[PlannedInstalment], reports: Sequence[PlannedReport], award: Money) -> None:
    """Refuse a schedule that does not add up, or that pays the last instalment before the final report.

    Raises: InvalidValue at the place.
    """
    _require_numbers([one.number for one in instalments], "/instalments")
    _require_numbers([one.number for one in reports], "/reports")
    for n, one in enumerate(instalments):
        require_positive(one.amount, f"/instalments/{n}/amount")
        if one.amount.currency != award.currency:
            raise InvalidValue(
                f"/instalments/{n}/amount/currency", N_("The grant is paid in {currency}."), currency=award.currency
            )
        if one.after_report > len(reports):
            raise InvalidValue(f"/instalments/{n}/after_report", N_("There is no report of that number."))
        if n and one.after_report <= instalments[n - 1].after_report:
            raise InvalidValue(
                f"/instalments/{n}/after_report", N_("Each further instalment waits for a further report.")
            )
    paid = total((one.amount for one in instalments), award.currency)
    if paid != award:
        raise InvalidValue(
            "/instalments",
            N_("The instalments make {paid}; the award is {award}."),
            paid=str(paid),
            award=str(award),
        )
    if len(instalments) > 1 and instalments[-1].after_report != len(reports):
        raise InvalidValue(
            f"/instalments/{len(instalments) - 1}/after_report",
            N_("The last instalment is held back until the final report is accepted."),
        )
    _require_reports(reports)


def spent_by_line(reports: Sequence[Report]) -> dict[str, Money]:
    """What the reports say was spent, per line of the budget."""
    spent: dict[str, Money] = {}
    for expense in (one for report in reports for one in report.expenses):
        spent[expense.line] = spent.get(expense.line, Money(0, expense.amount.currency)) + expense.amount
    return spent


def require_expenses(expenses: Sequence[Expense], costs: Sequence[CostLine], report: DueReport) -> None:
    """Refuse expenses that no line of the budget foresees, or of other days than the report is on.

    Raises: InvalidValue at the place.
    """
    lines = {one.code: one for one in costs}
    for n, one in enumerate(expenses):
        require_positive(one.amount, f"/expenses/{n}/amount")
        line = lines.get(one.line)
        if line is None:
            raise InvalidValue(f"/expenses/{n}/line", N_("The budget has no line '{line}'."), line=one.line)
        if one.amount.currency != line.amount.currency:
            raise InvalidValue(
                f"/expenses/{n}/amount/currency",
                N_("The grant is paid in {currency}."),
                currency=line.amount.currency,
            )
        if not report.starts_on <= one.paid_on <= report.ends_on:
            raise InvalidValue(
                f"/expenses/{n}/paid_on",
                N_("The report is on the days from {starts_on} to {ends_on}."),
                starts_on=report.starts_on.isoformat(),
                ends_on=report.ends_on.isoformat(),
            )


def _require_numbers(numbers: Sequence[int], pointer: str) -> None:
    for n, number in enumerate(numbers):
        if number != n + 1:
            raise InvalidValue(f"{pointer}/{n}/number", N_("They are numbered from 1, without a gap."))


def _require_reports(reports: Sequence[PlannedReport]) -> None:
    last = len(reports) - 1
    for n, one in enumerate(reports):
        if (one.kind is ReportKind.FINAL) != (n == last):
            raise InvalidValue(f"/reports/{n}/kind", N_("The last report is the final one, and no other."))
        if one.ends_on < one.starts_on:
            raise InvalidValue(f"/reports/{n}/ends_on", N_("The period ends before it begins."))
        if one.kind is ReportKind.INTERIM and (one.due_on is None or one.due_on < one.ends_on):
            raise InvalidValue(f"/reports/{n}/due_on", N_("An interim report is due on a day after its period."))
        if one.kind is ReportKind.FINAL and one.due_on is not None:
            raise InvalidValue(f"/reports/{n}/due_on", N_("By when the final report is due, the rule says."))
