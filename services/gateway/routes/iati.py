"""Measures in the form of IATI 2.03, streamed to everybody, now and at any past moment."""

from collections.abc import AsyncGenerator
from datetime import date
from typing import Any

from litestar import Request, Response

from domain.kernel.deadline import local_day
from domain.kernel.ids import NATIONAL_SLUG
from projections.catalogue import INDICATORS, MEASURE_TRANSACTIONS, MEASURES, STRATEGIES
from projections.history import NOW
from services.gateway.desk import Then
from services.gateway.listing import PUBLIC, cut_of
from services.gateway.parameters import AsOfTime, KnownAt, Slug, moment
from services.gateway.public_scope import AtScope, Window
from services.gateway.query_route import open_query
from services.gateway.routes.open_data import given_as, tag_of
from services.gateway.routing import Routes
from services.open_data.iati_activity import Publisher, publisher_of
from services.open_data.iati_package import Strategies, as_xml, strategies_of

AnyRequest = Request[Any, Any, Any]
XML = "application/xml"
_MODELS = (MEASURES, MEASURE_TRANSACTIONS, INDICATORS)
_RESPONSES: dict[str, Any] = {
    "200": {"description": "A file of activities of IATI 2.03", "content": {XML: {"schema": {"type": "string"}}}},
    "304": {"description": "The reader has it already"},
}


@open_query("/open-data/iati.xml", responses=_RESPONSES, operation_id="IatiActivities")
async def activities(
    request: AnyRequest, seen: AtScope, *, tenant: Slug = None, as_of: AsOfTime = None, known_at: KnownAt = None
) -> Response[Any]:
    """Every measure of an institution, or of all with the strategies that they are part of, as IATI tells them."""
    window = seen.within(tenant)
    headers = {"cache-control": PUBLIC}
    streamed = written_whole(window, await window.then(moment(as_of, known_at)), headers)
    return await given_as(request, streamed, XML, headers)


async def written_whole(
    window: Window, then: Then, headers: dict[str, str] | None = None
) -> AsyncGenerator[bytes, None]:
    """The bytes of a file at a moment; `headers` get its entity tag before the first of them.

    Of the past they also get up to where each log goes, and whose log could not be read.
    """
    publisher, strategies = await _publisher(window, then), await _strategies(window, then)
    national = window.slug in (None, NATIONAL_SLUG)
    async with window.reading(_MODELS, then.moment) as connection:
        if headers is not None:
            beside = (publisher, _day_of(then), [(one.strategy_id, one.version) for one in strategies.values()])
            headers["etag"] = await tag_of(connection, _MODELS, beside)
            if then.moment != NOW:
                headers |= (await cut_of(connection))[0]
        yield b""
        async for chunk in as_xml(connection, strategies, publisher, then.now, national=national):
            yield chunk


async def _publisher(window: Window, then: Then) -> Publisher:
    institutions = (await window.reads.national(then, valid=True)).institutions
    return publisher_of(window.reads.system.settings, institutions)


async def _strategies(window: Window, then: Then) -> Strategies:
    """They stand in the national log, whosever measures are asked for."""
    async with window.scope.within(NATIONAL_SLUG).reading((STRATEGIES,), then.moment) as connection:
        return await strategies_of(connection)


def _day_of(then: Then) -> date:
    """The day by which a strategy has begun or is over."""
    return local_day(then.now)


ROUTES = Routes(open=(activities,))
