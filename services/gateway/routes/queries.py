"""Every query, behind the guard that its address needs."""

from collections.abc import Sequence

from litestar import Router
from litestar.handlers import HTTPRouteHandler
from litestar.types import ControllerRouterHandler

from services.gateway.command_route import TENANT
from services.gateway.desk import Reads
from services.gateway.query_route import DESK_DEPENDENCY, parameters_only, seated
from services.gateway.routes import (
    auditors,
    erasure,
    feed,
    files,
    governance,
    history,
    log,
    overviews,
    plans,
    receipts,
    registers,
    transparency,
)
from services.gateway.routes.public import public_router

_TENANT_QUERIES = [
    *registers.QUERIES,
    *plans.QUERIES,
    *governance.QUERIES,
    *auditors.QUERIES,
    *history.QUERIES,
    *feed.QUERIES,
    *files.QUERIES,
    *receipts.QUERIES,
    *overviews.QUERIES,
    *erasure.QUERIES,
]


def query_routers(reads: Reads, commands: Sequence[HTTPRouteHandler]) -> list[ControllerRouterHandler]:
    """The addresses of all queries of a system; those of a tenant stand in one router with its `commands`."""
    guards = [seated(reads)]
    return [
        Router(TENANT, route_handlers=[*commands, *_TENANT_QUERIES], guards=guards, dependencies=DESK_DEPENDENCY),
        Router(
            "/v1/national",
            route_handlers=overviews.NATIONAL_QUERIES,
            guards=guards,
            dependencies=DESK_DEPENDENCY,
            tags=["national"],
        ),
        Router("/", route_handlers=[governance.me_query(reads)], guards=[parameters_only]),
        public_router(reads, [*transparency.OPEN_QUERIES, *log.OPEN_QUERIES, *receipts.OPEN_QUERIES]),
    ]
