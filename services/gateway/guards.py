"""The guard before every query: token, tenant, right; and no parameter that the query does not know."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from domain.kernel.context import Mandate, Tenant
from domain.kernel.errors import MandateNotInForce, NotPermitted, StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.tenants.quotas import Resource
from services.command_handling.accesses import put_on_record
from services.command_handling.authority import Authority
from services.command_handling.request import Principal
from services.gateway import looks
from services.gateway.desk import Desk, Reads
from services.gateway.envelope import request_id
from services.gateway.formats import wanted
from services.gateway.institution_quota import spend
from services.gateway.permissions import QUERIES
from services.gateway.quota import principal
from services.gateway.refusals import InvalidParameter, RequestRefused
from services.gateway.security import single
from services.gateway.system import Writing
from services.gateway.wording import negotiate

Connection = ASGIConnection[Any, Any, Any, Any]
MOST_PARAMETERS, LONGEST_QUERY = 50, 8_192
DESK, PARAMETERS, ON_RECORD = "pakt_desk", "pakt_parameters", "pakt_on_record"


def known_parameters(connection: Connection, known: frozenset[str]) -> None:
    """Raise for a query string that cannot be decoded, or names a parameter twice or one that is not `known`."""
    raw: bytes = connection.scope["query_string"]
    if not raw:
        return
    if len(raw) > LONGEST_QUERY:
        raise RequestRefused(N_("The query is longer than {limit} bytes."), limit=LONGEST_QUERY)
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except (UnicodeDecodeError, ValueError) as error:
        raise RequestRefused(N_("The query cannot be read.")) from error
    seen: set[str] = set()
    for name, value in pairs:
        if name not in known:
            raise InvalidParameter(name[:100], N_("The parameter is not known here."))
        if name in seen:
            raise InvalidParameter(name, N_("The parameter stands twice."))
        if "\0" in value:
            raise InvalidParameter(name, N_("The value holds NUL."))
        seen.add(name)


def plain_numbers(connection: Connection) -> None:
    """Raise for a number in the address that is not written as this system writes it: nothing has that address."""
    parts = connection.scope["path"].split("/")
    for value in connection.path_params.values():
        if isinstance(value, int) and str(value) not in parts:
            raise StreamNotFound


async def seat(connection: Connection, handler: BaseRouteHandler, reads: Reads) -> Desk:
    """The desk for a query, or a refusal.

    Whoever holds no mandate in the tenant is told that there is nothing, as for a tenant that does not exist; whoever
    holds one that is not enough is told which roles are, an auditor out of time which days the mandate has. What an
    auditor asks, and who asks for a person's data, is in the tenant's log before it is looked up.
    """
    headers = single(connection.scope["headers"])
    system = reads.system
    asker = await principal(headers, system, connection.scope["state"])
    query: str = handler.opt["query"]
    slug: str = connection.path_params.get("tenant", NATIONAL_SLUG)
    tenant = await system.handler.authority.tenant(slug)
    now = await system.handler.now(tenant)
    audited: tuple[Tenant, ...] = ()
    try:
        mandate = await _permitted(system.handler.authority, tenant, asker, query, now)
        if mandate.role == Role.AUDITOR:
            audited = await _on_record(connection, handler, reads, tenant, asker)
        elif mandate.role in handler.opt.get(ON_RECORD, ()):
            await _recorded(connection, handler, reads, (tenant,), asker, Role(mandate.role))
    except MandateNotInForce:
        raise
    except NotPermitted:
        if asker.client is None and not await system.handler.authority.mandates(tenant, asker.person_id, now):
            raise StreamNotFound from None
        raise
    if mandate.role != Role.SIGNED_IN or asker.client is not None or await _belongs(system, tenant, asker, now):
        await _spend(connection, handler, system, tenant, headers)
    language = negotiate(headers.get(b"accept-language", b"").decode("latin-1"))
    return Desk(reads, tenant, mandate, asker, now, language, audited)


async def _belongs(system: Writing, tenant: Tenant, asker: Principal, now: datetime) -> bool:
    """Whether the institution itself has given the person a mandate: what anybody else may ask too is not its use."""
    return bool((await system.handler.authority.of(tenant.tenant_id)).mandates(asker.person_id, now))


async def _spend(
    connection: Connection, handler: BaseRouteHandler, system: Writing, tenant: Tenant, headers: dict[bytes, bytes]
) -> None:
    """Only what is asked by those who may ask is the institution's use."""
    state = connection.scope["state"]
    await spend(system, tenant.slug, Resource.REQUESTS, state)
    if handler.opt.get("lists") and wanted(headers.get(b"accept", b"").decode("latin-1")):
        await spend(system, tenant.slug, Resource.EXPORTS, state)


async def _permitted(authority: Authority, tenant: Tenant, asker: Principal, query: str, now: datetime) -> Mandate:
    """The mandate on which the query is made; a refusal, and a client's, is decided on what is newest."""
    if asker.client is not None:
        await authority.national(fresh=True)
        return await authority.permit(tenant, asker, query, QUERIES[query], now)
    try:
        return await authority.permit(tenant, asker, query, QUERIES[query], now)
    except NotPermitted:
        await authority.national(fresh=True)
        await authority.of(tenant.tenant_id, fresh=True)
        return await authority.permit(tenant, asker, query, QUERIES[query], now)


async def _on_record(
    connection: Connection, handler: BaseRouteHandler, reads: Reads, tenant: Tenant, asker: Principal
) -> tuple[Tenant, ...]:
    """Put an auditor's look into the log of every tenant that it is about; answers which those are."""
    named = "tenant" in connection.path_params
    tenants = (tenant,) if named else await looks.audited_tenants(reads.system.handler, asker.person_id)
    await _recorded(connection, handler, reads, tenants, asker, Role.AUDITOR)
    return tenants


async def _recorded(
    connection: Connection,
    handler: BaseRouteHandler,
    reads: Reads,
    tenants: tuple[Tenant, ...],
    asker: Principal,
    role: Role,
) -> None:
    system, look = reads.system, looks.look_of(connection, handler)
    request = UUID(request_id(connection.scope))
    stored_before = await asyncio.gather(*(put_on_record(system.handler, one, asker, look, request) for one in tenants))
    if any(stored_before):  # then no append has proved the mandate: ask once more on what is newest
        query: str = handler.opt["query"]
        await system.handler.authority.national(fresh=True)
        for one in tenants:
            await system.handler.authority.of(one.tenant_id, fresh=True)
            now = await system.handler.now(one)
            await system.handler.authority.permit(one, asker, query, frozenset({role}), now)


def may(mandate: Mandate, *roles: Role) -> bool:
    """Whether the mandate's role is one of these."""
    return mandate.role in roles
