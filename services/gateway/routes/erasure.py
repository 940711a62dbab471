"""Personal data: what is held about a person, its erasure, and what the institution's erasures were."""

from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from domain.erasure.commands import EraseSubject
from domain.kernel.errors import StreamNotFound
from domain.kernel.manifest import Role
from projections.reading import Page
from services.erasure.account import Account, account_of, accounts
from services.erasure.certificate import Certified, Notary
from services.erasure.holdings import Holding, holding
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.listing import answer
from services.gateway.query_route import AtDesk, query
from services.gateway.register_route import AtDeskAsked, listed
from services.gateway.routing import Routes

AnyRequest = Request[Any, Any, Any]


@query("/subjects/{id:uuid}", "subject", shows=Holding, on_record=frozenset({Role.DATA_PROTECTION_OFFICER}))
async def subject(request: AnyRequest, desk: AtDesk, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002 - the path's word
    """Everything sealed about a person here, opened: for the person, and on record for the data protection officer."""
    _require_own(desk, id)
    eraser = desk.system.eraser
    found = await holding(desk.system.store, eraser.vault, desk.tenant.tenant_id, id)
    return answer(request, found, cache="no-store")


@query("/erasures/{id:uuid}", "erasure", shows=Certified)
async def erasure(request: AnyRequest, desk: AtDesk, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002
    """The erasure of a person, by the person's id, with its certificate: for the person too."""
    _require_own(desk, id)
    found = await account_of(desk.log, desk.system.handler.registry, desk.tenant.tenant_id, id)
    if found is None:
        raise StreamNotFound
    return answer(request, _notary(desk).certified(desk.tenant.slug, found))


@listed("/erasures", "erasures", Account, past=False)
async def erasures(asked: AtDeskAsked[NoFilter]) -> Page[Account]:
    """Every erasure of this institution, in order."""
    desk, limit = asked.place, asked.limit
    start = 0 if asked.after is None else int(str(asked.after[0]))
    every = await accounts(desk.log, desk.system.handler.registry, desk.tenant.tenant_id)
    rest = [one for one in every if one.position > start]
    return Page(rest[:limit], (rest[limit - 1].position,) if len(rest) > limit else None)


def _notary(desk: Desk) -> Notary:
    return Notary(desk.system.signing, desk.system.settings.log_name)


def _require_own(desk: Desk, subject_id: UUID) -> None:
    """Whoever acts on no mandate asks about themselves: about others there is nothing."""
    if desk.mandate.role == Role.SIGNED_IN and desk.person_id != subject_id:
        raise StreamNotFound


ROUTES = Routes(
    commands=(CommandRoute("/erasures", EraseSubject),),
    queries=(subject, erasure, erasures),
)
