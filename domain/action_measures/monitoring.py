"""What a monitoring report is frozen as: figures, measures and objections, with the positions that they rest on."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated
from uuid import UUID

import msgspec

from domain.action_measures.computed import COMPUTED
from domain.action_measures.indicator_vocabulary import Figure, QueryName, Unit, Whole
from domain.action_measures.vocabulary import MeasureStage, PlanCode
from domain.kernel.amounts import require_once
from domain.kernel.canonical import canonical
from domain.kernel.errors import InvalidValue
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.kernel.text import Line, Slug, Text, Title
from domain.kernel.vocabulary import Count, Instant, Sha256

Position = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1, description="Position in the log of an institution")]


class ReportStage(StrEnum):
    """Where a report stands: its half-year runs, it is due, written, frozen, approved by the Council, published."""

    EXPECTED = "expected"
    DUE = "due"
    DRAFTED = "drafted"
    FROZEN = "frozen"
    APPROVED = "approved"
    PUBLISHED = "published"


class Light(StrEnum):
    """How a measure stands at a glance."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    GREY = "grey"


class LightReason(StrEnum):
    """Why the light has its colour; of several the first."""

    DROPPED = "dropped"
    DONE = "done"
    LAST_DAY_OVER = "last_day_over"
    REPORTS_MISSING = "reports_missing"
    AT_RISK = "at_risk"
    MILESTONE_OVER = "milestone_over"
    REPORT_OVERDUE = "report_overdue"
    NOT_STARTED = "not_started"
    ON_TRACK = "on_track"


class ReportSection(StrEnum):
    """Part of a report: what a figure is about."""

    CONSULTATIONS = "consultations"
    GRANTS = "grants"
    CONTRACTS = "contracts"
    VOLUNTEERING = "volunteering"
    ORGANISATIONS = "organisations"
    DEADLINES = "deadlines"


class LogPosition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Up to where the log of an institution was read."""

    tenant: Slug
    position: Position


class EventRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The events of a log from which a figure follows: how many, and the positions of the first and the last."""

    tenant: Slug
    first: Position
    last: Position
    events: Count


class InstitutionCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What an institution adds to a figure."""

    tenant: Slug
    numerator: Whole
    denominator: Whole | None = None


class FrozenFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A figure with the query that found it and where its events lie."""

    section: ReportSection
    query: QueryName
    query_hash: Sha256
    unit: Unit
    figure: Figure
    by_institution: Annotated[tuple[InstitutionCounts, ...], msgspec.Meta(max_length=1000)] = ()
    ranges: Annotated[tuple[EventRange, ...], msgspec.Meta(max_length=1000)] = ()


class FrozenMeasure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """How a measure stood: `baseline` as first promised, `last_day` as it counted, `moved` times in between."""

    measure_id: UUID
    tenant: Slug
    code: PlanCode
    objective: PlanCode
    title: Title
    state: MeasureStage
    light: Light
    reason: LightReason
    baseline: date
    last_day: date
    moved: Count = 0


class ContestedFigure(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A reported figure against which an organisation says something, and its own one where it has one."""

    tenant: Slug
    indicator_id: UUID
    title: Title
    period: Line
    reported: Figure
    organisation_id: UUID
    own: Figure | None = None
    reason: Text = Text()


class FrozenReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """All that a report says in figures: what had happened by `as_of`, as far as logs went to `positions`."""

    as_of: Instant
    positions: Annotated[tuple[LogPosition, ...], msgspec.Meta(min_length=1, max_length=1000)]
    figures: Annotated[tuple[FrozenFigure, ...], msgspec.Meta(min_length=1, max_length=200)]
    measures: Annotated[tuple[FrozenMeasure, ...], msgspec.Meta(max_length=1000)] = ()
    contested: Annotated[tuple[ContestedFigure, ...], msgspec.Meta(max_length=500)] = ()

    @property
    def digest(self) -> Sha256:
        """SHA-256 (hex) of the canonical JSON: what a resolution names, and a printed report shows."""
        return sha256(canonical(self)).hexdigest()


def report_id(strategy: UUID, period: str) -> UUID:
    """The stream of the one report on a strategy for a half-year, in the national log."""
    return derived_id("monitoring report", strategy, period)


def require_exact(frozen: FrozenReport) -> None:
    """Refuse figures that do not follow from their numbers, or whose institutions do not add up to them.

    Raises: InvalidValue.
    """
    require_once((one.tenant for one in frozen.positions), "/frozen/positions", "tenant")
    require_once((one.query for one in frozen.figures), "/frozen/figures", "query")
    read = {one.tenant: one.position for one in frozen.positions}
    for n, one in enumerate(frozen.figures):
        _require_figure(one, f"/frozen/figures/{n}")
        _require_read(one, f"/frozen/figures/{n}/ranges", read)


def _require_figure(one: FrozenFigure, pointer: str) -> None:
    described = COMPUTED.get(one.query)
    if described is None:
        raise InvalidValue(f"{pointer}/query", N_("The library has no query {query}."), query=one.query.name)
    numerator, denominator = _sums(one.by_institution, weighted=described.weighted)
    if described.unit != one.unit or described.figure(numerator, denominator) != one.figure:
        raise InvalidValue(f"{pointer}/figure", N_("The figure does not follow from what institutions add to it."))


def _sums(counts: Iterable[InstitutionCounts], *, weighted: bool) -> tuple[int, int | None]:
    every = list(counts)
    denominator = sum(one.denominator or 0 for one in every) if weighted else None
    return sum(one.numerator for one in every), denominator


def _require_read(one: FrozenFigure, pointer: str, read: dict[str, int]) -> None:
    for n, found in enumerate(one.ranges):
        if not found.first <= found.last <= read.get(found.tenant, -1):
            raise InvalidValue(f"{pointer}/{n}", N_("The events lie beyond where the log was read."))
