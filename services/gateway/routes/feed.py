"""The feed: a tenant's events as they are stored, over server-sent events, to be resumed at any position."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.params import QueryParameter
from litestar.response import Stream

from domain.kernel.errors import NotPermitted, PaktError
from domain.kernel.message import N_
from infra.eventstore.codec import decode_metadata
from infra.eventstore.interface import StoredEvent
from services.gateway.desk import Desk
from services.gateway.permissions import QUERIES as PERMISSIONS
from services.gateway.query_route import AtDesk, query
from services.gateway.refusals import InvalidHeader
from services.gateway.routing import Routes

AnyRequest = Request[Any, Any, Any]
KEEP_ALIVE_SECONDS = 15
_encode = msgspec.json.Encoder().encode


class FeedEvent(msgspec.Struct, frozen=True):
    """An event of the feed, without its payload."""

    position: int
    epoch: int
    stream_id: UUID
    version: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    actor_id: UUID
    role: str


@query(
    "/events/stream",
    "events",
    responses={
        "200": {
            "description": "Server-sent events; `id` is the position, `event` the type, `data` a FeedEvent",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def events(
    request: AnyRequest,
    desk: AtDesk,
    *,
    after: Annotated[
        int | None, QueryParameter(ge=0, le=(1 << 53) - 1, description="Begin after this position")
    ] = None,
) -> Stream:
    """Every event from a position on and as they come; `Last-Event-ID` resumes where a connection broke."""
    sent = request.headers.get("last-event-id")
    if sent is not None and not (sent.isascii() and sent.isdigit() and len(sent) <= len(str(1 << 53))):
        raise InvalidHeader("Last-Event-ID", N_("It must be a position of the log."))
    begin = int(sent) if sent is not None else after or 0
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return Stream(_feed(desk, begin, request.app.state), media_type="text/event-stream; charset=utf-8", headers=headers)


async def _feed(desk: Desk, after: int, state: Any) -> AsyncIterator[bytes]:
    """Frames until the reader leaves, loses the right, or the process shuts down."""
    source = desk.tail(after)
    arriving: asyncio.Future[StoredEvent] | None = None
    clock = asyncio.get_running_loop().time
    check_at = clock() + KEEP_ALIVE_SECONDS
    yield b"retry: 2000\n\n"
    try:
        while not state.get("draining"):
            arriving = arriving or asyncio.ensure_future(anext(source))
            done, _ = await asyncio.wait((arriving,), timeout=1.0)
            if done:
                if desk.audits and not await _still_permitted(desk):
                    return
                yield _frame(arriving.result())
                arriving = None
            if clock() >= check_at:
                if not await _still_permitted(desk):
                    return
                check_at = clock() + KEEP_ALIVE_SECONDS
                yield b": still here\n\n"
    finally:
        if arriving is not None:
            arriving.cancel()
            await asyncio.wait((arriving,))
        if hasattr(source, "aclose"):
            await source.aclose()


async def _still_permitted(desk: Desk) -> bool:
    """A mandate may end while its holder listens."""
    handler = desk.system.handler
    try:
        now = await handler.now(desk.tenant)
        await handler.authority.permit(desk.tenant, desk.reader, "events", PERMISSIONS["events"], now)
    except NotPermitted:
        return False
    except PaktError:
        return True
    return True


def _frame(event: StoredEvent) -> bytes:
    metadata = decode_metadata(event.metadata)
    shown = FeedEvent(
        event.position,
        event.epoch,
        event.stream_id,
        event.version,
        event.type_name,
        event.occurred_at,
        event.recorded_at,
        metadata.actor,
        metadata.role,
    )
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.position, event.type_name.encode(), _encode(shown))


ROUTES = Routes(queries=(events,))
