"""Who the reader is here, by which rules the tenant is bound, and which days count."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import QueryParameter

from domain.kernel.calendar import NonWorkingDay
from domain.kernel.deadline import local_day
from domain.kernel.errors import HistoryCorrupt
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.message import N_
from domain.kernel.rules import Rule
from domain.organisations.representation import Representation
from projections.cut import LeftOut
from projections.history import NOW, Moment
from services.gateway.bounds import FIRST_YEAR, LAST_YEAR
from services.gateway.desk import Reads
from services.gateway.listing import answer
from services.gateway.parameters import AsOf, AsOfTime, KnownAt, moment
from services.gateway.query_route import AtDesk, query
from services.gateway.refusals import InvalidParameter
from services.gateway.routing import Routes
from services.gateway.security import person, single

AnyRequest = Request[Any, Any, Any]


class MandateView(msgspec.Struct, frozen=True):
    """A role, the legal basis it rests on, and the organisation it is held for."""

    role: str
    basis: str
    organisation_id: UUID | None = None


class OwnSeat(msgspec.Struct, frozen=True):
    """The reader in one tenant. `now` is that tenant's time."""

    tenant: str
    kind: str
    sandbox: bool
    now: datetime
    mandates: list[MandateView]


class Me(msgspec.Struct, frozen=True):
    """The person of the token, and the tenants in which mandates are held now.

    `incomplete` names the tenants of which that is not known, as their log cannot be read.
    """

    person_id: UUID
    seats: list[OwnSeat]
    incomplete: list[LeftOut]


class RulesInForce(msgspec.Struct, frozen=True):
    """The rules that bind the tenant on a day; `pack` ends in `+` where own values stand in it."""

    tenant: str
    on: date
    pack: str
    rules: list[Rule]


class CalendarView(msgspec.Struct, frozen=True):
    """Days that do not count beside Saturdays and Sundays, in the published years."""

    version: str
    years: list[int]
    days: list[NonWorkingDay]


@query("/me", "mandates", shows=OwnSeat)
async def seat_here(
    request: AnyRequest, desk: AtDesk, *, as_of: AsOf = None, known_at: KnownAt = None
) -> Response[Any]:
    """The reader's mandates in this tenant."""
    at = moment(as_of, known_at)
    national = await desk.reads.national(await desk.then(at), valid=True)
    return answer(request, await _seat(desk.reads, desk.person_id, desk.tenant.slug, at, national.representation))


@query("/rules", "rules", shows=RulesInForce)
async def rules(
    request: AnyRequest,
    desk: AtDesk,
    *,
    on: Annotated[
        str | None,
        QueryParameter(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A day; without it today"),
    ] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """The rules in force, each with its citation and whose value it is; for the past, as known then."""
    then = await desk.then(moment(as_of, known_at))
    day = local_day(then.now) if on is None else _day(on)
    overrides = (await desk.governance(then.moment)).overrides
    found = (await desk.reads.national(then)).rules(desk.tenant.kind, overrides, day)
    shown = RulesInForce(desk.tenant.slug, day, found.pack, sorted(found, key=lambda rule: rule.key))
    return answer(request, shown)


@query("/calendar", "calendar", shows=CalendarView)
async def calendar(
    request: AnyRequest,
    desk: AtDesk,
    *,
    year: Annotated[int | None, QueryParameter(ge=FIRST_YEAR, le=LAST_YEAR)] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response[Any]:
    """The working calendar that every institution counts by, now or as far as it was known then."""
    then = await desk.then(moment(as_of, known_at))
    found = (await desk.reads.national(then, valid=True)).calendar()
    days = sorted((d for d in found.days.values() if year in (None, d.day.year)), key=lambda d: d.day)
    return answer(request, CalendarView(found.version, sorted(found.years), days))


def me_query(reads: Reads) -> Any:
    """The query of a person's own mandates everywhere; a valid token is all it needs."""

    @query("/v1/me", "me", shows=Me, operation_id="Me", tags=["tenants"])
    async def me(request: AnyRequest, as_of: AsOfTime = None, known_at: KnownAt = None) -> Response[Any]:
        """The person of the token and where mandates are held."""
        person_id = person(single(request.scope["headers"]), reads.system.tokens)
        handler, at = reads.system.handler, moment(as_of, known_at)
        institutions = (await handler.authority.national()).institutions
        nation = await handler.authority.tenant(NATIONAL_SLUG)
        then = await reads.then(nation, at, await handler.now(nation))
        representation = (await reads.national(then, valid=True)).representation
        seats, missing = [], []
        for slug in list(institutions) or [NATIONAL_SLUG]:
            try:
                seats.append(await _seat(reads, person_id, slug, at, representation))
            except HistoryCorrupt as error:
                missing.append(LeftOut(slug, error.code))
        return answer(request, Me(person_id, [seat for seat in seats if seat.mandates], missing))

    return me


async def _seat(reads: Reads, person_id: UUID, slug: str, at: Moment, representation: Representation) -> OwnSeat:
    """What the tenant gave, and organisations for every institution; today also what its successors' people have."""
    handler = reads.system.handler
    tenant = await handler.authority.tenant(slug)
    now = (await reads.then(tenant, at, await handler.now(tenant))).now
    governance = await reads.governance(tenant.tenant_id, at)
    held = governance.mandates(person_id, now) + representation.mandates(person_id, now)
    if governance.succession is not None and at == NOW:
        held += await handler.authority.as_successor(tenant, person_id, now)
    mandates = [MandateView(str(m.role), m.basis, m.organisation_id) for m in held]
    return OwnSeat(tenant.slug, tenant.kind, tenant.sandbox, now, mandates)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidParameter("on", N_("This is not a date as RFC 3339 writes it.")) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidParameter(
            "on", N_("The year must lie between {first} and {last}."), first=FIRST_YEAR, last=LAST_YEAR
        )
    return day


ROUTES = Routes(queries=(seat_here, rules, calendar))
