"""The application: every address, the one error path, and what every response carries."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import cast

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import (
    ASGIApp,
    ControllerRouterHandler,
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Receive,
    Scope,
    Send,
)

from services.gateway import pages
from services.gateway.batch_route import batch_handler
from services.gateway.changelog import changelog
from services.gateway.check_in_page import CHECK_IN
from services.gateway.command_route import COMMAND, TENANT, CommandRoute, handler
from services.gateway.contribution_page import contribution_page
from services.gateway.desk import Reads
from services.gateway.documentation import DOCUMENTATION
from services.gateway.endpoints import Endpoints
from services.gateway.envelope import sealing
from services.gateway.event_document import event_document
from services.gateway.guards import PARAMETERS
from services.gateway.health import healthz, readyz
from services.gateway.institution_quota import turned_away
from services.gateway.monitoring_page import monitoring_pages
from services.gateway.observing import observed, observing
from services.gateway.patience import within
from services.gateway.permissions import PERSONAL, QUERIES
from services.gateway.problems import HANDLERS
from services.gateway.routers import query_routers
from services.gateway.routes import COMMANDS
from services.gateway.system import Serving, Writing
from services.settings import Settings

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


class Application(Litestar):
    """Litestar, with its commands answered before it routes, and every response sealed.

    A command's address is found here in a microsecond; the framework would take as long as the command's decision. It
    still knows each one: it describes them, and answers those whose address is written in another way.
    """

    endpoints: "Endpoints | None" = None
    turning_away: Callable[[HTTPScope], ASGIApp | None] | None = None
    request_seconds: float = Settings().request_seconds

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        """Answer one request, or go through the application's life."""
        if scope["type"] == ScopeType.HTTP:
            asked, answer = cast("HTTPScope", scope), cast("Send", send)
            asked.setdefault("state", {})
            send = sealing(asked, answer)
            answerer = self._answering(asked)
            if observing():
                answerer = partial(observed, answerer)
            await answerer(asked, cast("Receive", receive), send)
            return
        await super().__call__(scope, receive, send)

    def _answering(self, asked: HTTPScope) -> ASGIApp:
        if self.turning_away is not None and (refusing := self.turning_away(asked)) is not None:
            return refusing
        endpoint = self.endpoints.find(asked) if self.endpoints else None
        answerer = cast("ASGIApp", endpoint or super().__call__)
        return partial(within, self.request_seconds, answerer, command=endpoint is not None)


def create_app(system: Serving) -> Litestar:
    """The gateway for a started system."""
    reads = Reads(system)

    @asynccontextmanager
    async def closing(_: Litestar) -> AsyncIterator[None]:
        yield
        await reads.close()

    return create_reading_app(system, reads, [closing])


def create_reading_app(system: Serving, reads: Reads, lifespan: list[Lifespan]) -> Litestar:
    """The gateway over shared parts of the read side that somebody else made, and closes."""
    served = [
        *query_routers(reads, _commands(system, COMMANDS)),
        readyz(system),
        contribution_page(reads),
        *monitoring_pages(reads),
    ]
    return _settled(_application(served, lifespan), system)


def create_command_app(system: Writing, routes: Sequence[CommandRoute] = COMMANDS) -> Litestar:
    """Only the addresses of commands: needs no read models."""
    return _settled(_application([Router(TENANT, route_handlers=_commands(system, routes))], []), system)


def _settled(app: Application, system: Writing) -> Application:
    app.request_seconds = system.settings.request_seconds
    app.turning_away = partial(turned_away, system)
    return app


def _commands(system: Writing, routes: Iterable[CommandRoute]) -> list[HTTPRouteHandler]:
    several = [batch_handler(route, system) for route in routes if route.batch]
    return [*(handler(route, system) for route in routes), *several]


def _application(handlers: Sequence[ControllerRouterHandler], lifespan: list[Lifespan]) -> Application:
    app = Application(
        route_handlers=[*handlers, healthz, changelog, *pages.PAGES, *CHECK_IN, *DOCUMENTATION, event_document],
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=None,
        lifespan=lifespan,
        state=State({"draining": False}),
        debug=False,
    )
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            _check(route)
    app.endpoints = Endpoints(app)
    return app


def _check(route: HTTPRoute) -> None:
    """Let no address into the application that does not say who may use it; note the parameters it knows."""
    for method, (found, model) in route.route_handler_map.items():
        if method == "OPTIONS":
            continue
        found.opt[PARAMETERS] = frozenset(parameter.field_alias for parameter in model.expected_query_params)
        query = found.opt.get("query")
        if not (found.opt.get("open") or COMMAND in found.opt or query in QUERIES or query == PERSONAL):
            raise RuntimeError(f"{method} {route.path} has no permission")
