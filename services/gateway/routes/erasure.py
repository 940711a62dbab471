"""Personal data: what is held about a person, its erasure, and what the institution's erasures were."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import FromPath

from domain.erasure.commands import EraseSubject
from domain.kernel.errors import StreamNotFound
from domain.kernel.manifest import Role
from projections.reading import After, Page
from services.erasure.account import Account, account_of, accounts
from services.erasure.certificate import Certified, Notary
from services.erasure.holdings import Holding, holding
from services.gateway.command_route import CommandRoute
from services.gateway.desk import Desk
from services.gateway.listing import PRIVATE, Listing, answer, answer_list
from services.gateway.parameters import Cursor, Limit
from services.gateway.query_route import AtDesk, query

AnyRequest = Request[Any, Any, Any]
COMMANDS = (CommandRoute("/erasures", EraseSubject),)


@query("/subjects/{id:uuid}", "subject", shows=Holding)
async def subject(request: AnyRequest, desk: AtDesk, id: FromPath[UUID]) -> Response[Any]:  # noqa: A002 - the path's word
    """Everything sealed about a person here, opened: for the person, and for the data protection officer."""
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


@query("/erasures", "erasures", lists=Account)
async def erasures(request: AnyRequest, desk: AtDesk, limit: Limit = 50, cursor: Cursor = None) -> Response[Any]:
    """Every erasure of this institution, in order."""

    @asynccontextmanager
    async def nothing() -> AsyncIterator[Any]:
        yield None

    async def fetch(_: Any, limit: int, after: After | None) -> Page[Account]:
        start = 0 if after is None else int(str(after[0]))
        every = await accounts(desk.log, desk.system.handler.registry, desk.tenant.tenant_id)
        rest = [one for one in every if one.position > start]
        return Page(rest[:limit], (rest[limit - 1].position,) if len(rest) > limit else None)

    listing = Listing(nothing, fetch, lambda one: one, Account, desk.reads.cursors, PRIVATE)
    found: Response[Any] = await answer_list(request, listing, limit, cursor)
    return found


def _notary(desk: Desk) -> Notary:
    return Notary(desk.system.signing, desk.system.settings.log_name)


def _require_own(desk: Desk, subject_id: UUID) -> None:
    """Whoever acts on no mandate asks about themselves: about others there is nothing."""
    if desk.mandate.role == Role.SIGNED_IN and desk.person_id != subject_id:
        raise StreamNotFound


QUERIES = [subject, erasure, erasures]
