"""The register of indicators: how something is measured, and for each period every value with what was said of it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.action_measures.events import indicator as e
from domain.action_measures.indicator_periods import Span
from domain.action_measures.indicator_vocabulary import (
    Baseline,
    Disaggregation,
    Figure,
    Part,
    PeriodTarget,
    QueryName,
    ValueStage,
)
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import File
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable


class Computation(msgspec.Struct, frozen=True, kw_only=True):
    """What computed a value: the query and its hash, as of when, up to which position of each log (by slug)."""

    query: QueryName
    query_hash: str
    as_of: datetime
    positions: Mapping[str, int]


class ContestLine(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation said against a figure, and its own where it has one."""

    organisation_id: UUID
    revision: int
    figure: Figure
    own: Figure | None
    reason: Text
    at: datetime


class EarlierValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value that was said before, and how far it had come."""

    revision: int
    figure: Figure
    state: str
    computation: Computation | None
    replaced_at: datetime


class ReopenedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A locked period was opened again."""

    resolution_id: UUID
    reason: Text
    at: datetime


class ValueLine(msgspec.Struct, frozen=True, kw_only=True):
    """The value of a period. `state` is awaited, reported, evidence_attached, verified, contested or accepted.

    `met`: the accepted value reaches the target. `asked`: a computed one is to be computed again.
    """

    period: str
    first_day: date
    last_day: date
    ends_at: datetime
    target: str | None
    state: str = ValueStage.AWAITED.value
    revision: int = 0
    figure: Figure | None = None
    parts: tuple[Part, ...] = ()
    evidence: tuple[File, ...] = ()
    said_at: datetime | None = None
    verified_at: datetime | None = None
    accepted_at: datetime | None = None
    resolution_id: UUID | None = None
    met: bool | None = None
    computation: Computation | None = None
    asked: bool = False
    contests: tuple[ContestLine, ...] = ()
    earlier: tuple[EarlierValue, ...] = ()
    reopened: tuple[ReopenedLine, ...] = ()


class IndicatorFacts(msgspec.Struct, frozen=True):
    """What everybody may know of an indicator. `state` is defined or withdrawn.

    `contested` counts the periods whose figure is disputed as it stands. `periods` ascend.
    """

    tenant_id: int
    indicator_id: UUID
    state: str
    version: int
    title: Title
    measure_id: UUID | None
    strategy_id: UUID | None
    objective: str | None
    part_of: UUID | None
    unit: str
    direction: str
    capped: bool
    aggregation: str
    disaggregation: tuple[Disaggregation, ...]
    source: str
    query: QueryName | None
    reach: str
    described: str
    baseline: Baseline | None
    required: bool
    defined_at: datetime
    changed_at: datetime
    periods: tuple[ValueLine, ...]
    contested: int = 0
    withdrawn_reason: Text | None = None
    withdrawn_by: UUID | None = None


class IndicatorRow(IndicatorFacts, frozen=True):
    """An indicator as it is stored; all of it is public."""

    searched: str = ""
    public: bool = True


Row = IndicatorRow
_PLAIN = ("title", "measure_id", "strategy_id", "objective", "part_of", "unit", "direction", "capped", "aggregation",
          "disaggregation", "source", "query", "reach", "described", "baseline", "required")  # fmt: skip


class IndicatorRegister(ReadModel[IndicatorRow]):
    """Folds indicators."""

    name = "indicator_register"
    table = "indicator_register"
    row = IndicatorRow
    key = ("indicator_id",)

    @folds(e.IndicatorDefined, begins=True)
    def defined(self, _row: None, event: Stored, told: e.IndicatorDefined) -> Row:
        """A value is awaited for each of its periods."""
        return Row(
            tenant_id=event.tenant_id,
            indicator_id=event.stream_id,
            state="defined",
            version=event.version,
            defined_at=event.occurred_at,
            changed_at=event.occurred_at,
            periods=tuple(map(_awaited, told.periods)),
            searched=searchable(told.title, told.described),
            **{name: getattr(told, name) for name in _PLAIN},
        )

    @folds(e.IndicatorWithdrawn)
    def withdrawn(self, row: Row, _event: Stored, told: e.IndicatorWithdrawn) -> Row:
        """Nothing is measured by it any more."""
        return replace(row, state="withdrawn", withdrawn_reason=told.reason, withdrawn_by=told.resolution_id)

    @folds(e.ValueReported)
    def reported(self, row: Row, event: Stored, told: e.ValueReported) -> Row:
        """Said, or said anew."""
        return _with(
            row, told.period, lambda one: _said(one, event, told.figure, ValueStage.REPORTED, parts=told.parts)
        )

    @folds(e.RecomputationAsked)
    def asked(self, row: Row, _event: Stored, told: e.RecomputationAsked) -> Row:
        """To be computed again."""
        return _with(row, told.period, lambda one: replace(one, asked=True))

    @folds(e.ValueComputed)
    def computed(self, row: Row, event: Stored, told: e.ValueComputed) -> Row:
        """Counted by the system: nobody needs to show evidence of what the logs hold."""
        made = Computation(
            query=told.query, query_hash=told.query_hash, as_of=told.as_of, positions=dict(told.positions)
        )
        return _with(
            row, told.period, lambda one: _said(one, event, told.figure, ValueStage.VERIFIED, computation=made)
        )

    @folds(e.ValueEvidenceAttached)
    def shown(self, row: Row, _event: Stored, told: e.ValueEvidenceAttached) -> Row:
        """With what shows it."""

        def attached(one: ValueLine) -> ValueLine:
            reported = one.state == ValueStage.REPORTED
            state = ValueStage.EVIDENCED.value if reported else one.state
            return replace(one, state=state, evidence=(*one.evidence, *told.files))

        return _with(row, told.period, attached)

    @folds(e.ValueVerified)
    def verified(self, row: Row, event: Stored, told: e.ValueVerified) -> Row:
        """Somebody else stands for it."""
        state = ValueStage.VERIFIED.value
        return _with(row, told.period, lambda one: replace(one, state=state, verified_at=event.occurred_at))

    @folds(e.ValueContested)
    def disputed(self, row: Row, event: Stored, told: e.ValueContested) -> Row:
        """For ever beside the figure."""
        line = ContestLine(
            organisation_id=told.organisation_id,
            revision=told.revision,
            figure=told.figure,
            own=told.own,
            reason=told.reason,
            at=event.occurred_at,
        )
        state = ValueStage.CONTESTED.value
        return _with(row, told.period, lambda one: replace(one, state=state, contests=(*one.contests, line)))

    @folds(e.ValueAccepted)
    def accepted(self, row: Row, event: Stored, told: e.ValueAccepted) -> Row:
        """Locked."""
        return _with(
            row,
            told.period,
            lambda one: replace(
                one,
                state=ValueStage.ACCEPTED.value,
                accepted_at=event.occurred_at,
                resolution_id=told.resolution_id,
                met=told.met,
            ),
        )

    @folds(e.PeriodReopened)
    def reopened(self, row: Row, event: Stored, told: e.PeriodReopened) -> Row:
        """Awaited again; what was accepted is an earlier value."""
        line = ReopenedLine(resolution_id=told.resolution_id, reason=told.reason, at=event.occurred_at)

        def awaited(one: ValueLine) -> ValueLine:
            again = ValueLine(
                period=one.period,
                first_day=one.first_day,
                last_day=one.last_day,
                ends_at=one.ends_at,
                target=one.target,
                revision=one.revision,
            )
            return replace(again, contests=one.contests, earlier=_earlier(one, event), reopened=(*one.reopened, line))

        return _with(row, told.period, awaited)


def _awaited(one: PeriodTarget) -> ValueLine:
    span = Span.of(one.period)
    return ValueLine(
        period=one.period,
        first_day=span.first_day,
        last_day=span.last_day,
        ends_at=span.ends,
        target=one.target,
    )


def _said(one: ValueLine, event: Stored, figure: Figure, stage: ValueStage, **more: Any) -> ValueLine:
    """The period with a new value: the old one is an earlier value, and nothing of it is verified any more."""
    return ValueLine(
        period=one.period,
        first_day=one.first_day,
        last_day=one.last_day,
        ends_at=one.ends_at,
        target=one.target,
        state=stage.value,
        revision=one.revision + 1,
        figure=figure,
        said_at=event.occurred_at,
        contests=one.contests,
        earlier=_earlier(one, event),
        reopened=one.reopened,
        **more,
    )


def _earlier(one: ValueLine, event: Stored) -> tuple[EarlierValue, ...]:
    if one.figure is None:
        return one.earlier
    before = EarlierValue(
        revision=one.revision,
        figure=one.figure,
        state=one.state,
        computation=one.computation,
        replaced_at=event.occurred_at,
    )
    return (*one.earlier, before)


def _with(row: Row, period: str, change: Callable[[ValueLine], ValueLine]) -> Row:
    periods = tuple(change(one) if one.period == period else one for one in row.periods)
    return replace(row, periods=periods, contested=sum(map(_disputed, periods)))


def _disputed(one: ValueLine) -> bool:
    """Whether somebody said something against the figure as it stands."""
    return one.figure is not None and any(contest.revision == one.revision for contest in one.contests)
