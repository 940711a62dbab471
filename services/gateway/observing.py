"""What is told of each request: one span and one duration, by OpenTelemetry's conventions for HTTP servers.

A route is told as it is documented, never the path that was asked for or what it was asked with: these hold ids, and
whatever else a caller puts there.
"""

from time import perf_counter
from typing import Any

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

from infra.telemetry.instruments import count_request
from infra.telemetry.propagation import continued
from infra.telemetry.spans import conclude, server_span
from infra.telemetry.switches import FIGURES, TRACES
from services.gateway.trace_context import sent_trace

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
OTHER = "_OTHER"
"""Any other word in a method's place (the conventions' own): there would be as many figures as callers invent."""
ROUTE = "pakt_route"
"""Where the request's state holds the route, when the framework did not find it."""
BROKEN = 500


def observing() -> bool:
    """Whether anybody wants to know."""
    return TRACES.on or FIGURES.on


async def observed(answer: ASGIApp, scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Have a request answered, and tell what came of it."""
    method = scope["method"] if scope["method"] in METHODS else OTHER
    began, told = perf_counter(), dict[str, str | int]({"http.request.method": method})

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            told["http.response.status_code"] = message["status"]
        await send(message)

    with continued(sent_trace(dict(scope["headers"]))), server_span(method) as span:
        try:
            await answer(scope, receive, tell)
        finally:
            name = _named(scope, told)
            conclude(span, name, told, failed=int(told.get("http.response.status_code", BROKEN)) >= BROKEN)
            count_request(perf_counter() - began, told)


def _named(scope: HTTPScope, told: dict[str, str | int]) -> str:
    """The request's name by method and route, which is noted; an address that is not documented has none."""
    state: dict[str, Any] = scope["state"]
    route: str = state.get(ROUTE) or scope.get("path_template", "")
    if not route:
        return str(told["http.request.method"])
    told["http.route"] = route
    return f"{told['http.request.method']} {route}"
