"""What a linter says of a draft as it stands or stood: one address of that shape for whatever is published."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from domain.kernel.errors import Finding
from services.gateway.desk import Desk, Then
from services.gateway.linting import findings_view, lawful
from services.gateway.listing import answer
from services.gateway.parameters import AsOf, KnownAt, moment
from services.gateway.query_route import AtDesk

AnyRequest = Request[Any, Any, Any]
Lints = Callable[[Desk, UUID, Then], Awaitable[tuple[int, Sequence[Finding]]]]
"""`(desk, id, then)` -> the version of the stream at that time, and what is found by plan and rules of that day."""


def linted(path: str, name: str, view: type[msgspec.Struct]) -> Callable[[Lints], HTTPRouteHandler]:
    """The handler behind the right of that name; `view` takes the id, the version, whether it is lawful, and findings.

    It may be asked by POST, too, as commands are tried out; nothing is recorded.
    """

    def mark(lints: Lints) -> HTTPRouteHandler:
        async def lint(
            request: AnyRequest,
            desk: AtDesk,
            id: FromPath[UUID],  # noqa: A002 - the path's word
            *,
            as_of: AsOf = None,
            known_at: KnownAt = None,
        ) -> Response[Any]:
            then = await desk.then(moment(as_of, known_at))
            version, findings = await lints(desk, id, then)
            shown = view(id, version, lawful(findings), findings_view(findings, desk.language))
            return answer(request, shown, version=version)

        lint.__doc__ = lints.__doc__
        opt = {"query": name, "shows": view, "responses": {}}
        return route(path, http_method=[HttpMethod.GET, HttpMethod.POST], status_code=200, opt=opt)(lint)

    return mark
