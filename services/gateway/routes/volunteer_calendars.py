"""Calendars to subscribe to: a provider's shifts for everybody."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath

from domain.volunteering.vocabulary import OpportunityStage
from projections import opportunity_queries as q
from projections import volunteer_provider_queries as providers
from projections.catalogue import OPPORTUNITIES, VOLUNTEER_PROVIDERS
from projections.opportunity_register import OpportunityFacts
from projections.reading import LARGEST, ReadConnection
from services.gateway.listing import PUBLIC
from services.gateway.preconditions import is_known
from services.gateway.public_scope import AtScope
from services.gateway.query_route import open_query
from services.gateway.routing import Routes
from services.gateway.wording import negotiate
from services.open_data.volunteer_calendar import Told, written

AnyRequest = Request[Any, Any, Any]
ICALENDAR = "text/calendar"
_SHOWN = (OpportunityStage.PUBLISHED, OpportunityStage.FILLED)
CALENDAR = {
    "200": {
        "description": "A calendar (RFC 5545), texts by Accept-Language",
        "content": {ICALENDAR: {"schema": {"type": "string"}}},
    },
    "304": {"description": "The reader has it already"},
}


class _Offered(msgspec.Struct, frozen=True):
    """A provider of the institution `tenant`, with what it offers."""

    tenant: str
    provider: providers.PublicProvider
    told: tuple[Told, ...]


@open_query("/volunteer-providers/{id:uuid}/calendar.ics", responses=CALENDAR, operation_id="VolunteerProviderCalendar")
async def provider_calendar(request: AnyRequest, seen: AtScope, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002 - the path's word
    """The shifts of a provider's published opportunities, to subscribe to."""

    async def look(connection: ReadConnection, now: datetime) -> _Offered | None:
        found = await providers.public_provider(connection, id)
        return None if found is None else _Offered(found.tenant, found, await _offered(connection, now, found))

    found = await seen.one((VOLUNTEER_PROVIDERS, OPPORTUNITIES), look)
    language = negotiate(request.headers.get("accept-language", ""))
    return give(request, found.provider.title.in_language(language), found.told, language, PUBLIC)


def give(request: AnyRequest, name: str, told: Iterable[Told], language: str, cache: str) -> Response[Any]:
    """The calendar with its entity tag, or 304 for a reader who has it."""
    body = written(name, told, language)
    headers = {"etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"', "cache-control": cache}
    headers |= {"vary": "Accept-Language", "content-language": language}
    if is_known(dict(request.scope["headers"]), headers["etag"]):
        return Response(b"", status_code=304, headers=headers, media_type=ICALENDAR)
    return Response(body, headers=headers, media_type=f"{ICALENDAR}; charset=utf-8")


def told_of(row: OpportunityFacts) -> Told:
    """What a calendar says of an opportunity."""
    return Told(
        opportunity_id=row.opportunity_id,
        title=row.title,
        summary=row.summary,
        place=", ".join(filter(None, (row.venue, row.municipality))),
        latitude=row.latitude,
        longitude=row.longitude,
        shifts=row.shifts,
        first_day=row.first_day,
        last_day=row.last_day,
        version=row.version,
        changed_at=row.changed_at,
    )


async def _offered(connection: ReadConnection, now: datetime, provider: providers.PublicProvider) -> tuple[Told, ...]:
    """What the provider asks volunteers for, closed opportunities left out; a page at a time."""
    chosen, found = q.Filter(provider_id=provider.provider_id), list[Told]()
    page = await q.public_opportunities(connection, now, chosen, tenant=provider.tenant, limit=LARGEST)
    while True:
        found += [told_of(row) for row in page.items if row.state in _SHOWN]
        if page.next is None:
            return tuple(found)
        page = await q.public_opportunities(
            connection, now, chosen, tenant=provider.tenant, after=page.next, limit=LARGEST
        )


ROUTES = Routes(open=(provider_calendar,))
