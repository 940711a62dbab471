"""Every query, behind the guard that its address needs."""

from collections.abc import Sequence

from litestar import Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.types import ControllerRouterHandler

from services.gateway.command_route import TENANT
from services.gateway.desk import Reads
from services.gateway.public_scope import Scope
from services.gateway.query_route import DESK_DEPENDENCY, parameters_only, seated
from services.gateway.routes import ROUTES
from services.gateway.routes.event_feed import FEED
from services.gateway.routes.governance import me_query
from services.gateway.routes.oauth import oauth_routes
from services.gateway.routes.own_data import own_data_routes
from services.gateway.routes.status import status_query


def query_routers(reads: Reads, commands: Sequence[HTTPRouteHandler]) -> list[ControllerRouterHandler]:
    """The addresses of all queries of a system; those of a tenant stand in one router with its `commands`."""
    guards, scope = [seated(reads)], Scope(reads)
    own = [query for module in ROUTES for query in module.queries]
    return [
        Router(TENANT, route_handlers=[*commands, *own], guards=guards, dependencies=DESK_DEPENDENCY),
        Router(
            "/v1/national",
            route_handlers=[query for module in ROUTES for query in module.national],
            guards=guards,
            dependencies=DESK_DEPENDENCY,
            tags=["national"],
        ),
        Router(
            "/",
            route_handlers=[
                me_query(reads),
                *own_data_routes(reads),
                *oauth_routes(reads),
                status_query(reads),
            ],
            guards=[parameters_only],
        ),
        Router(
            "/v1/public",
            route_handlers=[query for module in ROUTES for query in module.open],
            guards=[parameters_only],
            dependencies={"seen": Provide(lambda: scope, sync_to_thread=False)},
            tags=["public"],
        ),
        Router(
            "/v1/feed",
            route_handlers=FEED,
            guards=[parameters_only],
            dependencies={"seen": Provide(lambda: scope, sync_to_thread=False)},
            tags=["feed"],
        ),
    ]
