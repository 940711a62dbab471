"""Figures: one institution's own, and the nation's with the positions they rest on."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from projections.as_is import as_is
from projections.catalogue import CONSULTATIONS
from projections.cut import LeftOut, left_out
from projections.further import OF, Further, further, total
from projections.history import NOW
from projections.ministry_overview import ministry_overview
from projections.municipality_overview import municipality_overview
from projections.national_overview import national_overview
from projections.overview import Figures, Overview, overviews
from projections.reading import ReadConnection
from services.command_handling.answering import answering
from services.gateway.desk import Desk, Reads, Then
from services.gateway.listing import answer
from services.gateway.parameters import AsOf, AsOfTime, AtLeast, Genealogy, KnownAt, moment
from services.gateway.query_route import AtDesk, query
from services.gateway.routing import Routes

AnyRequest = Request[Any, Any, Any]
Year = Annotated[int | None, QueryParameter(ge=1900, le=2199)]


_RESTS_ON = tuple(dict.fromkeys((CONSULTATIONS, *OF)))
_NOTHING = Further()


class Parity(msgspec.Struct, frozen=True):
    """Opened consultations in every language they had to be in, and how many were opened with documents."""

    complete: int
    opened: int


class OverviewView(msgspec.Struct, frozen=True):
    """Figures of one institution: of a ministry also by kind of `acts`, of a municipality its `language_parity`.

    `total` and `years` are of consultations; `further` are the figures of everything else.
    """

    tenant: str
    kind: str
    names: dict[str, str]
    total: Figures
    years: dict[str, Figures]
    acts: dict[str, int] | None = None
    language_parity: Parity | None = None
    further: Further = _NOTHING


class NationalView(msgspec.Struct, frozen=True):
    """`positions` says for each tenant up to which position of its log the figures go.

    `incomplete` names those that are not in the figures of a past moment, as their log cannot be read.
    """

    total: Figures
    by_kind: dict[str, Figures]
    institutions: list[OverviewView]
    positions: dict[str, int]
    further: Further
    incomplete: list[LeftOut]


@query("/overview", "overview", shows=OverviewView)
async def overview(
    request: AnyRequest,
    desk: AtDesk,
    *,
    year: Year = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_least: AtLeast = None,
    genealogy: Genealogy = "as_was",
) -> Response[Any]:
    """The institution's own figures, as its kind needs them; as it is, with those of others that went into it."""
    then = await desk.then(moment(as_of, known_at))
    names = await _names(desk.reads, then)
    if at_least is not None:
        await desk.reach(_RESTS_ON, at_least, inheriting=genealogy == "as_is")
    reading = desk.reading(_RESTS_ON, then.moment)
    if genealogy == "as_is":
        reading = desk.inheriting(_RESTS_ON, then.moment, merged=True)
    async with reading as connection:
        shown = await _own(desk, connection, then.now, year)
        more = await further(connection, then.now, year)
    names_then, also = names.get(shown.tenant, shown.names), more.get(desk.tenant.tenant_id, _NOTHING)
    return answer(request, msgspec.structs.replace(shown, names=names_then, further=also))


async def _names(reads: Reads, then: Then) -> dict[str, dict[str, str]]:
    """What the institutions were called then, by slug; nothing of those that were not registered yet."""
    return {slug: one.names for slug, one in (await reads.national(then, valid=True)).institutions.items()}


async def _own(desk: Desk, connection: ReadConnection, now: datetime, year: int | None) -> OverviewView:
    for ministry in await ministry_overview(connection, now, year=year):
        return msgspec.structs.replace(_view(ministry.overview), acts=ministry.acts)
    for municipality in await municipality_overview(connection, now, year=year):
        parity = Parity(*municipality.language_parity)
        return msgspec.structs.replace(_view(municipality.overview), language_parity=parity)
    for other in await overviews(connection, now, year=year):
        return _view(other)
    institution = (await desk.system.handler.authority.national()).institutions.get(desk.tenant.slug)
    names = institution.names if institution else {}
    return OverviewView(desk.tenant.slug, desk.tenant.kind, names, Figures(), {})


def _view(found: Overview, also: Further = _NOTHING) -> OverviewView:
    years = {str(year): figures for year, figures in found.years.items()}
    return OverviewView(found.tenant, found.kind, found.names, found.total, years, further=also)


@query("/overview", "national_overview", shows=NationalView, operation_id="NationalOverview")
async def national(
    request: AnyRequest,
    desk: AtDesk,
    *,
    year: Year = None,
    as_of: AsOfTime = None,
    known_at: KnownAt = None,
    genealogy: Genealogy = "as_was",
) -> Response[Any]:
    """All institutions but the sandboxes together, each figure with the positions that it rests on.

    Of the past it is one cut through all logs: `positions` says where it went through each. An auditor sees those
    institutions that a mandate names. As they are now, institutions that ended count for those that answer for them.
    """
    then = await desk.then(moment(as_of, known_at))
    names = await _names(desk.reads, then)
    institutions = (await desk.system.handler.authority.national()).institutions
    slugs = {one.tenant_id: slug for slug, one in institutions.items() if not one.sandbox}
    if desk.audits:
        slugs = {one.tenant_id: one.slug for one in desk.audited if not one.sandbox}
    async with desk.reads.audited(list(slugs), _RESTS_ON, then.moment, partly=True) as connection:
        shown_as = connection
        if genealogy == "as_is":
            shown_as = await as_is(connection, _RESTS_ON, await answering(desk.system.handler.authority))
        found = await national_overview(shown_as, then.now, year=year)
        missing = [] if then.moment == NOW else await left_out(connection)
    shown = NationalView(
        total=found.total,
        by_kind=found.by_kind,
        institutions=[
            _view(
                msgspec.structs.replace(one, names=names.get(one.tenant, one.names)),
                found.further.get(one.tenant_id, _NOTHING),
            )
            for one in found.institutions
        ],
        further=total(found.further.values()),
        positions={slugs[tenant_id]: position for tenant_id, position in found.positions.items() if tenant_id in slugs},
        incomplete=missing,
    )
    return answer(request, shown)


ROUTES = Routes(queries=(overview,), national=(national,))
