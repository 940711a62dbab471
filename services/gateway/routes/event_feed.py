"""The event feed: what institutions tell the world, and programs with a grant, as CloudEvents, to be resumed anywhere.

A cursor says how far its reader is in every log. It is bound to who reads and to what was chosen; it knows no expiry.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.params import FromPath, PathParameter, QueryParameter
from litestar.response import Stream

from domain.kernel.errors import Overloaded, StreamNotFound, Unavailable
from domain.kernel.message import N_
from services.command_handling.request import Principal
from services.feed.cloud_event import BATCH_MEDIA_TYPE, MEDIA_TYPE, cloud_event
from services.feed.follower import Feed, Follower, Told
from services.feed.places import Places
from services.feed.selection import Selection, is_told
from services.feed.visibility import sight_of
from services.gateway import formats
from services.gateway.cursors import Cursors
from services.gateway.desk import Reads
from services.gateway.listing import answer_bytes
from services.gateway.public_scope import AtScope
from services.gateway.query_route import open_query
from services.gateway.quota import principal
from services.gateway.refusals import InvalidHeader, InvalidParameter, Unauthenticated
from services.gateway.security import single
from services.gateway.standing_token import StandingToken

AnyRequest = Request[Any, Any, Any]
KEEP_ALIVE_SECONDS = 15
LONGEST_WAIT = 30
PATIENCE = 5.0
"""Seconds that a page without `wait` looks through stretches in which nothing is for the reader."""
CHUNK = 250
LONGEST_CURSOR = 12_000
NOW = "now"
TOKEN_ENDED = b"token-ended"
"""Type of the event that is a stream's last where its token is over; `data` says why."""
_NOT_OURS = N_("The cursor is not one that this feed gave to this reader for the same choice.")
_MOST_NAMES = 100
_TEXT = {"schema": {"type": "string"}}
_EVENTS: dict[str, Any] = {
    "200": {
        "description": "Events in the order of each log; fewer than `limit` where nothing more is there",
        "content": {
            BATCH_MEDIA_TYPE: {"schema": {"type": "array", "items": {"type": "object"}}},
            formats.NDJSON: _TEXT,
        },
        "headers": {
            "Pakt-Cursor": {"description": "Where to go on", **_TEXT},
            "Link": {"description": "The next page (RFC 8288)", **_TEXT},
        },
    }
}
_STREAM = {
    "200": {
        "description": (
            "Server-sent events: `data` is a CloudEvent, `id` the cursor after it. An event `token-ended` is the last:"
            " the token has expired or was revoked, and a new one goes on from its `id`"
        ),
        "content": {"text/event-stream": _TEXT},
    }
}
_ONE = {"200": {"description": "The event", "content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}}

CursorText = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        max_length=LONGEST_CURSOR,
        description="Go on after what was told up to here; `now`: with what comes from now on",
    ),
]
Types = Annotated[
    str | None,
    QueryParameter(
        name="type",
        max_length=4_000,
        description="Types, with commas between: `consultations.ConsultationOpened.v1`, or all below `consultations.*`",
    ),
]
Tenants = Annotated[
    str | None,
    QueryParameter(name="tenant", max_length=4_000, description="Slugs of institutions, with commas between"),
]
Subject = Annotated[UUID | None, QueryParameter(name="subject", description="One stream: the subject of its events")]
Most = Annotated[int, QueryParameter(name="limit", ge=1, le=1_000, description="Events on a page")]
Wait = Annotated[
    int, QueryParameter(name="wait", ge=0, le=LONGEST_WAIT, description="Seconds to wait where nothing is there")
]
Slug = Annotated[str, PathParameter(description="Slug of an institution")]


class Reading:
    """One reader of the feed with its choice, what its cursors are bound to, and the token it was let in by."""

    def __init__(
        self,
        feed: Feed,
        cursors: Cursors,
        reader: Principal | None,
        chosen: Selection,
        token: StandingToken | None = None,
    ) -> None:
        self.feed, self.reader, self.chosen, self._token = feed, reader, chosen, token
        self._cursors = cursors
        self._seat = None if reader is None else reader.person_id
        self._bound = f"feed {'' if reader is None or reader.client is None else reader.person_id} {chosen}"

    async def require_token(self) -> None:
        """That the token, if there is one, still stands. Raises: Unauthenticated, Unavailable."""
        if self._token is not None:
            await self._token.require(asyncio.get_running_loop().time())

    @property
    def has_room(self) -> bool:
        """Whether the reader may follow by one more stream."""
        return self.feed.seats.room(self._seat)

    def seated(self) -> AbstractContextManager[None]:
        """Within it, the reader has one stream more."""
        return self.feed.seats.taken(self._seat)

    def cursor(self, after: bytes) -> str:
        """Where the reader stands, as a text."""
        return self._cursors.seal(self._bound, after)

    def places(self, cursor: str) -> Places:
        """Where a cursor says that the reader stood. Raises: ValueError for one that was not given to it."""
        return Places.read(self._cursors.open(self._bound, cursor, LONGEST_CURSOR))

    async def follower(self, cursor: str | None) -> Follower:
        """The reader on its way. Raises: InvalidParameter, StreamNotFound."""
        try:
            places = Places() if cursor in {None, NOW} else self.places(cursor or "")
        except ValueError as error:
            raise InvalidParameter("cursor", _NOT_OURS) from error
        follower = Follower(self.feed, self.reader, self.chosen, places)
        await follower.sight()
        if cursor == NOW:
            await follower.skip_to_end()
        return follower

    def written(self, told: Told) -> bytes:
        """The CloudEvent that the reader is given."""
        return cloud_event(told.event, told.slug, self.feed.base, previous=told.previous)


@open_query("/", responses=_EVENTS, statuses=(401, 429), operation_id="Feed", tokens=True)
async def events(
    request: AnyRequest,
    seen: AtScope,
    *,
    cursor: CursorText = None,
    type: Types = None,  # noqa: A002 - the attribute's word
    tenant: Tenants = None,
    subject: Subject = None,
    limit: Most = 100,
    wait: Wait = 0,
) -> Response[bytes]:
    """Events of all institutions, a page at a time; with a client's token those that its grant allows, too.

    Each log is in its exact order. `previous` of an event is the position up to which its log had been told: if it is
    not the one that was told last, something is missing, unless a new epoch begins.
    """
    reading = await _reading(request, seen.reads, type, tenant, subject)
    follower = await reading.follower(cursor)
    told = await _page(reading, follower, limit, wait, request.app.state)
    written = [reading.written(one) for one in told]
    at = reading.cursor(bytes(follower.places))
    headers = {"cache-control": "no-store", "pakt-cursor": at, "link": f'<{_next(request, at)}>; rel="next"'}
    if formats.wanted(request.headers.get("accept", "")) == formats.NDJSON:
        body, media_type = b"".join(one + b"\n" for one in written), formats.NDJSON
    else:
        body, media_type = b"[" + b",".join(written) + b"]", BATCH_MEDIA_TYPE
    return Response(body, media_type=media_type, headers=headers)


@open_query("/stream", responses=_STREAM, statuses=(401, 429), operation_id="FeedStream", tokens=True)
async def stream(
    request: AnyRequest,
    seen: AtScope,
    *,
    cursor: CursorText = None,
    type: Types = None,  # noqa: A002 - the attribute's word
    tenant: Tenants = None,
    subject: Subject = None,
) -> Stream:
    """The same events as they come, from a cursor on; `Last-Event-ID` resumes where a connection broke.

    With the token the stream ends, too: its last event is `token-ended`, whose `id` a new token goes on from.
    """
    reading = await _reading(request, seen.reads, type, tenant, subject)
    if not reading.has_room:
        raise Overloaded("The feed")
    sent = request.headers.get("last-event-id")
    try:
        follower = await reading.follower(sent or cursor)
    except InvalidParameter as error:
        raise InvalidHeader("Last-Event-ID", _NOT_OURS) if sent else error from error
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    frames = _frames(reading, follower, request.app.state)
    return Stream(frames, media_type="text/event-stream; charset=utf-8", headers=headers)


@open_query(
    "/events/{tenant:str}/{epoch:int}/{position:int}",
    responses=_ONE,
    statuses=(401, 429),
    operation_id="FeedEvent",
    tokens=True,
)
async def event(
    request: AnyRequest, seen: AtScope, tenant: Slug, epoch: FromPath[int], position: FromPath[int]
) -> Response[bytes]:
    """One event, by its place in its log; what the reader is not told is not there."""
    reads, reader = seen.reads, await _reader(request, seen.reads)
    authority = reads.system.handler.authority
    tenant_id = (await authority.tenant(tenant)).tenant_id
    if not 0 < position < 1 << 53:
        raise StreamNotFound
    found = await reads.system.store.read_log(tenant_id, position - 1, 1)
    sight = await sight_of(authority, reader, [tenant], fresh=True)
    if not found or found[0].epoch != epoch or not sight.sees(found[0]):
        raise StreamNotFound
    return answer_bytes(
        request, cloud_event(found[0], tenant, reads.feed.base), MEDIA_TYPE, {"cache-control": "no-store"}
    )


async def _reader(request: AnyRequest, reads: Reads) -> Principal | None:
    """Whoever the token names, if there is one. Raises: Unauthenticated for one that is not valid; QuotaExceeded."""
    headers = single(request.scope["headers"])
    if b"authorization" not in headers:
        return None
    return await principal(headers, reads.system, request.scope["state"])


async def _reading(
    request: AnyRequest, reads: Reads, types: str | None, tenants: str | None, subject: UUID | None
) -> Reading:
    patterns = _listed("type", types)
    for pattern in patterns or ():
        if not is_told(pattern):
            raise InvalidParameter("type", N_("No event that is told is of the type {name}."), name=pattern[:200])
    chosen = Selection(_listed("tenant", tenants), patterns, subject)
    reader = await _reader(request, reads)
    token = None
    if reader is not None:
        headers = single(request.scope["headers"])
        token = StandingToken(headers, reads.system, asyncio.get_running_loop().time())
    return Reading(reads.feed, reads.cursors, reader, chosen, token)


def _listed(parameter: str, text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    found = tuple(text.split(","))
    if len(found) > _MOST_NAMES or len(set(found)) < len(found) or "" in found:
        raise InvalidParameter(
            parameter, N_("Name each once, at most {limit}, with commas between."), limit=_MOST_NAMES
        )
    return found


async def _page(reading: Reading, follower: Follower, limit: int, wait: int, state: Any) -> list[Told]:
    """As many as there are, up to the limit; where there are none, the first that come within so many seconds.

    Raises: Unauthenticated when the token has ended by then.
    """
    clock = asyncio.get_running_loop().time
    began, told = clock(), list[Told]()
    while len(told) < limit and clock() < began + max(wait, PATIENCE):
        told += await follower.next(limit - len(told))
        await reading.require_token()
        if not follower.at_end:
            continue
        rest = began + wait - clock()
        if told or rest <= 0 or state.get("draining"):
            break
        await follower.wait(min(rest, 1.0))
    return told


async def _frames(reading: Reading, follower: Follower, state: Any) -> AsyncIterator[bytes]:
    """Frames until the reader leaves or the process shuts down; an `id` alone says how far nothing was to tell."""
    clock = asyncio.get_running_loop().time
    quiet_since, at = clock(), bytes(follower.places)
    if not reading.has_room:  # many came at once
        return
    try:
        with reading.seated():
            yield b"retry: 2000\n\n"
            while not state.get("draining"):
                told = await follower.next(CHUNK)
                await reading.require_token()
                if told:
                    quiet_since, at = clock(), told[-1].after
                    yield b"".join([_frame(reading, one) for one in told])
                elif clock() >= quiet_since + KEEP_ALIVE_SECONDS:
                    quiet_since, at = clock(), bytes(follower.places)
                    yield b"id: %b\n: still here\n\n" % reading.cursor(at).encode()
                if follower.at_end:
                    await follower.wait(1.0)
    except Unavailable:
        return  # the reader comes back, with the last id
    except Unauthenticated as over:
        yield _ended(reading.cursor(at), over.reason)


def _ended(cursor: str, reason: str) -> bytes:
    """The last frame of a stream whose token is over: a new one goes on from the same place."""
    data = msgspec.json.encode({"reason": reason})
    return b"event: %b\nid: %b\ndata: %b\n: get a new token, then go on from this id\n\n" % (
        TOKEN_ENDED,
        cursor.encode(),
        data,
    )


def _frame(reading: Reading, told: Told) -> bytes:
    data = reading.written(told).replace(b"\n", b"\ndata: ")
    return b"id: %b\ndata: %b\n\n" % (reading.cursor(told.after).encode(), data)


def _next(request: AnyRequest, cursor: str) -> str:
    kept = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return f"{request.url.path}?{urlencode(kept | {'cursor': cursor})}"


FEED = (events, stream, event)
