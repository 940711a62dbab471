"""What an auditor asks for, in the words of the record: the query, its parameters, and whether it is an export.

Ids, numbers, days, times and codes are kept as they are. Anything else may be somebody's name and is sealed.
"""

import re
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from domain.kernel.context import Tenant
from domain.kernel.manifest import Role
from domain.tenants.commands import Act
from services.command_handling.accesses import Look
from services.command_handling.execute import CommandHandler
from services.gateway import formats

Connection = ASGIConnection[Any, Any, Any, Any]
_CODED = frozenset({"state", "outcome", "kind", "act_kind", "order"})
_CODE = re.compile(r"[a-z_]{1,40}")
_PLAIN = re.compile(
    r"(?a)\d{1,16}|true|false|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}"
    r"|\d{4}-\d\d-\d\d([Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d))?"
)


def look_of(connection: Connection, handler: BaseRouteHandler) -> Look:
    """The look that a request is."""
    asked = {name: str(value) for name, value in connection.path_params.items() if name != "tenant"}
    asked |= dict(parse_qsl(connection.scope["query_string"].decode("ascii"), keep_blank_values=True))
    onward = asked.pop("cursor", None)  # says nothing but that this is a later page
    plain = {name: value for name, value in asked.items() if _is_plain(name, value)}
    words = {name: value for name, value in asked.items() if name not in plain}
    if onward is not None:
        plain["page"] = "later"
    bulk = formats.wanted(connection.headers.get("accept", "")) if handler.opt.get("lists") else ""
    if bulk:
        plain["format"] = bulk
    return Look(handler.opt["query"], Act.EXPORT if bulk else Act.QUERY, plain, words)


def _is_plain(name: str, value: str) -> bool:
    return bool(_PLAIN.fullmatch(value)) or (name in _CODED and bool(_CODE.fullmatch(value)))


async def audited_tenants(handler: CommandHandler, person_id: UUID) -> tuple[Tenant, ...]:
    """The tenants over which the person holds an auditor's mandate now, each by its own time."""
    found = []
    for slug in (await handler.authority.national()).institutions:
        tenant = await handler.authority.tenant(slug)
        held = await handler.authority.mandates(tenant, person_id, await handler.now(tenant))
        if any(mandate.role == Role.AUDITOR for mandate in held):
            found.append(tenant)
    return tuple(found)
