"""The state of an indicator: where the value of each period stands, and what every decision asks of it."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.action_measures import citations
from domain.action_measures.events.indicator import (
    IndicatorDefined,
    IndicatorWithdrawn,
    PeriodReopened,
    RecomputationAsked,
    ValueAccepted,
    ValueComputed,
    ValueContested,
    ValueEvidenceAttached,
    ValueReported,
    ValueVerified,
)
from domain.action_measures.indicator_periods import PeriodName, Span
from domain.action_measures.indicator_vocabulary import Exact, Figure, PeriodTarget, ValueSource, ValueStage
from domain.action_measures.measuring import Measuring
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_


class PeriodValue(msgspec.Struct, frozen=True):
    """The value of a period. `brought_by` reported it or attached evidence; `contested_by` said so of this revision.

    `verified` stays when it is contested after that. `asked`: it is to be computed again.
    """

    stage: ValueStage = ValueStage.AWAITED
    revision: int = 0
    figure: Figure = Figure()
    evidence: tuple[str, ...] = ()
    brought_by: frozenset[UUID] = frozenset()
    contested_by: frozenset[UUID] = frozenset()
    verified: bool = False
    asked: bool = False


class IndicatorState(Aggregate):
    """What an indicator remembers. `values` has a period once something was said; `acted_on` are resolutions."""

    @applies(IndicatorDefined)
    def _defined(self, event: IndicatorDefined) -> None:
        self.withdrawn = False
        self.measure_id, self.source, self.required = event.measure_id, event.source, event.required
        self.direction, self.query = event.direction, event.query
        self.measuring = Measuring(event.unit, event.aggregation, event.capped, event.disaggregation)
        self.periods: tuple[PeriodTarget, ...] = event.periods
        self.values: dict[PeriodName, PeriodValue] = {}
        self.acted_on: frozenset[UUID] = frozenset()

    @applies(IndicatorWithdrawn)
    def _withdrawn(self, _event: IndicatorWithdrawn) -> None:
        self.withdrawn = True

    @applies(ValueReported)
    def _reported(self, event: ValueReported) -> None:
        self.values[event.period] = PeriodValue(
            stage=ValueStage.REPORTED,
            revision=event.revision,
            figure=event.figure,
            brought_by=frozenset({event.reported_by}),
        )

    @applies(RecomputationAsked)
    def _asked(self, event: RecomputationAsked) -> None:
        self.values[event.period] = replace(self.values[event.period], asked=True)

    @applies(ValueComputed)
    def _computed(self, event: ValueComputed) -> None:
        self.values[event.period] = PeriodValue(stage=ValueStage.VERIFIED, revision=event.revision, figure=event.figure)

    @applies(ValueEvidenceAttached)
    def _attached(self, event: ValueEvidenceAttached) -> None:
        value = self.values[event.period]
        self.values[event.period] = replace(
            value,
            stage=ValueStage.EVIDENCED if value.stage is ValueStage.REPORTED else value.stage,
            evidence=(*value.evidence, *(one.sha256 for one in event.files)),
            brought_by=value.brought_by | {event.attached_by},
        )

    @applies(ValueVerified)
    def _verified(self, event: ValueVerified) -> None:
        self.values[event.period] = replace(self.values[event.period], stage=ValueStage.VERIFIED, verified=True)

    @applies(ValueContested)
    def _contested(self, event: ValueContested) -> None:
        value = self.values[event.period]
        against = value.contested_by | {event.organisation_id}
        self.values[event.period] = replace(value, stage=ValueStage.CONTESTED, contested_by=against)

    @applies(ValueAccepted)
    def _accepted(self, event: ValueAccepted) -> None:
        self.values[event.period] = replace(self.values[event.period], stage=ValueStage.ACCEPTED)
        self.acted_on |= {event.resolution_id}

    @applies(PeriodReopened)
    def _reopened(self, event: PeriodReopened) -> None:
        value = self.values[event.period]
        self.values[event.period] = PeriodValue(revision=value.revision)
        self.acted_on |= {event.resolution_id}

    def target_of(self, period: PeriodName) -> Exact | None:
        """What was promised for a period."""
        return next(one.target for one in self.periods if one.period == period)

    def _require_measuring(self, command: Command) -> None:
        if self.withdrawn:
            raise IllegalTransition(state="withdrawn", command=command.name)

    def _value(self, command: Command, period: PeriodName) -> PeriodValue:
        """Where the period stands. Raises: IllegalTransition, InvalidValue for one of which no value is awaited."""
        self._require_measuring(command)
        if all(one.period != period for one in self.periods):
            raise InvalidValue("/period", N_("The indicator awaits no value for {period}."), period=period)
        return self.values.get(period, PeriodValue())

    def _said(self, command: Command, period: PeriodName, *stages: ValueStage) -> PeriodValue:
        """The value of a period that stands in one of the stages. Raises: IllegalTransition, InvalidValue."""
        value = self._value(command, period)
        if value.stage not in stages:
            raise IllegalTransition(state=value.stage, command=command.name)
        return value

    def _sayable(self, command: Command, period: PeriodName, ctx: Context) -> PeriodValue:
        """The value of a period that may be said, again or for the first time. Raises: RuleViolated besides."""
        value = self._value(command, period)
        if value.stage is ValueStage.ACCEPTED:
            raise RuleViolated(
                "indicator.locked",
                N_("The value for {period} is accepted: the period is locked until the Council reopens it."),
                citation=citations.STRATEGY,
                period=period,
            )
        if ctx.now < Span.of(period).ends:
            raise RuleViolated(
                "indicator.period",
                N_("The period {period} is not over."),
                citation=citations.STRATEGY,
                period=period,
            )
        return value

    def _require_source(self, *, computed: bool) -> None:
        if (self.source is ValueSource.COMPUTED) is not computed:
            raise RuleViolated(
                "indicator.source",
                N_("The value of a computed indicator is computed, and that of any other is reported."),
                citation=citations.STRATEGY,
            )

    def _require_new_resolution(self, resolution_id: UUID) -> None:
        if resolution_id in self.acted_on:
            raise RuleViolated(
                "indicator.resolution",
                N_("This resolution was acted on already."),
                citation=citations.STRATEGY,
            )
