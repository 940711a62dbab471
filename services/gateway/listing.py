"""Answers to queries: pages with signed cursors, bulk forms, entity tags."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response
from litestar.response import Stream

from projections.cut import LeftOut, left_out, vector
from projections.reading import LARGEST, After, Page, ReadConnection
from services.gateway import formats
from services.gateway.cursors import Cursors
from services.gateway.preconditions import is_known

PRIVATE = "private, no-cache"
PUBLIC = "public, max-age=15"
POSITIONS, INCOMPLETE = "pakt-positions", "pakt-incomplete"
Fetch = Callable[[ReadConnection, int, After | None], Awaitable[Page[Any]]]
"""`(connection, limit, after)` -> a page."""
Opened = Callable[[], AbstractAsyncContextManager[ReadConnection]]
AnyRequest = Request[Any, Any, Any]
_encode = msgspec.json.Encoder().encode


class Listing(msgspec.Struct, frozen=True):
    """A list: how to open a connection, fetch a page, and show a row as `view`.

    Of the `past` it also says up to which position of each log it goes, and whose log could not be read: the headers
    are dictionaries of RFC 9651, by slug.
    """

    open: Opened
    fetch: Fetch
    show: Callable[[Any], Any]
    view: type[msgspec.Struct]
    cursors: Cursors
    cache: str = PRIVATE
    past: bool = False

    async def cut(self, connection: ReadConnection) -> tuple[dict[str, str], list[LeftOut]]:
        """The headers for what a connection shows, and which institutions it does not."""
        return await cut_of(connection) if self.past else ({}, [])


async def cut_of(connection: ReadConnection) -> tuple[dict[str, str], list[LeftOut]]:
    """The headers for what a connection shows of the past, and which institutions it does not."""
    shown, missing = await vector(connection), await left_out(connection)
    values = {
        POSITIONS: ", ".join(f"{slug}={position}" for slug, position in shown.items()),
        INCOMPLETE: ", ".join(f"{one.tenant}={one.reason}" for one in missing),
    }
    return {name: value for name, value in values.items() if value}, missing


async def answer_list(request: AnyRequest, listing: Listing, limit: int, cursor: str | None) -> Any:
    """A page as JSON, or with `Accept: application/x-ndjson` or `text/csv` everything from the cursor on."""
    bound_to = _bound_to(request)
    after = None if cursor is None else listing.cursors.read(bound_to, cursor)
    kind = formats.wanted(request.headers.get("accept", ""))
    if kind:
        return await _bulk(listing, kind, after)
    async with listing.open() as connection:
        page = await listing.fetch(connection, min(limit, LARGEST), after)
        cut, missing = await listing.cut(connection)
    onward = None if page.next is None else listing.cursors.write(bound_to, page.next)
    shown = {"items": [listing.show(row) for row in page.items], "next_cursor": onward}
    body = _encode(shown | ({"incomplete": missing} if missing else {}))
    headers = {"vary": "Accept, Accept-Language, Authorization"} | cut
    if onward is not None:
        headers["link"] = f'<{_next_address(request, onward)}>; rel="next"'
    return answer_body(request, body, listing.cache, headers)


def answer(request: AnyRequest, shown: Any, *, cache: str = PRIVATE, version: int | None = None) -> Response[bytes]:
    """One thing as JSON; `version` is its stream's; the ETag then serves a command as If-Match."""
    return answer_body(request, _encode(shown), cache, {"vary": "Accept-Language, Authorization"}, version=version)


def answer_body(
    request: AnyRequest, body: bytes, cache: str, headers: dict[str, str], *, version: int | None = None
) -> Response[bytes]:
    """JSON with an ETag, or 304 without a body when the reader has it already.

    The tag is of the body's hash. A stream's version stands before it: that part is what commands compare.
    """
    digest = hashlib.sha256(body).hexdigest()[:16]
    tag = f'"{digest}"' if version is None else f'"{version}.{digest}"'
    headers = {"etag": tag, "cache-control": cache} | headers
    if is_known(dict(request.scope["headers"]), tag):
        return Response(b"", status_code=304, headers=headers, media_type="application/json")
    return Response(body, headers=headers, media_type="application/json")


def answer_bytes(request: AnyRequest, data: bytes, kind: str, headers: dict[str, str]) -> Response[bytes]:
    """A whole file of the media type `kind` with an ETag of its hash, or 304 for a reader who has it already."""
    headers = {"etag": f'"{hashlib.sha256(data).hexdigest()[:32]}"'} | headers
    if is_known(dict(request.scope["headers"]), headers["etag"]):
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    return Response(data, headers=headers, media_type=kind)


async def _bulk(listing: Listing, kind: str, after: tuple[Any, ...] | None) -> Stream:
    headers = {"cache-control": listing.cache, "vary": "Accept, Authorization"}
    chunks = _chunks(listing, kind, after, headers)
    first = await anext(chunks, b"")  # a refusal must come before the first byte

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return Stream(whole(), media_type=kind, headers=headers)


async def _chunks(
    listing: Listing, kind: str, after: tuple[Any, ...] | None, headers: dict[str, str]
) -> AsyncIterator[bytes]:
    names: Sequence[str] = listing.view.__struct_fields__
    header = True
    async with listing.open() as connection:
        headers |= (await listing.cut(connection))[0]
        while True:
            page = await listing.fetch(connection, LARGEST, after)
            items = [listing.show(row) for row in page.items]
            yield formats.as_csv(names, items, header=header) if kind == formats.CSV else formats.as_ndjson(items)
            header, after = False, page.next
            if after is None:
                return


def _bound_to(request: AnyRequest) -> str:
    """A cursor continues this list: the same address with the same filters, whatever the page's size."""
    filters = sorted((k, v) for k, v in request.query_params.multi_items() if k not in {"cursor", "limit", "at_least"})
    return f"{request.scope['path']}?{urlencode(filters)}"


def _next_address(request: AnyRequest, onward: str) -> str:
    kept = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    return f"{request.scope['path']}?{urlencode([*kept, ('cursor', onward)])}"
