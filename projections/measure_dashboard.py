"""How the strategy stands in the nation: objectives by light, what needs looking at, each institution in figures."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from domain.action_measures.indicator_vocabulary import Figure
from domain.action_measures.vocabulary import Field
from domain.kernel.text import Title
from projections import indicator_queries, measure_progress_queries, measure_queries, strategy_queries
from projections.council_queries import PUBLIC_COUNCILS, PUBLIC_RESOLUTIONS, CouncilFilter, ResolutionFilter
from projections.council_workload import CouncilWorkload, workload
from projections.counting import summed
from projections.indicator_queries import ContestedFigure, PublicIndicator
from projections.measure_figures import MeasureFigures, measure_figures
from projections.reading import ReadConnection
from projections.strategy_queries import PublicStrategy

LISTED = 5
"""How many of a kind are shown: the page stays small whatever happens; each list is whole under its own address."""
_STRATEGIES, _INDICATORS = 2, 4


class ObjectiveStanding(msgspec.Struct, frozen=True):
    """A strategic objective with its measures by light."""

    code: str
    field: Field
    title: Title
    by_light: dict[str, int]


class StrategyStanding(msgspec.Struct, frozen=True):
    """A strategy with its objectives. `plan_known` is false where no source holds the action plan's own table."""

    strategy_id: UUID
    reference: str
    title: Title
    state: str
    first_day: date
    last_day: date
    plan_known: bool
    objectives: list[ObjectiveStanding]


class RedMeasure(msgspec.Struct, frozen=True):
    """A measure that is late, and how often its days were moved."""

    measure_id: UUID
    tenant: str
    strategy: str
    code: str
    title: Title
    light_reason: str
    baseline_last_day: date
    last_day: date
    moved: int


class DisputedHalfYear(msgspec.Struct, frozen=True):
    """A half-year that civil society or an evaluator sees otherwise than the Government."""

    measure_id: UUID
    tenant: str
    code: str
    title: Title | None
    period: str
    completion: str | None
    civil_society: str | None
    evaluator: str | None
    contested: int


class IndicatorStanding(msgspec.Struct, frozen=True):
    """An indicator of a strategy with its last value; `contested` organisations dispute one of its values."""

    indicator_id: UUID
    tenant: str
    objective: str | None
    title: Title
    unit: str
    direction: str
    source: str
    contested: int
    period: str | None
    figure: Figure | None
    target: str | None
    met: bool | None


class DisputedFigure(msgspec.Struct, frozen=True):
    """A value that an organisation contests, with its own figure; its reason stands with the indicator."""

    indicator_id: UUID
    tenant: str
    title: Title
    unit: str
    period: str
    figure: Figure
    own: Figure | None


class RecentResolution(msgspec.Struct, frozen=True):
    """A resolution of the Council, and the sides that it was adopted against."""

    resolution_id: UUID
    number: str
    kind: str
    about: str | None
    title: Title
    outvoted: tuple[str, ...]
    adopted_at: datetime


class Standing(msgspec.Struct, frozen=True):
    """All of it at a moment. `by_tenant` are the figures of each institution by its id."""

    strategies: list[StrategyStanding]
    total: MeasureFigures
    by_tenant: Mapping[int, MeasureFigures]
    red: list[RedMeasure]
    disputed: list[DisputedHalfYear]
    indicators: list[IndicatorStanding]
    contested_figures: list[DisputedFigure]
    council: CouncilWorkload | None
    resolutions: list[RecentResolution]


async def standing(connection: ReadConnection, now: datetime) -> Standing:
    """Of the tenants in scope, as everybody may see it."""
    by_tenant = await measure_figures(connection, now, None)
    strategies = await _strategies(connection, now)
    contested = await indicator_queries.contested_figures(connection, indicator_queries.ContestFilter(), limit=LISTED)
    return Standing(
        strategies=strategies,
        total=summed(MeasureFigures, by_tenant.values()),
        by_tenant=by_tenant,
        red=await _red(connection, now),
        disputed=await _disputed(connection),
        indicators=[one for of in strategies for one in await _indicators(connection, of.strategy_id)],
        contested_figures=[_disputed_figure(one) for one in contested.items],
        council=await _council(connection, now),
        resolutions=await _resolutions(connection),
    )


async def _strategies(connection: ReadConnection, now: datetime) -> list[StrategyStanding]:
    found = await strategy_queries.public_strategies(connection, limit=_STRATEGIES)
    counted = await measure_queries.lights_of_objectives(connection, now)
    return [
        StrategyStanding(
            strategy_id=one.strategy_id,
            reference=one.reference,
            title=one.title,
            state=one.state,
            first_day=one.first_day,
            last_day=one.last_day,
            plan_known=one.plan_known,
            objectives=_objectives(one, counted.get(one.strategy_id, {})),
        )
        for one in found.items
    ]


def _objectives(strategy: PublicStrategy, counted: Mapping[str, Mapping[str, int]]) -> list[ObjectiveStanding]:
    """Measures of specific objectives count for the strategic one above."""
    return [
        ObjectiveStanding(
            code=one.code,
            field=one.field,
            title=one.title,
            by_light=_together(counted.get(code, {}) for code in (one.code, *(part.code for part in one.specific))),
        )
        for one in strategy.objectives
    ]


def _together(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in counts:
        for light, number in one.items():
            total[light] = total.get(light, 0) + number
    return total


async def _red(connection: ReadConnection, now: datetime) -> list[RedMeasure]:
    page = await measure_queries.public_measures(connection, now, measure_queries.Filter(light="red"), limit=LISTED)
    return [
        RedMeasure(
            measure_id=one.measure_id,
            tenant=one.tenant,
            strategy=one.strategy,
            code=one.code,
            title=one.title,
            light_reason=one.light_reason,
            baseline_last_day=one.baseline_last_day,
            last_day=one.last_day,
            moved=len(one.revisions),
        )
        for one in page.items
    ]


async def _disputed(connection: ReadConnection) -> list[DisputedHalfYear]:
    chosen = measure_progress_queries.Filter(disputed=True)
    page = await measure_progress_queries.public_progress(connection, chosen, limit=LISTED)
    return [
        DisputedHalfYear(
            measure_id=one.measure_id,
            tenant=one.tenant,
            code=one.code,
            title=one.title,
            period=one.period,
            completion=one.completion,
            civil_society=one.civil_society,
            evaluator=one.evaluator,
            contested=one.contested,
        )
        for one in page.items
    ]


async def _indicators(connection: ReadConnection, strategy_id: UUID) -> list[IndicatorStanding]:
    """Of the strategy's own objectives; those of measures are found beside each measure."""
    chosen = indicator_queries.Filter(strategy_id=strategy_id, state="defined")
    page = await indicator_queries.public_indicators(connection, chosen, limit=_INDICATORS)
    return [_indicator(one) for one in page.items]


def _indicator(one: PublicIndicator) -> IndicatorStanding:
    told = [period for period in one.periods if period.figure is not None]
    last = told[-1] if told else None
    return IndicatorStanding(
        indicator_id=one.indicator_id,
        tenant=one.tenant,
        objective=one.objective,
        title=one.title,
        unit=one.unit,
        direction=one.direction,
        source=one.source,
        contested=one.contested,
        period=None if last is None else last.period,
        figure=None if last is None else last.figure,
        target=None if last is None else last.target,
        met=None if last is None else last.met,
    )


def _disputed_figure(one: ContestedFigure) -> DisputedFigure:
    return DisputedFigure(one.indicator_id, one.tenant, one.title, one.unit, one.period, one.figure, one.own)


async def _council(connection: ReadConnection, now: datetime) -> CouncilWorkload | None:
    """The work of the Council that was constituted last."""
    sitting = await PUBLIC_COUNCILS.page(connection, CouncilFilter().conditions(now), None, 1)
    return await workload(connection, now, sitting.items[0].council_id) if sitting.items else None


async def _resolutions(connection: ReadConnection) -> list[RecentResolution]:
    page = await PUBLIC_RESOLUTIONS.page(connection, ResolutionFilter().conditions(), None, LISTED)
    return [
        RecentResolution(
            resolution_id=one.resolution_id,
            number=one.number,
            kind=one.kind,
            about=one.about,
            title=one.title,
            outvoted=tuple(side.value for side in one.outvoted),
            adopted_at=one.adopted_at,
        )
        for one in page.items
    ]
