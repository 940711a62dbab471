"""The nation's page in one request, and what it says of each ministry and municipality: open to everybody."""

from typing import Any

import msgspec
from litestar import Request, Response

from domain.action_measures.vocabulary import MeasureStage
from projections import measure_dashboard as d
from projections.catalogue import (
    COUNCIL_ACTIONS,
    COUNCIL_MEETINGS,
    COUNCIL_RESOLUTIONS,
    COUNCILS,
    INDICATORS,
    MEASURE_PROGRESS,
    MEASURES,
    STRATEGIES,
)
from projections.council_workload import CouncilWorkload
from projections.cut import LeftOut, left_out
from projections.history import NOW
from projections.measure_figures import MeasureFigures, measure_figures
from services.gateway.listing import PUBLIC, answer
from services.gateway.parameters import AsOfTime, KnownAt, moment
from services.gateway.public_scope import AtScope
from services.gateway.query_route import open_query
from services.gateway.routing import Routes

AnyRequest = Request[Any, Any, Any]
_MEASURED = (MEASURES, MEASURE_PROGRESS)
_RESTS_ON = (STRATEGIES, *_MEASURED, COUNCILS, COUNCIL_MEETINGS, COUNCIL_RESOLUTIONS, COUNCIL_ACTIONS, INDICATORS)


class Scorecard(msgspec.Struct, frozen=True):
    """An institution's measures in figures, with its names by language."""

    tenant: str
    kind: str
    names: dict[str, str]
    figures: MeasureFigures


class Scorecards(msgspec.Struct, frozen=True):
    """One for each institution that leads a measure; `incomplete` names those that a past moment cannot show."""

    institutions: list[Scorecard]
    incomplete: list[LeftOut]


class InstitutionLights(msgspec.Struct, frozen=True):
    """An institution at a glance; its scorecard tells more."""

    tenant: str
    kind: str
    names: dict[str, str]
    by_light: dict[str, int]
    moved: int
    reports_missing: int
    contested: int


class Dashboard(msgspec.Struct, frozen=True):
    """How the strategy stands. Lists hold the first few of what their own addresses tell in full.

    `open_measures` are neither done nor dropped. `incomplete` names institutions that a past moment cannot show.
    """

    open_measures: int
    total: MeasureFigures
    strategies: list[d.StrategyStanding]
    institutions: list[InstitutionLights]
    red: list[d.RedMeasure]
    disputed: list[d.DisputedHalfYear]
    indicators: list[d.IndicatorStanding]
    contested_figures: list[d.DisputedFigure]
    council: CouncilWorkload | None
    resolutions: list[d.RecentResolution]
    incomplete: list[LeftOut]


@open_query("/scorecards", shows=Scorecards, operation_id="PublicScorecards")
async def scorecards(
    request: AnyRequest, seen: AtScope, *, as_of: AsOfTime = None, known_at: KnownAt = None
) -> Response[Any]:
    """What each ministry and municipality that leads measures has made of them."""
    window = seen.within(None)
    then = await window.then(moment(as_of, known_at))
    known = {one.tenant_id: one for one in (await seen.reads.national(then, valid=True)).institutions.values()}
    async with window.reading(_MEASURED, then.moment) as connection:
        found = await measure_figures(connection, then.now, None)
        missing = [] if then.moment == NOW else await left_out(connection)
    cards = [
        Scorecard(known[tenant].slug, known[tenant].kind, known[tenant].names, figures)
        for tenant, figures in found.items()
        if tenant in known
    ]
    return answer(request, Scorecards(cards, missing), cache=PUBLIC)


@open_query("/dashboard", shows=Dashboard, operation_id="PublicDashboard")
async def dashboard(
    request: AnyRequest, seen: AtScope, *, as_of: AsOfTime = None, known_at: KnownAt = None
) -> Response[Any]:
    """The strategy, its measures and the Council at a glance, now or as it was known."""
    window = seen.within(None)
    then = await window.then(moment(as_of, known_at))
    known = {one.tenant_id: one for one in (await seen.reads.national(then, valid=True)).institutions.values()}
    async with window.reading(_RESTS_ON, then.moment) as connection:
        found = await d.standing(connection, then.now)
        missing = [] if then.moment == NOW else await left_out(connection)
    ended = (MeasureStage.DONE, MeasureStage.DROPPED)
    shown = Dashboard(
        open_measures=found.total.measures - sum(found.total.by_state.get(stage, 0) for stage in ended),
        total=found.total,
        strategies=found.strategies,
        institutions=[
            InstitutionLights(
                tenant=known[tenant].slug,
                kind=known[tenant].kind,
                names=known[tenant].names,
                by_light=figures.by_light,
                moved=figures.moved,
                reports_missing=figures.reports_missing,
                contested=figures.contested,
            )
            for tenant, figures in found.by_tenant.items()
            if tenant in known
        ],
        red=found.red,
        disputed=found.disputed,
        indicators=found.indicators,
        contested_figures=found.contested_figures,
        council=found.council,
        resolutions=found.resolutions,
        incomplete=missing,
    )
    return answer(request, shown, cache=PUBLIC)


ROUTES = Routes(open=(scorecards, dashboard))
