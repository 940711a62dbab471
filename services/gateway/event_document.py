"""The description of events (AsyncAPI 3.0) as an address of its own, beside that of requests."""

from functools import cache

import msgspec
from litestar import Response, get

from services.feed.asyncapi import described


@get("/asyncapi.json", name="asyncapi", opt={"open": True}, include_in_schema=False, sync_to_thread=False)
def event_document() -> Response[bytes]:
    """The description of every event that leaves an institution."""
    return Response(_encoded(), media_type="application/json", headers={"cache-control": "public, max-age=300"})


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(described())
