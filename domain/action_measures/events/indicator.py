"""What became true of indicators and of their values."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from domain.action_measures.indicator_periods import PeriodName
from domain.action_measures.indicator_vocabulary import (
    Aggregation,
    Baseline,
    Direction,
    Disaggregation,
    Figure,
    Part,
    PeriodTarget,
    QueryName,
    Reach,
    Unit,
    ValueSource,
)
from domain.action_measures.vocabulary import PlanCode
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import File


def measured_tag(measure_id: UUID) -> str:
    """Tag of what decides whether a measure's indicators are met."""
    return f"measure:{measure_id}"


class _OfMeasure(Event, frozen=True, kw_only=True):
    """Counts for a measure where it names one."""

    measure_id: UUID | None = None

    def tags(self) -> tuple[str, ...]:
        """The boundary of the measure."""
        return () if self.measure_id is None else (measured_tag(self.measure_id),)


class IndicatorDefined(_OfMeasure, InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """A measure, or an objective of a strategy, is measured by it; baseline and targets never change."""

    TOPIC = "action_measures.IndicatorDefined.v1"

    title: Title
    strategy_id: UUID | None = None
    objective: PlanCode | None = None
    part_of: UUID | None = None
    unit: Unit
    direction: Direction
    capped: bool = False
    aggregation: Aggregation
    disaggregation: tuple[Disaggregation, ...] = ()
    source: ValueSource
    query: QueryName | None = None
    reach: Reach = Reach.OWN
    described: str = ""
    baseline: Baseline | None = None
    periods: tuple[PeriodTarget, ...]
    required: bool = False


class IndicatorWithdrawn(_OfMeasure, frozen=True, kw_only=True, omit_defaults=True):
    """Nothing is measured by it any more; what was stays readable."""

    TOPIC = "action_measures.IndicatorWithdrawn.v1"

    reason: Text
    resolution_id: UUID | None = None


class ValueReported(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What was measured in a period; `revision` counts from 1 what was said about it, and undoes what was verified."""

    TOPIC = "action_measures.ValueReported.v1"

    period: PeriodName
    revision: int
    figure: Figure
    parts: tuple[Part, ...] = ()
    reported_by: UUID


class RecomputationAsked(Event, frozen=True, kw_only=True):
    """Somebody wants the value computed again; the system does so."""

    TOPIC = "action_measures.RecomputationAsked.v1"

    period: PeriodName
    revision: int


class ValueComputed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The system counted it: whoever asks the query again, as of then and up to these positions, finds the same.

    `positions` by slug of the institution. There is no value in `figure` where there was no case.
    """

    TOPIC = "action_measures.ValueComputed.v1"

    period: PeriodName
    revision: int
    query: QueryName
    query_hash: str
    as_of: datetime
    positions: Mapping[str, int]
    figure: Figure


class ValueEvidenceAttached(Event, frozen=True, kw_only=True):
    """Files show what a value rests on."""

    TOPIC = "action_measures.ValueEvidenceAttached.v1"

    period: PeriodName
    revision: int
    files: tuple[File, ...]
    attached_by: UUID


class ValueVerified(Event, frozen=True, kw_only=True):
    """Somebody else stands for value and evidence, which stay as they are from now on."""

    TOPIC = "action_measures.ValueVerified.v1"

    period: PeriodName
    revision: int
    verified_by: UUID


class ValueContested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An organisation disputes it; that stands beside the figure for ever, also when the Council accepts it."""

    TOPIC = "action_measures.ValueContested.v1"

    period: PeriodName
    revision: int
    figure: Figure
    organisation_id: UUID
    reason: Text
    own: Figure | None = None


class ValueAccepted(_OfMeasure, frozen=True, kw_only=True, omit_defaults=True):
    """The Council took it, and the period is locked. `met`: it reaches the target; None where there was none."""

    TOPIC = "action_measures.ValueAccepted.v1"

    period: PeriodName
    revision: int
    figure: Figure
    resolution_id: UUID
    contested: bool = False
    met: bool | None = None


class PeriodReopened(_OfMeasure, frozen=True, kw_only=True):
    """The accepted value counts no more until another is accepted."""

    TOPIC = "action_measures.PeriodReopened.v1"

    period: PeriodName
    resolution_id: UUID
    reason: Text


EVENTS: tuple[type[Event], ...] = (
    IndicatorDefined,
    IndicatorWithdrawn,
    ValueReported,
    RecomputationAsked,
    ValueComputed,
    ValueEvidenceAttached,
    ValueVerified,
    ValueContested,
    ValueAccepted,
    PeriodReopened,
)
