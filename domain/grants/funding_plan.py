"""The funding plan of an institution for one year: draft, published, amended, reported."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

import msgspec

from domain.grants import citations
from domain.grants.commands.funding_plan import (
    AddPlanLine,
    ChangePlanLine,
    DraftFundingPlan,
    DropPlanLine,
    PublishFundingPlan,
    ReportFundingPlan,
)
from domain.grants.events.funding_plan import (
    FundingPlanDrafted,
    FundingPlanPublished,
    FundingPlanReported,
    PlanLineAdded,
    PlanLineChanged,
    PlanLineDropped,
    year_tag,
)
from domain.grants.funding import Commitments, total
from domain.grants.languages import require_languages
from domain.grants.vocabulary import FundingPlanStage
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.amounts import require_positive
from domain.kernel.command import Command, Once
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, deadline, start_of
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.text import Text

PUBLISH = "grant.plan.publish"
REPORT = "grant.annual_report.publish"
MOST_LINES = 1_000
_IN_FORCE = (FundingPlanStage.PUBLISHED, FundingPlanStage.AMENDED)
_CHANGEABLE = (FundingPlanStage.DRAFT, *_IN_FORCE)


class PlanLine(msgspec.Struct, frozen=True):
    """Money for a purpose under a code of the budget."""

    line_id: UUID
    budget_code: str
    purpose: str
    amount: Money


class FundingPlansOfYear(Once):
    """Whether an institution has begun its funding plan of one year."""

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:  # noqa: ARG003 - the year decides, not the stream
        """The boundary of the year the command names."""
        if not isinstance(command, DraftFundingPlan):
            raise TypeError(command)
        return year_tag(command.year)


class FundingPlan(Aggregate):
    """What an institution pays for in one year; calls take their money out of its lines once it is published."""

    initial = FundingPlanDrafted
    REFERENCED = True

    @applies(FundingPlanDrafted)
    def _drafted(self, event: FundingPlanDrafted) -> None:
        self.year, self.currency = event.year, event.currency
        self.stage = FundingPlanStage.DRAFT
        self.publish_due: Deadline = event.publish_due
        self.report_due: Deadline | None = None
        self.lines: dict[UUID, PlanLine] = {}

    @applies(PlanLineAdded)
    def _added(self, event: PlanLineAdded) -> None:
        self.lines[event.line_id] = PlanLine(event.line_id, event.budget_code, event.purpose, event.amount)
        self._amended()

    @applies(PlanLineChanged)
    def _changed(self, event: PlanLineChanged) -> None:
        told = {name: getattr(event, name) for name in ("amount", "budget_code", "purpose")}
        changes = {name: value for name, value in told.items() if value is not None}
        self.lines[event.line_id] = msgspec.structs.replace(self.lines[event.line_id], **changes)
        self._amended()

    @applies(PlanLineDropped)
    def _dropped(self, event: PlanLineDropped) -> None:
        del self.lines[event.line_id]
        self._amended()

    @applies(FundingPlanPublished)
    def _published(self, event: FundingPlanPublished) -> None:
        self.stage = FundingPlanStage.PUBLISHED
        self.report_due = event.report_due

    @applies(FundingPlanReported)
    def _reported(self, event: FundingPlanReported) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = FundingPlanStage.REPORTED

    def _amended(self) -> None:
        if self.stage in _IN_FORCE:
            self.stage = FundingPlanStage.AMENDED

    @classmethod
    @creates(DraftFundingPlan, boundary=FundingPlansOfYear)
    def draft(cls, command: DraftFundingPlan, ctx: Context, stream_id: UUID) -> Self:
        """Begin the only funding plan of its year."""
        ctx.tenant.require_active()
        if ctx.folded(FundingPlansOfYear).begun:
            raise RuleViolated(
                "grant.plan.one_per_year",
                N_("There is a funding plan for {year} already."),
                citation=citations.FINANCING,
                year=command.year,
            )
        return cls.begin(
            ctx,
            stream_id,
            FundingPlanDrafted(
                year=command.year,
                title=command.title,
                currency=command.currency,
                publish_due=_in_year(ctx, PUBLISH, command.year),
            ),
        )

    @decides(AddPlanLine)
    def add(self, command: AddPlanLine, ctx: Context) -> None:
        """Set money aside."""
        self._require_changeable(command, command.reason)
        self._require_amount(command.amount)
        self._require_once(command.budget_code, command.purpose)
        if len(self.lines) >= MOST_LINES:
            raise InvalidValue("", N_("A funding plan has at most {most} lines."), most=MOST_LINES)
        self.trigger(
            ctx,
            PlanLineAdded(
                line_id=ctx.new_id(),
                budget_code=command.budget_code,
                purpose=command.purpose,
                title=command.title,
                amount=command.amount,
                reason=command.reason,
            ),
        )

    @decides(ChangePlanLine, boundary=Commitments)
    def change(self, command: ChangePlanLine, ctx: Context) -> None:
        """Change a line, as far as no published call rests on what it was."""
        self._require_changeable(command, command.reason)
        line = self._line(command.line_id)
        told = {name: getattr(command, name) for name in ("amount", "budget_code", "purpose", "title")}
        if all(value is None for value in told.values()):
            raise InvalidValue("", N_("Nothing is named that should change."))
        if command.amount is not None:
            self._require_amount(command.amount)
        code, purpose = command.budget_code or line.budget_code, command.purpose or line.purpose
        if (code, purpose) != (line.budget_code, line.purpose):
            self._require_once(code, purpose)
        self._require_kept(command, line, ctx)
        self.trigger(ctx, PlanLineChanged(line_id=line.line_id, previous=line.amount, reason=command.reason, **told))

    @decides(DropPlanLine, boundary=Commitments)
    def drop(self, command: DropPlanLine, ctx: Context) -> None:
        """Take a line off that nothing rests on."""
        self._require_changeable(command, command.reason)
        line = self._line(command.line_id)
        self._require_untouched(ctx.folded(Commitments).of_line(line.line_id, self.currency))
        self.trigger(ctx, PlanLineDropped(line_id=line.line_id, reason=command.reason))

    @decides(PublishFundingPlan)
    def publish(self, command: PublishFundingPlan, ctx: Context) -> None:
        """Put the plan in force; a late one is taken, and said to be late."""
        self.require(command, FundingPlanStage.DRAFT)
        if not self.lines:
            raise RuleViolated(
                "grant.plan.lines",
                N_("A funding plan without a single line cannot be published."),
                citation=citations.FINANCING,
            )
        self.trigger(
            ctx,
            FundingPlanPublished(
                decision_no=command.decision_no,
                lines=len(self.lines),
                total=self.total(),
                late=ctx.now >= self.publish_due.due_at,
                due_at=self.publish_due.due_at,
                report_due=_in_year(ctx, REPORT, self.year + 1),
            ),
        )

    @decides(ReportFundingPlan)
    def report(self, command: ReportFundingPlan, ctx: Context) -> None:
        """Publish what became of the money; not before the year is over."""
        self.require(command, *_IN_FORCE)
        if ctx.now < _begin_of(self.year + 1):
            raise RuleViolated(
                "grant.plan.year_over",
                N_("The year {year} is not over; its report would not be whole."),
                citation=ctx.rules[REPORT].citation,
                year=self.year,
            )
        require_languages(command.summary, ctx)
        due_at = (self.report_due or _in_year(ctx, REPORT, self.year + 1)).due_at
        self.trigger(
            ctx,
            FundingPlanReported(files=command.files, summary=command.summary, late=ctx.now >= due_at, due_at=due_at),
        )

    def total(self) -> Money:
        """All money of the plan."""
        return total((line.amount for line in self.lines.values()), self.currency)

    @property
    def in_force(self) -> bool:
        """Whether calls may rest on it."""
        return self.stage in _IN_FORCE

    def require(self, command: Command, *stages: FundingPlanStage) -> None:
        """Refuse the command unless the plan stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _require_changeable(self, command: Command, reason: Text | None) -> None:
        self.require(command, *_CHANGEABLE)
        if self.in_force and reason is None:
            raise RuleViolated(
                "grant.plan.amendment",
                N_("A published funding plan is amended only with a reason."),
                citation=citations.FINANCING,
            )

    def _require_amount(self, amount: Money) -> None:
        require_positive(amount, "/amount")
        if amount.currency != self.currency:
            raise InvalidValue("/amount/currency", N_("The plan's money is in {currency}."), currency=self.currency)

    def _require_once(self, budget_code: str, purpose: str) -> None:
        if any((line.budget_code, line.purpose) == (budget_code, purpose) for line in self.lines.values()):
            raise InvalidValue("/budget_code", N_("The plan has a line of that code and purpose already."))

    def _require_kept(self, command: ChangePlanLine, line: PlanLine, ctx: Context) -> None:
        taken = ctx.folded(Commitments).of_line(line.line_id, self.currency)
        if command.purpose is not None and command.purpose != line.purpose:
            self._require_untouched(taken)
        if command.amount is not None and command.amount < taken:
            raise RuleViolated(
                "grant.plan.line_committed",
                N_("Published calls have taken {taken} of this line; it cannot be less."),
                citation=citations.FINANCING,
                taken=str(taken),
            )

    def _require_untouched(self, taken: Money) -> None:
        if taken.amount:
            raise RuleViolated(
                "grant.plan.line_in_use",
                N_("Published calls have taken {taken} of this line; it stays, with its purpose."),
                citation=citations.FINANCING,
                taken=str(taken),
            )

    def _line(self, line_id: UUID) -> PlanLine:
        line = self.lines.get(line_id)
        if line is None:
            raise InvalidValue("/line_id", N_("The plan has no such line."))
        return line


def _in_year(ctx: Context, key: str, year: int) -> Deadline:
    """The day of a year by which a rule asks for something."""
    return deadline(ctx.rules[key], _begin_of(year), "FundingPlanDrafted", ctx.calendar)


def _begin_of(year: int) -> datetime:
    return start_of(date(year, 1, 1))
