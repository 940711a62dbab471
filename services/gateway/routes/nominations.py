"""Nominations: what institutions ask for, for everybody; who was named, for those who asked and those who named."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath
from msgspec.structs import replace

from domain.kernel.errors import StreamNotFound
from domain.kernel.manifest import Role
from domain.platforms.commands import nomination as c
from domain.platforms.nomination import REASON
from projections import nomination_queries as q
from projections.catalogue import NOMINATION_CALLS, NOMINATIONS
from projections.nomination_call_register import NominationCallRow
from projections.nomination_register import NominationRow
from projections.reading import Page
from services.erasure.holdings import opened_in
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.listing import answer
from services.gateway.query_route import AtDesk, query
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

AnyRequest = Request[Any, Any, Any]
_CALL, _NOMINATION = "/nomination-calls/{id}", "/nominations/{id}"
CallView = view_of(NominationCallRow, "NominationCall", without=("public",))
PublicCallView = view_of(q.PublicNominationCall, "PublicNominationCall")
NominationView = view_of(NominationRow, "PlatformNomination")


class NominatedPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was nominated, in words; `full_name` is null where it was erased."""

    nomination_id: UUID
    nominee_id: UUID
    state: str
    nominated_at: datetime
    full_name: str | None
    email: str | None = None
    statement: str | None = None
    declined_reason: str | None = None


@listed("/nomination-calls", "nomination_calls", CallView, of=(NOMINATION_CALLS,), by=q.CallFilter)
async def nomination_calls(asked: AtDeskAsked[q.CallFilter]) -> Page[NominationCallRow]:
    """Calls for nominations of the institution, the newest first."""
    return await q.nomination_calls(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/nomination-calls/{id:uuid}", "nomination_call", CallView, of=(NOMINATION_CALLS,))
async def nomination_call(asked: AtDeskAsked[NoFilter]) -> NominationCallRow | None:
    """One call for nominations."""
    return await q.nomination_call(asked.connection, asked.id)


@listed("/nominations", "nominations", NominationView, of=(NOMINATIONS,), by=q.Filter)
async def nominations(asked: AtDeskAsked[q.Filter]) -> Page[NominationRow]:
    """Whom platforms named, by id, the newest first; an API client sees its own."""
    desk, chosen = asked.place, asked.chosen
    if desk.mandate.role == Role.API_CLIENT:
        if chosen.client_id not in (None, desk.person_id):
            return Page([], None)
        chosen = replace(chosen, client_id=desk.person_id)
    return await q.nominations(asked.connection, chosen, after=asked.after, limit=asked.limit)


@shown("/nominations/{id:uuid}", "nominations", NominationView, of=(NOMINATIONS,))
async def nomination(asked: AtDeskAsked[NoFilter]) -> NominationRow | None:
    """One nomination; to an API client only its own."""
    row = await q.nomination(asked.connection, asked.id)
    return row if row is not None and _concerns(asked.place, row) else None


@query("/nominations/{id:uuid}/nominee", "nominee", shows=NominatedPerson)
async def nominee(request: AnyRequest, desk: AtDesk, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002 - the path's word
    """Who was nominated, by name: for those who asked, and for the platform that named them."""
    async with desk.reading((NOMINATIONS,)) as connection:
        row = await q.nomination(connection, id)
    if row is None or not _concerns(desk, row):
        raise StreamNotFound
    opened = await opened_in(desk.system.store, desk.system.eraser.vault, desk.tenant.tenant_id, (row.nomination_id,))
    told = opened.get(row.nominee_id, {})
    person = NominatedPerson(
        nomination_id=row.nomination_id,
        nominee_id=row.nominee_id,
        state=row.state,
        nominated_at=row.nominated_at,
        full_name=told.get("full_name"),
        email=told.get("email"),
        statement=told.get("statement"),
        declined_reason=told.get(REASON),
    )
    return answer(request, person, cache="no-store")


@open_listed(
    "/nomination-calls",
    PublicCallView,
    of=(NOMINATION_CALLS,),
    by=q.CallFilter,
    operation_id="PublicNominationCalls",
)
async def public_nomination_calls(asked: AtWindowAsked[q.CallFilter]) -> Page[q.PublicNominationCall]:
    """Calls for nominations of all institutions or of one, the newest first."""
    return await q.public_nomination_calls(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/nomination-calls/{id:uuid}", PublicCallView, of=(NOMINATION_CALLS,), operation_id="PublicNominationCall")
async def public_nomination_call(asked: AtWindowAsked[NoFilter]) -> q.PublicNominationCall | None:
    """One call for nominations."""
    return await q.public_nomination_call(asked.connection, asked.id)


def _concerns(desk: Desk, row: NominationRow) -> bool:
    return desk.mandate.role != Role.API_CLIENT or row.client_id == desk.person_id


ROUTES = Routes(
    commands=(
        CommandRoute("/nomination-calls", c.AskForNominations, reads=_CALL),
        CommandRoute(f"{_CALL}/end", c.EndNominations),
        CommandRoute("/nominations", c.NominatePerson, reads=_NOMINATION, batch=True),
        CommandRoute(f"{_NOMINATION}/accept", c.AcceptNominee),
        CommandRoute(f"{_NOMINATION}/decline", c.DeclineNominee),
        CommandRoute(f"{_NOMINATION}/withdraw", c.WithdrawNomination),
    ),
    queries=(nomination_calls, nomination_call, nominations, nomination, nominee),
    open=(public_nomination_calls, public_nomination_call),
)
