"""What can be asked of indicators."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import msgspec

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
    Whole,
)
from domain.action_measures.vocabulary import PlanCode, Words
from domain.kernel.command import Command
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import File, Instant, Sha256

Parts = Annotated[tuple[Part, ...], msgspec.Meta(max_length=400)]


class DefineIndicator(Command, frozen=True, kw_only=True):
    """Say how a measure, or in the national log an objective of the strategy, is measured.

    `part_of` names an indicator of the national log to which it adds. `query` and `reach` are of computed ones.
    """

    title: Title
    measure_id: UUID | None = None
    strategy_id: UUID | None = None
    objective: PlanCode | None = None
    part_of: UUID | None = None
    unit: Unit
    direction: Direction = Direction.ASCENDING
    capped: bool = False
    aggregation: Aggregation
    disaggregation: Annotated[tuple[Disaggregation, ...], msgspec.Meta(max_length=4)] = ()
    source: ValueSource
    query: QueryName | None = None
    reach: Reach = Reach.OWN
    described: Words = ""
    baseline: Baseline | None = None
    periods: Annotated[tuple[PeriodTarget, ...], msgspec.Meta(min_length=1, max_length=60)]
    required: bool = False


class WithdrawIndicator(Command, frozen=True, kw_only=True):
    """Measure by it no more; a required one needs a resolution, and so does one that has values."""

    reason: Text
    resolution_id: UUID | None = None


class ReportValue(Command, frozen=True, kw_only=True):
    """Say what was measured in a period that is over, again where it was said wrongly."""

    period: PeriodName
    figure: Figure
    parts: Parts = ()


class AttachValueEvidence(Command, frozen=True, kw_only=True):
    """Show what the value rests on."""

    period: PeriodName
    files: Annotated[tuple[File, ...], msgspec.Meta(min_length=1, max_length=20)]


class VerifyValue(Command, frozen=True, kw_only=True):
    """Stand for having compared value and evidence; never by who brought either."""

    period: PeriodName


class ContestValue(Command, frozen=True, kw_only=True):
    """Dispute a value on behalf of an organisation, with its own figure where it has one."""

    period: PeriodName
    organisation_id: UUID
    reason: Text
    own: Figure | None = None


class AcceptValue(Command, frozen=True, kw_only=True):
    """Lock the period, as the Council resolved."""

    period: PeriodName
    resolution_id: UUID


class ReopenPeriod(Command, frozen=True, kw_only=True):
    """Let the value of a locked period be said anew, as the Council resolved."""

    period: PeriodName
    resolution_id: UUID
    reason: Text


class RecomputeValue(Command, frozen=True, kw_only=True):
    """Have the value of a period computed again by what has been recorded since."""

    period: PeriodName


class RecordComputedValue(Command, frozen=True, kw_only=True):
    """Take what the system has computed, with all that it takes to find it again."""

    period: PeriodName
    query: QueryName
    query_hash: Sha256
    as_of: Instant
    positions: Mapping[Slug, Whole]
    numerator: Whole
    denominator: Whole | None = None
