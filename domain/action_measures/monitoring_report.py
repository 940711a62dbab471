"""The half-yearly report on a strategy: expected, due, written, frozen, objected to, approved, published."""

from typing import Self
from uuid import UUID

from domain.action_measures import citations
from domain.action_measures.commands.monitoring_report import (
    AddDissent,
    ApproveMonitoringReport,
    BeginMonitoringReport,
    DraftMonitoringReport,
    ExpectMonitoringReport,
    FreezeMonitoringReport,
    MarkMonitoringReportOverdue,
    PublishMonitoringReport,
    ReopenMonitoringReport,
)
from domain.action_measures.events.monitoring_report import (
    DissentAdded,
    MonitoringReportApproved,
    MonitoringReportDrafted,
    MonitoringReportExpected,
    MonitoringReportFellDue,
    MonitoringReportFrozen,
    MonitoringReportMissed,
    MonitoringReportPublished,
    MonitoringReportReopened,
)
from domain.action_measures.indicator_periods import Span
from domain.action_measures.monitoring import ReportStage, report_id, require_exact
from domain.action_measures.planning import require_said
from domain.action_measures.strategy import Strategy
from domain.council.council import Council
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind, Side
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_

DUE = "monitoring.report.due"


def _strategy(command: Command) -> UUID | None:
    return command.strategy_id if isinstance(command, ExpectMonitoringReport) else None


def _council(command: Command) -> UUID | None:
    return command.council_id if isinstance(command, AddDissent) else None


class MonitoringReport(Aggregate):
    """expected → due → drafted → frozen → approved → published; a frozen one may be reopened.

    `digest` is that of the figures frozen last, None while there are none.
    """

    initial = MonitoringReportExpected
    REFERENCED = True

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:  # noqa: ARG003 - one log has them
        """One for each half-year of a strategy."""
        if not isinstance(command, ExpectMonitoringReport):
            return None
        return report_id(command.strategy_id, command.period)

    @classmethod
    @creates(ExpectMonitoringReport, references={"strategy": (Strategy, _strategy)})
    def expect(cls, command: ExpectMonitoringReport, ctx: Context, stream_id: UUID) -> Self:
        """For a half-year in which the strategy runs; where that is over, the report is due at once."""
        ctx.tenant.require_national()
        strategy, span = ctx.reference("strategy", Strategy), Span.of(command.period)
        if span.last_day < strategy.first_day or span.first_day > strategy.last_day:
            raise RuleViolated(
                "monitoring.period",
                N_("A half-year is reported on in which the strategy runs, {first} to {last}."),
                citation=citations.STRATEGY,
                first=strategy.first_day.isoformat(),
                last=strategy.last_day.isoformat(),
            )
        event = MonitoringReportExpected(
            strategy_id=command.strategy_id, period=command.period, ends=span.ends, until=strategy.last_day
        )
        made = cls.begin(ctx, stream_id, event)
        if ctx.now >= span.ends:
            made.end_half_year(ctx)
        return made

    @decides(BeginMonitoringReport)
    def fall_due(self, command: BeginMonitoringReport, ctx: Context) -> None:
        """Once, after the last day of the half-year."""
        self._require(command, ReportStage.EXPECTED)
        if ctx.now < self.span.ends:
            raise IllegalTransition(state=self.stage, command=command.name)
        self.end_half_year(ctx)

    @decides(MarkMonitoringReportOverdue)
    def miss(self, command: MarkMonitoringReportOverdue, ctx: Context) -> None:
        """Once, while it is not published."""
        if self.due is None or self.missed or self.stage is ReportStage.PUBLISHED or ctx.now < self.due.due_at:
            raise IllegalTransition(state=self.stage, command=command.name)
        self.trigger(ctx, MonitoringReportMissed())

    @decides(DraftMonitoringReport)
    def draft(self, command: DraftMonitoringReport, ctx: Context) -> None:
        """As often as needed before the figures are frozen."""
        self._require(command, ReportStage.DUE, ReportStage.DRAFTED)
        require_said(command.foreword, "/foreword", ctx)
        self.trigger(ctx, MonitoringReportDrafted(foreword=command.foreword))

    @decides(FreezeMonitoringReport)
    def freeze(self, command: FreezeMonitoringReport, ctx: Context) -> None:
        """As of the last instant of the half-year, every figure as exact as its numbers."""
        self._require(command, ReportStage.DRAFTED)
        if command.frozen.as_of != self.span.as_of:
            raise InvalidValue("/frozen/as_of", N_("The half-year ends at another instant."))
        require_exact(command.frozen)
        event = MonitoringReportFrozen(number=self.freezes + 1, digest=command.frozen.digest, frozen=command.frozen)
        self.trigger(ctx, event)

    @decides(ReopenMonitoringReport)
    def reopen(self, command: ReopenMonitoringReport, ctx: Context) -> None:
        """Until the Council approved it."""
        self._require(command, ReportStage.FROZEN)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, MonitoringReportReopened(reason=command.reason))

    @decides(AddDissent, references={"council": (Council, _council)})
    def dissent(self, command: AddDissent, ctx: Context) -> None:
        """By the co-chair of that side, in whichever language, from the freezing on and also after publication."""
        self._require(command, ReportStage.FROZEN, ReportStage.APPROVED, ReportStage.PUBLISHED)
        _require_co_chair(ctx.reference("council", Council), command.side, ctx)
        if not command.text.languages:
            raise InvalidValue("/text", N_("The text is empty."))
        self.trigger(ctx, DissentAdded(side=command.side, text=command.text))

    @decides(ApproveMonitoringReport, register=(Resolutions,))
    def approve(self, command: ApproveMonitoringReport, ctx: Context) -> None:
        """By a resolution on this report that names the digest of its figures: on no others did the Council vote."""
        self._require(command, ReportStage.FROZEN)
        adopted = ctx.registered(Resolutions).require(
            ResolutionKind.APPROVE_REPORT, ctx.tenant.slug, self.id, self.digest
        )
        event = MonitoringReportApproved(
            resolution_id=command.resolution_id, resolution=adopted.number, votes=adopted.votes
        )
        self.trigger(ctx, event)

    @decides(PublishMonitoringReport)
    def publish(self, command: PublishMonitoringReport, ctx: Context) -> None:
        """Once it is approved, late or not."""
        self._require(command, ReportStage.APPROVED)
        late = self.due is not None and ctx.now >= self.due.due_at
        self.trigger(ctx, MonitoringReportPublished(late=late))

    @applies(MonitoringReportExpected)
    def _expected(self, event: MonitoringReportExpected) -> None:
        self.stage, self.missed, self.freezes = ReportStage.EXPECTED, False, 0
        self.strategy_id, self.period, self.until = event.strategy_id, event.period, event.until
        self.span = Span.of(event.period)
        self.due: Deadline | None = None
        self.digest: str | None = None

    @applies(MonitoringReportFellDue)
    def _fell_due(self, event: MonitoringReportFellDue) -> None:
        self.stage, self.due = ReportStage.DUE, event.due

    @applies(MonitoringReportMissed)
    def _missed(self, _event: MonitoringReportMissed) -> None:
        self.missed = True

    @applies(MonitoringReportDrafted)
    def _drafted(self, _event: MonitoringReportDrafted) -> None:
        self.stage = ReportStage.DRAFTED

    @applies(MonitoringReportFrozen)
    def _frozen(self, event: MonitoringReportFrozen) -> None:
        self.stage, self.freezes, self.digest = ReportStage.FROZEN, event.number, event.digest

    @applies(MonitoringReportReopened)
    def _reopened(self, _event: MonitoringReportReopened) -> None:
        self.stage, self.digest = ReportStage.DRAFTED, None

    @applies(DissentAdded)
    def _dissented(self, _event: DissentAdded) -> None:
        """Nothing is decided by it."""

    @applies(MonitoringReportApproved)
    def _approved(self, _event: MonitoringReportApproved) -> None:
        self.stage = ReportStage.APPROVED

    @applies(MonitoringReportPublished)
    def _published(self, _event: MonitoringReportPublished) -> None:
        self.stage = ReportStage.PUBLISHED

    def end_half_year(self, ctx: Context) -> None:
        """It is due by the rule, counted from the last day."""
        due = deadline(ctx.rules[DUE], self.span.as_of, MonitoringReportFellDue.__name__, ctx.calendar)
        event = MonitoringReportFellDue(strategy_id=self.strategy_id, period=self.period, until=self.until, due=due)
        self.trigger(ctx, event)

    def _require(self, command: Command, *stages: ReportStage) -> None:
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)


def _require_co_chair(council: Council, side: Side, ctx: Context) -> None:
    council.require_in_term(ctx)
    seat = council.co_chairs.get(side)
    if seat is None or council.holders[seat].person_id != ctx.actor:
        raise RuleViolated(
            "monitoring.dissent",
            N_("Only the co-chair of a side says what it thinks otherwise."),
            citation=citations.STRATEGY,
        )
