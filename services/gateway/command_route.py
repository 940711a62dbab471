"""Commands over HTTP: a table of routes, each documented like any other and answered by its own middleware.

The middleware answers before the framework parses a signature: it takes about half the time of an ordinary handler,
and everything a command needs (token, key, body, decision, append) is in one readable line of calls. The documented
handler behind it says in types what the middleware does and is never called.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated, Any, NamedTuple, Self
from uuid import UUID

import msgspec
from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, FromPath, HeaderParameter
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED
from litestar.types import ASGIApp, Receive, Scope, Send

from domain.kernel.command import Command
from domain.kernel.context import Tenant
from domain.kernel.errors import CommandRefused, InvalidValue, NotPermitted, PaktError, StreamNotFound
from domain.kernel.manifest import Role
from domain.tenants.quotas import Resource
from domain.tenants.register import Institution
from infra.identity.tokens import Claims
from infra.objectstore.interface import ObjectStore
from infra.telemetry.propagation import continued
from infra.telemetry.switches import TRACES
from projections.connections import Connections
from services.command_handling.request import Answer, Executed, Principal, Request
from services.gateway import attachments, body, bounds
from services.gateway.deprecation import DEPRECATED, Deprecated
from services.gateway.envelope import request_id
from services.gateway.institution_quota import spend
from services.gateway.observing import ROUTE
from services.gateway.preconditions import command_id, expected_version
from services.gateway.problems import Rendered, render, report
from services.gateway.quota import admitted
from services.gateway.rate_limit import State
from services.gateway.refusals import InstitutionQuotaFull, InternalError
from services.gateway.security import believed, single
from services.gateway.system import Writing
from services.gateway.trace_context import sent_trace

COMMAND, ENDPOINT = "pakt_command", "pakt_endpoint"
TENANT = "/v1/tenants/{tenant:str}"
Headers = list[tuple[bytes, bytes]]
_LANGUAGES = frozenset({"sq", "sr", "tr", "en"})
_UNTRACED: AbstractContextManager[None] = nullcontext()
_encode = msgspec.json.Encoder().encode


class Wanted(NamedTuple):
    """A command that somebody may send: `reading` lends connections that see one tenant, `institutions` by slug."""

    reading: Connections
    tenant: Tenant
    command: Command
    stream_id: UUID | None
    institutions: Mapping[str, Institution]


Requires = Callable[[Wanted], Awaitable[None]]
"""Raises: InvalidValue, InstitutionQuotaFull."""


class CommandRoute(msgspec.Struct, frozen=True):
    """`POST <path>` sends `command`. `{id}` in the path names the stream; without it, command and tenant settle it.

    `path` is relative to the tenant's address. `reads` is that of the query that shows what a command made. `batch`:
    several can be sent at once, to an address of its own (`batch_route.py`). `requires` refuses what names something
    that is not there, where no log would tell.
    """

    path: str
    command: type[Command]
    reads: str = ""
    deprecated: Deprecated | None = None
    batch: bool = False
    requires: Requires | None = None

    @property
    def names_stream(self) -> bool:
        """Whether the address names the stream."""
        return "{id}" in self.path


class Endpoint:
    """The ASGI application behind one route; `creates` says that the command begins a stream."""

    def __init__(self, route: CommandRoute, system: Writing, *, creates: bool) -> None:
        self._system, self._creates = system, creates
        self._decoder = msgspec.json.Decoder(route.command)
        self._check = bounds.check_for(route.command)
        self._limit = system.settings.max_body_bytes
        self._location = route.reads
        self._route = f"/v1/tenants/{{tenant}}{route.path}"
        self._deprecated, self._requires = route.deprecated, route.requires
        self.names_stream = route.names_stream
        self._name = route.command.name
        _, _, self._roles = system.handler.decision(route.command)
        self._files = attachments.finder(route.command)
        self._status = HTTP_201_CREATED if creates else HTTP_200_OK

    def __deepcopy__(self, _: object) -> Self:
        """Itself: the framework copies handlers with their options, and there is one endpoint per route."""
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope["state"][ROUTE] = self._route
        if self._deprecated is not None:
            scope["state"][DEPRECATED] = self._deprecated
        try:
            answer = await self._rendered(scope, receive)
        except PaktError as error:
            answer = render(error, scope, command=True)
        except Exception as error:  # noqa: BLE001 - the edge: nothing leaves without an answer
            report(error, request_id(scope))
            answer = render(InternalError(), scope, command=True)
        await answer.sent(send)

    async def _rendered(self, scope: Scope, receive: Receive) -> Rendered:
        headers = single(scope["headers"])
        with _traced(headers):
            return self._answered(await self.execute(headers, scope["path_params"], receive, scope["state"]))

    async def execute(
        self, headers: dict[bytes, bytes], parameters: Mapping[str, Any], receive: Receive, state: State
    ) -> Executed:
        """What a request with these headers, path and body does; it counts for institution and API client."""
        claims = believed(headers, self._system.tokens)
        sender = (
            Principal(claims.person_id)
            if isinstance(claims, Claims)
            else await admitted(headers, claims, self._system, state)
        )
        tenant: str = parameters["tenant"]
        standing = await self._has_standing(tenant, sender)
        if standing:
            await spend(self._system, tenant, Resource.REQUESTS, state)
        key = command_id(headers, tenant, sender.person_id)
        version = None if self._creates else expected_version(headers)
        body.require_json(headers)
        sent = await body.read(headers, receive, self._limit)
        received_at = self._system.handler.clock.now()
        command = body.decode(sent, self._decoder)
        if self._check is not None:
            self._check(command, "")
        if not standing and sender.client is None and Role.SIGNED_IN in self._roles:
            await spend(self._system, tenant, Resource.REQUESTS, state)
        if self._files is not None or self._requires is not None:
            await self._require_there(tenant, sender, command, key, parameters.get("id"))
        language = headers.get(b"content-language", b"").decode("latin-1")
        request = Request(
            tenant=tenant,
            command=command,
            command_id=key,
            principal=sender,
            stream_id=parameters.get("id"),
            if_match=version,
            language=language if language in _LANGUAGES else "",
            traceparent=sent_trace(headers),
            received_at=received_at,
        )
        try:
            return await self._system.handler.execute(request)
        except NotPermitted:
            await self._require_known_here(tenant, sender)
            raise

    @property
    def _objects(self) -> ObjectStore | None:
        """Where files are; None for a system that takes commands alone."""
        found: ObjectStore | None = getattr(self._system, "objects", None)
        return found

    @property
    def _reading(self) -> Connections | None:
        """What sees one tenant's tables; None for a system that takes commands alone."""
        found: Connections | None = getattr(self._system, "reading", None)
        return found

    async def _require_there(
        self, slug: str, sender: Principal, command: Command, key: UUID, stream_id: UUID | None
    ) -> None:
        """What is named is looked for only for those who may send the command: others must not learn what is there.

        The command path refuses the others, unless theirs is the repeat of what they might send before. What was done
        once is answered again, though what it named may be gone since.
        """
        named = [] if self._files is None else list(self._files(command, ""))
        objects, reading = self._objects, self._reading
        if (not named or objects is None) and (self._requires is None or reading is None):
            return
        handler = self._system.handler
        tenant = await handler.authority.tenant(slug)
        try:
            await handler.authority.permit(
                tenant, sender, command.name, self._roles, await handler.now(tenant), organisation_of(command)
            )
        except (CommandRefused, StreamNotFound):
            return
        try:
            if named and objects is not None:
                await attachments.require_uploaded(named, objects.within(tenant.tenant_id))
            if self._requires is not None and reading is not None:
                institutions = (await handler.authority.national()).institutions
                await self._requires(Wanted(reading, tenant, command, stream_id, institutions))
        except (InvalidValue, InstitutionQuotaFull):
            if await handler.store.find_command(tenant.tenant_id, key) is None:
                raise

    async def _has_standing(self, slug: str, sender: Principal) -> bool:
        """Whether what they send is the institution's use before it is looked at: they may send it on a mandate.

        Of others only what anybody may send is, once it can be read: what is refused for want of a mandate uses nothing
        up, nor does a body that never comes. Asked of folds that may be a second old.
        """
        handler = self._system.handler
        institution = (await handler.authority.national()).institutions.get(slug)
        if institution is None:
            return False
        tenant = await handler.authority.tenant(slug)
        if sender.client is not None:
            return await handler.authority.covers(sender, tenant)
        try:
            mandate = await handler.authority.permit(tenant, sender, self._name, self._roles, await handler.now(tenant))
        except NotPermitted:
            return False
        return mandate.role != Role.SIGNED_IN

    async def _require_known_here(self, slug: str, sender: Principal) -> None:
        """Whoever holds no mandate in a tenant is told that there is nothing, as for a tenant that does not exist.

        A client outside of its grant has been told so already.
        """
        if sender.client is not None:
            return
        handler = self._system.handler
        tenant = await handler.authority.tenant(slug)
        if not await handler.authority.mandates(tenant, sender.person_id, await handler.now(tenant)):
            raise StreamNotFound

    def _answered(self, executed: Executed) -> Rendered:
        answer = executed.answer
        headers: Headers = [
            (b"content-type", b"application/json"),
            (b"etag", b'"%d"' % answer.version),
            (b"pakt-position", b"%d" % answer.last_position),
        ]
        if self._creates and self._location:
            path = self._location.format(id=answer.stream_id)
            headers.append((b"location", f"/v1/tenants/{answer.tenant}{path}".encode()))
        if executed.replayed:
            headers.append((b"idempotent-replayed", b"true"))
        return Rendered(self._status, headers, _encode(answer))


def _traced(headers: dict[bytes, bytes]) -> AbstractContextManager[None]:
    """Within it, events belong to the caller's trace; where the request has a span, they do already."""
    sent = sent_trace(headers)
    return continued(sent) if sent and not TRACES.on else _UNTRACED


def organisation_of(command: Command) -> UUID | None:
    """The organisation for which the command is sent."""
    found: UUID | None = getattr(command, "organisation_id", None)
    return found


def handler(route: CommandRoute, system: Writing) -> HTTPRouteHandler:
    """The documented handler of a route, with the endpoint in front of it."""
    aggregate, decision, _ = system.handler.decision(route.command)
    endpoint = Endpoint(route, system, creates=decision.creates)

    def middleware(app: ASGIApp) -> ASGIApp:  # noqa: ARG001 - what stands behind it is documentation
        return endpoint

    name = route.command.__name__
    status = HTTP_201_CREATED if decision.creates else HTTP_200_OK
    decorate = post(
        route.path.replace("{id}", "{id:uuid}"),
        name=name,
        operation_id=name,
        summary=_spaced(name),
        description=(route.command.__doc__ or "").strip(),
        tags=[aggregate.__module__.split(".")[-2]],
        status_code=status,
        middleware=[middleware],
        opt={COMMAND: route, ENDPOINT: endpoint, DEPRECATED: route.deprecated},
    )
    return decorate(_documented(route, creates=decision.creates))


Key = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]{1,255}$",
        description="Repeating a request with its key is safe for ever: the first outcome is answered again.",
    ),
]
Match = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        pattern=r'^(\*|"[1-9][0-9]{0,17}(\.[0-9a-f]{16})?")$',
        description="Version that was read, as its ETag says it; 412 when there is a newer one.",
    ),
]


def _documented(route: CommandRoute, *, creates: bool) -> Callable[..., Any]:
    async def creating(tenant: FromPath[str], data: Any, idempotency_key: Key) -> Answer:
        raise AssertionError(tenant, data, idempotency_key)

    async def settled(tenant: FromPath[str], data: Any, idempotency_key: Key, if_match: Match = None) -> Answer:
        raise AssertionError(tenant, data, idempotency_key, if_match)

    async def deciding(
        tenant: FromPath[str],
        id: FromPath[UUID],  # noqa: A002 - the path's word
        data: Any,
        idempotency_key: Key,
        if_match: Match = None,
    ) -> Answer:
        raise AssertionError(tenant, id, data, idempotency_key, if_match)

    function: Callable[..., Any] = deciding if route.names_stream else creating if creates else settled
    function.__annotations__["data"] = Annotated[route.command, Body()]
    function.__name__ = route.command.__name__
    return function


def _spaced(name: str) -> str:
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name).strip()
    return words[:1].upper() + words[1:]
