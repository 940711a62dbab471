"""An indicator: how a measure or an objective is measured, in the log of whoever answers for it."""

from itertools import pairwise
from typing import Self
from uuid import UUID

from domain.action_measures import citations
from domain.action_measures.commands.indicator import DefineIndicator, WithdrawIndicator
from domain.action_measures.computed import COMPUTED
from domain.action_measures.events.indicator import IndicatorDefined, IndicatorWithdrawn
from domain.action_measures.figures import decimal_of, exact
from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_valuing import Valuing
from domain.action_measures.indicator_vocabulary import Baseline, PeriodTarget, Reach, ValueSource
from domain.action_measures.measure import Measure
from domain.action_measures.measuring import Measuring
from domain.action_measures.planning import require_said
from domain.action_measures.strategy import Strategy
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ResolutionKind
from domain.kernel.aggregate import creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.message import N_


def _measure(command: Command) -> UUID | None:
    return command.measure_id if isinstance(command, DefineIndicator) else None


def _strategy(command: Command) -> UUID | None:
    return command.strategy_id if isinstance(command, DefineIndicator) else None


class Indicator(Valuing):
    """defined → withdrawn; each period awaited → reported → with evidence → verified or contested → accepted."""

    initial = IndicatorDefined
    REFERENCED = True

    @classmethod
    @creates(DefineIndicator, references={"measure": (Measure, _measure), "strategy": (Strategy, _strategy)})
    def define(cls, command: DefineIndicator, ctx: Context, stream_id: UUID) -> Self:
        """For a measure of this log, or in the national one for an objective; baseline and targets are for ever."""
        ctx.tenant.require_active()
        _require_about(command, ctx)
        require_said(command.title, "/title", ctx)
        measuring = Measuring(command.unit, command.aggregation, command.capped, command.disaggregation)
        measuring.require_sound()
        require_once(command.disaggregation, "/disaggregation")
        _require_periods(command.periods)
        measuring.require_reachable(command.periods)
        _require_source(command, ctx)
        facts = {name: getattr(command, name) for name in command.__struct_fields__}
        facts["baseline"] = _baseline(command.baseline, measuring)
        facts["periods"] = tuple(_exact(one) for one in command.periods)
        return cls.begin(ctx, stream_id, IndicatorDefined(**facts))

    @decides(WithdrawIndicator, register=(Resolutions,))
    def withdraw(self, command: WithdrawIndicator, ctx: Context) -> None:
        """Freely only what nobody rests on: no measure is done by taking its yardstick away."""
        self._require_measuring(command)
        require_said(command.reason, "/reason", ctx)
        if self.required or self.values or command.resolution_id is not None:
            ctx.registered(Resolutions).require(ResolutionKind.OTHER, ctx.tenant.slug, self.id)
        event = IndicatorWithdrawn(
            measure_id=self.measure_id, reason=command.reason, resolution_id=command.resolution_id
        )
        self.trigger(ctx, event)


def _require_about(command: DefineIndicator, ctx: Context) -> None:
    """Refuse what is about neither a measure nor an objective, or about both."""
    if (command.measure_id is None) is (command.strategy_id is None):
        raise InvalidValue("/measure_id", N_("An indicator is of a measure, or of an objective of a strategy."))
    if command.measure_id is not None:
        ctx.reference("measure", Measure)
        if command.objective is not None:
            raise InvalidValue("/objective", N_("An indicator is of a measure, or of an objective of a strategy."))
        return
    strategy = ctx.reference("strategy", Strategy)
    if command.objective not in strategy.objectives and command.objective not in strategy.specific:
        raise InvalidValue("/objective", N_("The strategy has no objective {code}."), code=command.objective or "–")
    if command.required:
        raise InvalidValue("/required", N_("Only a measure waits for its indicators."))


def _require_periods(periods: tuple[PeriodTarget, ...]) -> None:
    """Refuse periods that overlap or do not ascend. Raises: InvalidValue."""
    spans = [Span.of(one.period) for one in periods]
    for n, (before, after) in enumerate(pairwise(spans), 1):
        if after.first_day <= before.last_day:
            raise InvalidValue(f"/periods/{n}/period", N_("Periods follow each other and do not overlap."))


def _require_source(command: DefineIndicator, ctx: Context) -> None:
    """Refuse a computed indicator that does not measure what its query counts, and a query of any other."""
    if command.source is not ValueSource.COMPUTED:
        if command.query is not None or command.reach is not Reach.OWN:
            raise InvalidValue("/query", N_("Only a computed indicator has a query."))
        return
    query = None if command.query is None else COMPUTED.get(command.query)
    if query is None:
        raise InvalidValue("/query", N_("The library of computed indicators has no such query."))
    if (command.unit, command.aggregation) != (query.unit, query.aggregation):
        raise InvalidValue(
            "/unit",
            N_("The query counts {unit}, aggregated by {aggregation}."),
            unit=query.unit,
            aggregation=query.aggregation,
        )
    if command.disaggregation:
        raise InvalidValue("/disaggregation", N_("A computed indicator is told by institution, and by nothing else."))
    elsewhere = ctx.tenant.tenant_id != NATIONAL_TENANT
    if elsewhere and (query.national or command.reach is Reach.ALL):
        raise RuleViolated(
            "indicator.reach",
            N_("Only the national log measures what others do."),
            citation=citations.STRATEGY,
        )


def _baseline(baseline: Baseline | None, measuring: Measuring) -> Baseline | None:
    if baseline is None:
        return None
    return Baseline(figure=measuring.settled(baseline.figure, "/baseline/figure"), day=baseline.day)


def _exact(one: PeriodTarget) -> PeriodTarget:
    return one if one.target is None else PeriodTarget(period=one.period, target=exact(decimal_of(one.target)))
