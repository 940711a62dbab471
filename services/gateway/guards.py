"""The guard before every query: token, tenant, right; and no parameter that the query does not know."""

from typing import Any
from urllib.parse import parse_qsl

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from domain.kernel.context import Mandate
from domain.kernel.errors import NotPermitted, StreamNotFound
from domain.kernel.ids import NATIONAL_SLUG
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from services.command_handling.request import Principal
from services.gateway.desk import Desk, Reads
from services.gateway.permissions import QUERIES
from services.gateway.refusals import InvalidParameter, RequestRefused
from services.gateway.security import person, single
from services.gateway.wording import negotiate

Connection = ASGIConnection[Any, Any, Any, Any]
MOST_PARAMETERS, LONGEST_QUERY = 50, 8_192
DESK, PARAMETERS = "pakt_desk", "pakt_parameters"


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


async def seat(connection: Connection, handler: BaseRouteHandler, reads: Reads) -> Desk:
    """The desk for a query, or a refusal.

    Whoever holds no mandate in the tenant is told that there is nothing, as for a tenant that does not exist; whoever
    holds one that is not enough is told which roles are.
    """
    headers = single(connection.scope["headers"])
    system = reads.system
    person_id = person(headers, system.tokens)
    query: str = handler.opt["query"]
    roles = QUERIES[query]
    slug: str = connection.path_params.get("tenant", NATIONAL_SLUG)
    tenant = await system.handler.authority.tenant(slug)
    now = await system.handler.now(tenant)
    try:
        mandate = await system.handler.authority.permit(tenant, Principal(person_id), query, roles, now)
    except NotPermitted:
        if not await system.handler.authority.mandates(tenant, person_id, now):
            raise StreamNotFound from None
        raise
    language = negotiate(headers.get(b"accept-language", b"").decode("latin-1"))
    return Desk(reads, tenant, mandate, person_id, now, language)


def may(mandate: Mandate, *roles: Role) -> bool:
    """Whether the mandate's role is one of these."""
    return mandate.role in roles
