"""Several commands of one kind in one request: each is what a request of its own would be, and is answered as such.

`POST <command's address, without the id>/batch` takes at most `MOST` items, does them in their order, and says of each
how it was answered. Each has an Idempotency-Key of its own, so a repeat of the batch, or of an item alone, does nothing
twice; one that is refused changes nothing and holds up no other.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Body, FromPath
from litestar.types import ASGIApp, Receive, Scope

from domain.kernel.errors import InvalidValue, PaktError, StreamNotFound
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from services.command_handling.request import Answer, Principal
from services.gateway import body
from services.gateway.command_route import COMMAND, ENDPOINT, CommandRoute, Endpoint
from services.gateway.envelope import request_id
from services.gateway.problems import Rendered, render, report
from services.gateway.quota import principal
from services.gateway.refusals import InternalError, MalformedBody
from services.gateway.security import MANDATE, single
from services.gateway.system import Writing

MOST = 100
"""Items of one batch."""
LARGEST = 8
"""How many bodies of the largest size a whole batch may be long."""
_OWN = frozenset({b"authorization", b"content-language", b"traceparent", b"accept-language"})
"""Headers of the request that hold for each of its items."""


class BatchItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One command: its Idempotency-Key, and what a request of its own would say in the address and in other headers."""

    idempotency_key: str
    command: msgspec.Raw
    stream_id: UUID | None = None
    mandate_id: UUID | None = None
    if_match: int | None = None


class BatchResult(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How one item was answered: `answer` when it was done, else `problem`, whose pointers begin in its `command`."""

    status: int
    answer: Answer | None = None
    problem: dict[str, Any] | None = None


class BatchAnswer(msgspec.Struct, frozen=True):
    """The items' answers, in the order of the items."""

    items: list[BatchResult]


class _Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    items: list[msgspec.Raw]


class _Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    status: int
    answer: Answer | None = None
    problem: msgspec.Raw | None = None


_batch, _item = msgspec.json.Decoder(_Batch), msgspec.json.Decoder(BatchItem)
_encode = msgspec.json.Encoder().encode


class BatchEndpoint(Endpoint):
    """The ASGI application behind the batch address of one command."""

    async def _rendered(self, scope: Scope, receive: Receive) -> Rendered:
        headers = single(scope["headers"])
        tenant: str = scope["path_params"]["tenant"]
        await self._require_here(tenant, await principal(headers, self._system, scope["state"]))
        body.require_json(headers)
        sent = await body.read(headers, receive, LARGEST * self._limit)
        results, replayed = [], True
        for item in _items(sent):
            result, again = await self._one(scope, headers, tenant, bytes(item))
            results.append(result)
            replayed = replayed and again
        told = [(b"content-type", b"application/json")] + ([(b"idempotent-replayed", b"true")] if replayed else [])
        return Rendered(200, told, _encode({"items": results}))

    async def _one(
        self, scope: Scope, headers: Mapping[bytes, bytes], tenant: str, data: bytes
    ) -> tuple[_Result, bool]:
        """The answer to one item, and whether that had been done before."""
        own = {name: value for name, value in headers.items() if name in _OWN}
        try:
            item = body.decode(data, _item)
            own |= _headers(item)
            executed = await self.execute(own, self._path(tenant, item), _received(item), scope["state"])
        except PaktError as error:
            return _refused(error, scope, own), False
        except Exception as error:  # noqa: BLE001 - one item's failure is not the others'
            report(error, request_id(scope))
            return _refused(InternalError(), scope, own), False
        return _Result(status=self._status, answer=executed.answer), executed.replayed

    def _path(self, tenant: str, item: BatchItem) -> Mapping[str, Any]:
        if self.names_stream is (item.stream_id is None):
            raise InvalidValue("/stream_id", N_("An id is named where the address has one, and only there."))
        return {"tenant": tenant} | ({"id": item.stream_id} if item.stream_id is not None else {})

    async def _require_here(self, slug: str, sender: Principal) -> None:
        """Whoever has nothing to do in a tenant is told that there is nothing, before anything is read."""
        authority = self._system.handler.authority
        tenant = await authority.tenant(slug)
        if sender.client is not None:
            if not await authority.covers(sender, tenant):
                raise StreamNotFound
        elif Role.SIGNED_IN not in self._roles:
            await self._require_known_here(slug, sender)


def batch_handler(route: CommandRoute, system: Writing) -> HTTPRouteHandler:
    """The documented handler of a command's batch address, with its endpoint in front of it."""
    aggregate, decision, _ = system.handler.decision(route.command)
    endpoint = BatchEndpoint(route, system, creates=decision.creates)

    def middleware(app: ASGIApp) -> ASGIApp:  # noqa: ARG001 - what stands behind it is documentation
        return endpoint

    name = f"{route.command.__name__}Batch"
    decorate = post(
        f"{route.path.replace('/{id}', '')}/batch",
        name=name,
        operation_id=name,
        summary=f"{route.command.__name__}, several at once",
        description=f"At most {MOST} items, done in their order; of each it is answered what became of it.",
        tags=[aggregate.__module__.split(".")[-2]],
        status_code=200,
        middleware=[middleware],
        opt={COMMAND: route, ENDPOINT: endpoint, "shows": BatchAnswer},
    )
    return decorate(_documented(route, name))


def _documented(route: CommandRoute, name: str) -> Callable[..., Any]:
    async def batch(tenant: FromPath[str], data: Any) -> BatchAnswer:
        raise AssertionError(tenant, data)

    batch.__annotations__["data"] = Annotated[_sent(route, name), Body()]
    batch.__name__ = name
    return batch


def _sent(route: CommandRoute, name: str) -> Any:
    """The struct of a batch of this command, for its description."""
    told: dict[str, Any] = {field.name: field.type for field in msgspec.structs.fields(BatchItem)}
    told["command"] = route.command
    optional = {"stream_id", "mandate_id", "if_match"}
    fields = [(one, kind, None) if one in optional else (one, kind) for one, kind in told.items()]
    item: Any = msgspec.defstruct(f"{route.command.__name__}Item", fields, frozen=True, kw_only=True, module=__name__)
    items = Annotated[list[item], msgspec.Meta(min_length=1, max_length=MOST)]
    return msgspec.defstruct(name, [("items", items)], module=__name__)


def _items(sent: bytes) -> list[msgspec.Raw]:
    """The items as they were sent, none read yet. Raises: MalformedBody, InvalidValue."""
    try:
        items = _batch.decode(sent).items
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedBody(N_("A batch is an object with `items`, an array.")) from error
    if not _alone(items, sent):
        raise MalformedBody(N_("A name stands twice in one object."))
    if not 1 <= len(items) <= MOST:
        raise InvalidValue("/items", N_("A batch has from 1 to {most} items."), most=MOST)
    return items


def _alone(items: Sequence[msgspec.Raw], sent: bytes) -> bool:
    """Whether the batch has these items and no other: a decoder takes the last of two members of one name."""
    begin = _BEGIN.match(sent)
    at = begin.end() if begin else len(sent)
    for item in items:
        if not sent.startswith(bytes(item), at):
            return False
        at = _BETWEEN.match(sent, at + len(bytes(item))).end()  # type: ignore[union-attr] # matches anything
    return _END.fullmatch(sent, at) is not None


_BEGIN = re.compile(rb'[ \t\n\r]*\{[ \t\n\r]*"items"[ \t\n\r]*:[ \t\n\r]*\[[ \t\n\r]*')
_BETWEEN = re.compile(rb"[ \t\n\r]*,?[ \t\n\r]*")
_END = re.compile(rb"[ \t\n\r]*\][ \t\n\r]*\}[ \t\n\r]*")


def _headers(item: BatchItem) -> dict[bytes, bytes]:
    """What a request for this item alone would say."""
    told = {b"content-type": b"application/json", b"idempotency-key": item.idempotency_key.encode()}
    if item.mandate_id is not None:
        told[MANDATE] = str(item.mandate_id).encode()
    if item.if_match is not None:
        told[b"if-match"] = b'"%d"' % item.if_match
    return told


def _received(item: BatchItem) -> Receive:
    """The item's command as the body of a request."""

    async def receive() -> Any:
        return {"type": "http.request", "body": bytes(item.command), "more_body": False}

    return receive


def _refused(error: PaktError, scope: Scope, headers: Mapping[bytes, bytes]) -> _Result:
    asked: Any = {"headers": list(headers.items()), "state": scope["state"]}
    rendered = render(error, asked, command=True)
    return _Result(status=rendered.status, problem=msgspec.Raw(rendered.body))
