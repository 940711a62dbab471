"""The server: answers what is under way before it stops, and takes no port that somebody else has."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from litestar import Litestar, get
from litestar.datastructures import State

from services.serving import HttpServer


class Slow:
    """An application whose answer waits until it is let go."""

    def __init__(self) -> None:
        self.asked, self.release = asyncio.Event(), asyncio.Event()

        @get("/slow")
        async def slow() -> dict[str, str]:
            self.asked.set()
            await self.release.wait()
            return {"answer": "whole"}

        @get("/quick")
        async def quick() -> dict[str, str]:
            return {"answer": "quick"}

        self.app = Litestar([slow, quick], openapi_config=None, state=State({"draining": False}))


@asynccontextmanager
async def serving(app: Litestar) -> AsyncIterator[HttpServer]:
    gateway, ready = HttpServer(app, "127.0.0.1", 0), asyncio.Event()

    async def tell() -> None:
        ready.set()

    running = asyncio.ensure_future(gateway.serve(tell))
    await asyncio.wait_for(ready.wait(), 10)
    try:
        yield gateway
    finally:
        if not running.done():
            await gateway.stop(grace=1)
        await asyncio.wait_for(running, 20)


async def test_what_is_under_way_is_answered_before_the_end() -> None:
    slow = Slow()
    async with serving(slow.app) as gateway, httpx.AsyncClient() as client:
        asking = asyncio.ensure_future(client.get(f"http://127.0.0.1:{gateway.port}/slow"))
        await asyncio.wait_for(slow.asked.wait(), 10)
        stopping = asyncio.ensure_future(gateway.stop())
        await asyncio.sleep(0)
        assert slow.app.state.draining
        assert not stopping.done()

        slow.release.set()
        answer = await asking
        await stopping
    assert (answer.status_code, answer.json()) == (200, {"answer": "whole"})


async def test_a_request_that_never_ends_does_not_hold_the_process() -> None:
    slow = Slow()
    async with serving(slow.app) as gateway, httpx.AsyncClient() as client:
        asking = asyncio.ensure_future(client.get(f"http://127.0.0.1:{gateway.port}/slow"))
        await asyncio.wait_for(slow.asked.wait(), 10)
        await gateway.stop(grace=0.05)
        slow.release.set()
        await asyncio.wait([asking])


async def test_many_requests_on_many_connections() -> None:
    async with serving(Slow().app) as gateway:
        limits = httpx.Limits(max_connections=20)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{gateway.port}", limits=limits) as client:
            answers = await asyncio.gather(*(client.get("/quick") for _ in range(200)))

    assert {answer.status_code for answer in answers} == {200}


async def test_a_port_in_use_is_not_shared() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        gateway = HttpServer(Slow().app, "127.0.0.1", other.getsockname()[1])

        with pytest.raises(OSError, match="in use"):
            await gateway.serve()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /quick HTTP/1.1\r\nHost: pakt\r\nno colon\r\n\r\n", b"400"),
        (b"NO HTTP AT ALL\r\n\r\n", b"400"),
        (b"GET /quick HTTP/1.1\r\nHost: pakt\r\n" + b"x: y\r\n" * 200 + b"\r\n", b"431"),
    ],
    ids=["header", "line", "too many headers"],
)
async def test_what_is_no_request_is_answered_by_the_server_itself(sent: bytes, status: bytes) -> None:
    """Without a body, as the README says: no application is asked."""
    async with serving(Slow().app) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(sent)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()

    head, _, body = answer.partition(b"\r\n\r\n")
    assert (head.split(b" ")[1], body) == (status, b"")
    assert b"connection: close" in head.lower()


async def test_a_header_of_a_megabyte_ends_at_the_door() -> None:
    async with serving(Slow().app) as gateway:
        reader, writer = await asyncio.open_connection("127.0.0.1", gateway.port)
        writer.write(b"GET /quick HTTP/1.1\r\nHost: pakt\r\nX-Long: " + b"x" * 1_000_000 + b"\r\n\r\n")
        first: Any = b""
        with contextlib.suppress(ConnectionError):  # closed while we were still sending: refused as well
            first = await asyncio.wait_for(reader.readline(), 10)
        writer.close()

    assert b" 200 " not in first
    assert first == b"" or first.startswith(b"HTTP/1.1 4")
