"""Calendars to subscribe to: a provider's shifts for everybody, a volunteer's own at an address that only they know."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, PathParameter

from domain.kernel.deadline import local_day
from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.message import N_
from domain.volunteering.events.volunteer import volunteer_id
from domain.volunteering.vocabulary import OpportunityStage
from projections import opportunity_queries as q
from projections import volunteer_provider_queries as providers
from projections import volunteer_queries as volunteers
from projections.catalogue import OPPORTUNITIES, VOLUNTEER_AGREEMENTS, VOLUNTEER_PROVIDERS, VOLUNTEERS
from projections.opportunity_register import OpportunityFacts
from projections.reading import LARGEST, ReadConnection
from projections.volunteer_calendar_queries import Commitment, commitments
from projections.volunteer_register import REGISTERED, VolunteerRow
from services.gateway.desk import Reads
from services.gateway.listing import PUBLIC, answer
from services.gateway.preconditions import is_known
from services.gateway.public_scope import AtScope
from services.gateway.query_route import AtDesk, open_query, query
from services.gateway.routing import Routes
from services.gateway.wording import negotiate, said
from services.open_data.volunteer_calendar import Told, written

AnyRequest = Request[Any, Any, Any]
ICALENDAR = "text/calendar"
_OWN = N_("My voluntary work")
_PROOF = 16
"""Bytes that prove an address: guessed once in 2**128 times."""
_SHOWN = (OpportunityStage.PUBLISHED, OpportunityStage.FILLED)
CALENDAR = {
    "200": {
        "description": "A calendar (RFC 5545), texts by Accept-Language",
        "content": {ICALENDAR: {"schema": {"type": "string"}}},
    },
    "304": {"description": "The reader has it already"},
}


Code = Annotated[str, PathParameter(max_length=60, description="The secret part of the address")]


class CalendarAddress(msgspec.Struct, frozen=True):
    """Where a calendar is; a secret of whom it is about."""

    address: str


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


@query("/me/volunteer/calendar", "own_volunteer_calendar", shows=CalendarAddress)
async def own_calendar(request: AnyRequest, desk: AtDesk) -> Response[Any]:
    """Where the reader's own calendar is: whoever knows the address reads it, until it is renewed."""
    async with desk.reading((VOLUNTEERS,)) as connection:
        row = await volunteers.volunteer(connection, volunteer_id(desk.person_id))
    if row is None or row.state != REGISTERED:
        raise StreamNotFound
    address = f"/v1/public/volunteer-calendars/{code_of(desk.reads, row)}/calendar.ics"
    return answer(request, CalendarAddress(address), cache="no-store")


@open_query("/volunteer-calendars/{code:str}/calendar.ics", responses=CALENDAR, operation_id="VolunteerCalendar")
async def volunteer_calendar(request: AnyRequest, seen: AtScope, code: Code) -> Response[Any]:
    """What a volunteer signed for in all institutions, for whoever holds the secret address."""
    row = await _known(seen.reads, code)
    told: list[Told] = []
    for tenant_id in await seen.tenants(None, sandboxes=True):
        async with seen.reads.one(tenant_id, (VOLUNTEER_AGREEMENTS, OPPORTUNITIES)) as connection:
            told += [_agreed(one) for one in await commitments(connection, row.person_id)]
    language = negotiate(request.headers.get("accept-language", ""))
    return give(request, said(_OWN, language), told, language, "private, max-age=300")


def code_of(reads: Reads, row: VolunteerRow) -> str:
    """The person's id and a proof that only this installation can make, in the alphabet of addresses."""
    told = row.person_id.bytes + row.calendar.to_bytes(8)
    proof = hmac.digest(reads.system.tokens.secret("volunteer calendars"), told, "sha256")[:_PROOF]
    return base64.urlsafe_b64encode(row.person_id.bytes + proof).decode().rstrip("=")


async def _known(reads: Reads, code: str) -> VolunteerRow:
    """The volunteer whose address that is. Raises: StreamNotFound for every other, in the same words."""
    try:
        sent = base64.b64decode(code + "=" * (-len(code) % 4), altchars=b"-_", validate=True)
        person_id = UUID(bytes=sent[:16])
    except ValueError as error:
        raise StreamNotFound from error
    async with reads.one(NATIONAL_TENANT, (VOLUNTEERS,)) as connection:
        row = await volunteers.volunteer(connection, volunteer_id(person_id))
    if row is None or row.state != REGISTERED or not hmac.compare_digest(code.encode(), code_of(reads, row).encode()):
        raise StreamNotFound
    return row


def _agreed(row: Commitment) -> Told:
    """Only what lies between the days of the agreement."""
    first, last = max(row.first_day, row.agreed_first_day), min(row.last_day, row.agreed_last_day)
    own = tuple(one for one in row.shifts if row.agreed_first_day <= local_day(one.starts_at) <= row.agreed_last_day)
    return msgspec.structs.replace(told_of(row), shifts=own, first_day=first, last_day=last)


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


ROUTES = Routes(queries=(own_calendar,), open=(provider_calendar, volunteer_calendar))
