"""A measure under way: begun, at risk, delayed, its milestones reached, and done."""

from datetime import date, timedelta

from domain.action_measures import citations
from domain.action_measures.awaiting import awaited
from domain.action_measures.commands.measure import (
    ClearMeasureRisk,
    CompleteMeasure,
    CompleteMilestone,
    FlagMeasureAtRisk,
    MarkMeasureAtRisk,
    MarkMeasureDelayed,
    StartMeasure,
)
from domain.action_measures.events.measure import (
    MeasureAtRisk,
    MeasureCompleted,
    MeasureDelayed,
    MeasureRiskCleared,
    MeasureStarted,
    MilestoneCompleted,
)
from domain.action_measures.half_year import half_year_of
from domain.action_measures.measure_state import OPEN, MeasureState
from domain.action_measures.planning import require_said
from domain.action_measures.required import RequiredIndicators
from domain.action_measures.vocabulary import MeasureStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import end_of, local_day, require_past, start_of
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_

RISK = "measure.at_risk"


def risk_from(first_day: date, last_day: date, ctx: Context) -> date:
    """The day from which a measure that is not done is at risk: days of a rule before its last, and within it."""
    return max(first_day, last_day - timedelta(days=ctx.rules.number(RISK)))


class Running(MeasureState):
    """Decisions between the plan and the end."""

    @decides(StartMeasure)
    def start(self, command: StartMeasure, ctx: Context) -> None:
        """Once, also before its first day or late."""
        self._require(command, *OPEN)
        if self.started_on is not None:
            raise IllegalTransition(state=self.stage, command=command.name)
        today = local_day(ctx.now)
        self.trigger(ctx, MeasureStarted(on=today, awaited=awaited(half_year_of(today), ctx)))

    @decides(MarkMeasureAtRisk)
    def mark_at_risk(self, command: MarkMeasureAtRisk, ctx: Context) -> None:
        """As soon as its lead sees it coming."""
        self._require(command, MeasureStage.PLANNED, MeasureStage.ACTIVE)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, MeasureAtRisk(last_day=self.last_day, reason=command.reason))

    @decides(FlagMeasureAtRisk)
    def flag(self, command: FlagMeasureAtRisk, ctx: Context) -> None:
        """When its last day is near, whatever its lead says."""
        self._require(command, MeasureStage.PLANNED, MeasureStage.ACTIVE)
        if ctx.now < start_of(self.risk_from):
            raise RuleViolated(
                "measure.at_risk",
                N_("The measure is not at risk by its days before {day}."),
                citation=ctx.rules[RISK].citation,
                day=self.risk_from.isoformat(),
            )
        self.trigger(ctx, MeasureAtRisk(last_day=self.last_day))

    @decides(ClearMeasureRisk)
    def clear(self, command: ClearMeasureRisk, ctx: Context) -> None:
        """While its last day is not near: from then on only doing it helps, or a resolution."""
        self._require(command, MeasureStage.AT_RISK)
        require_said(command.reason, "/reason", ctx)
        if ctx.now >= start_of(self.risk_from):
            raise RuleViolated(
                "measure.near_end",
                N_("Its last day is {day}: it stays at risk until it is done."),
                citation=ctx.rules[RISK].citation,
                day=self.last_day.isoformat(),
            )
        self.trigger(ctx, MeasureRiskCleared(reason=command.reason))

    @decides(MarkMeasureDelayed)
    def delay(self, command: MarkMeasureDelayed, ctx: Context) -> None:
        """When its last day is over."""
        self._require(command, MeasureStage.PLANNED, MeasureStage.ACTIVE, MeasureStage.AT_RISK)
        if ctx.now < end_of(self.last_day):
            raise RuleViolated(
                "measure.last_day",
                N_("The measure has until the end of {day}."),
                citation=citations.STRATEGY,
                day=self.last_day.isoformat(),
            )
        self.trigger(ctx, MeasureDelayed(last_day=self.last_day))

    @decides(CompleteMilestone)
    def complete_milestone(self, command: CompleteMilestone, ctx: Context) -> None:
        """Each once, on a day since work began, with what shows it."""
        self._require(command, *OPEN)
        began = self._require_started()
        if command.milestone not in self.targets:
            raise InvalidValue("/milestone", N_("The measure has no milestone {code}."), code=command.milestone)
        if command.milestone in self.completed:
            raise IllegalTransition(state="completed", command=command.name)
        require_past(command.on, "/on", ctx.now)
        if command.on < began and not ctx.imported:
            raise InvalidValue("/on", N_("Work on the measure began on {day}."), day=began.isoformat())
        self.trigger(
            ctx,
            MilestoneCompleted(
                milestone=command.milestone,
                on=command.on,
                target=self.targets[command.milestone],
                evidence=command.evidence,
            ),
        )

    @decides(CompleteMeasure, boundary=RequiredIndicators)
    def complete(self, command: CompleteMeasure, ctx: Context) -> None:
        """When every milestone is reached, and every required indicator met by a value that the Council accepted."""
        self._require(command, *OPEN)
        self._require_started()
        require_said(command.summary, "/summary", ctx)
        still_open = [code for code in self.targets if code not in self.completed]
        if still_open:
            raise RuleViolated(
                "measure.milestones",
                N_("These milestones are not reached: {codes}."),
                citation=citations.STRATEGY,
                codes=", ".join(still_open),
            )
        ctx.folded(RequiredIndicators).require_met()
        today = local_day(ctx.now)
        self.trigger(
            ctx,
            MeasureCompleted(
                on=today,
                summary=command.summary,
                in_time=today <= self.last_day,
                as_planned=today <= self.plan.last_day,
            ),
        )
