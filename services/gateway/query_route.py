"""Queries over HTTP: ordinary handlers that say by name whose right they need and in types what they show."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import get
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.params import SkipValidation
from litestar.types import Guard, Scope

from domain.kernel.manifest import Role
from services.gateway.deprecation import DEPRECATED, Deprecated
from services.gateway.desk import Desk, Reads
from services.gateway.guards import DESK, ON_RECORD, PARAMETERS, known_parameters, plain_numbers, seat

AtDesk = NamedDependency[SkipValidation[Desk]]
"""The seat of an authorised reader, as handlers take it."""
AnyHandler = Callable[..., Any]


def query(
    path: str,
    name: str,
    *,
    shows: type[msgspec.Struct] | None = None,
    lists: type[msgspec.Struct] | None = None,
    responses: dict[str, Any] | None = None,
    statuses: tuple[int, ...] = (),
    on_record: frozenset[Role] = frozenset(),
    deprecated: Deprecated | None = None,
    **options: Any,
) -> Callable[[AnyHandler], HTTPRouteHandler]:
    """A GET handler behind the right of that name, which shows one thing or lists many.

    Who asks as one of `on_record` is put on record like an auditor, who always is.
    """
    opt = {"query": name, "shows": shows, "lists": lists, "responses": responses or {}, "statuses": statuses}
    return get(path, opt=opt | {ON_RECORD: on_record, DEPRECATED: deprecated}, **options)


def open_query(
    path: str,
    *,
    shows: type[msgspec.Struct] | None = None,
    lists: type[msgspec.Struct] | None = None,
    responses: dict[str, Any] | None = None,
    statuses: tuple[int, ...] = (),
    tokens: bool = False,
    deprecated: Deprecated | None = None,
    **options: Any,
) -> Callable[[AnyHandler], HTTPRouteHandler]:
    """A GET handler that everybody may use; with `tokens` it tells more to who sends one."""
    opt = {"open": True, "shows": shows, "lists": lists, "responses": responses or {}, "statuses": statuses}
    return get(path, opt=opt | {DEPRECATED: deprecated, "tokens": tokens}, **options)


def seated(reads: Reads) -> Guard:
    """The guard before queries: proves the right and lays the desk ready."""

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        known_parameters(connection, handler.opt[PARAMETERS])
        plain_numbers(connection)
        connection.scope["state"][DESK] = await seat(connection, handler, reads)

    return guard


async def parameters_only(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard before open queries: nobody is asked who they are, yet no unknown parameter passes."""
    known_parameters(connection, handler.opt[PARAMETERS])
    plain_numbers(connection)


def desk_of(scope: Scope) -> Desk:
    """The desk that the guard laid ready."""
    desk: Desk = scope["state"][DESK]
    return desk


DESK_DEPENDENCY = {"desk": Provide(desk_of, sync_to_thread=False)}
