"""Serving the application in this process and on this event loop: one worker beside the store's batcher it feeds."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

GRACE_SECONDS = 10.0
HEADER_BYTES = 64 * 1024
BACKLOG = 1024
_ACCEPTED_WITHIN = 0.05
"""Seconds until a request that came with the last connection is with us."""
_GC = (100_000, 50, 100)
"""Requests leave few cycles behind: collecting rarely cuts the slowest answers to less than half."""


class HttpServer:
    """One listening server. `serve` runs until `stop`; requests under way are answered first."""

    def __init__(self, app: Litestar, host: str, port: int) -> None:
        self._app, self.host = app, host
        self.port = port or _free_port(host)
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._over = asyncio.Event()
        self._server = Server(
            self._counted,
            address=host,
            port=self.port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(max_buffer_size=HEADER_BYTES),
            websockets=False,
            backlog=BACKLOG,
            log_enabled=False,
            log_level=LogLevels.critical,
        )

    async def serve(self, ready: Callable[[], Awaitable[None]] | None = None) -> None:
        """Serve until stopped; `ready` is awaited once connections are accepted.

        Raises: OSError when the address cannot be taken.
        """
        _require_free(self.host, self.port)
        settle_memory()
        serving = asyncio.ensure_future(self._server.serve())
        try:
            await self._accepting(serving)
            if ready is not None:
                await ready()
            await asyncio.shield(serving)
        finally:
            if not serving.done():
                await self.stop()
                await serving

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Say not-ready, take no more connections, and let `serve` return once what is under way has been answered.

        Connections end with the answer that they wait for. What still runs after `grace` seconds is left.
        """
        self._app.state.draining = True
        self._server.stop()  # type: ignore[no-untyped-call]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._answered()
        self._over.set()

    async def _answered(self) -> None:
        """Return when nothing is under way, nor came with the last connection."""
        quiet = False
        while not quiet:
            await self._idle.wait()
            await asyncio.sleep(_ACCEPTED_WITHIN)
            quiet = self._idle.is_set()

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, self._told_late(receive), send)
            return
        self._under_way += 1
        self._idle.clear()
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()

    def _told_late(self, receive: Receive) -> Receive:
        """The server tells the application to end as soon as it stops: what is under way still needs it."""

        async def late() -> Any:
            message: Any = await receive()
            if message["type"] == "lifespan.shutdown":
                await self._over.wait()
            return message

        return late

    async def _accepting(self, serving: "asyncio.Future[Any]") -> None:
        while not serving.done():
            try:
                _, writer = await asyncio.open_connection(self.host, self.port)
            except OSError:
                await asyncio.sleep(0.005)
                continue
            writer.close()
            return
        await serving


@contextlib.asynccontextmanager
async def serving(
    app: Litestar, host: str, port: int, *, grace: float = GRACE_SECONDS
) -> AsyncIterator["asyncio.Future[None]"]:
    """The application being served, as what ends with an error or never. Raises: OSError, as `HttpServer.serve`."""
    server, accepting = HttpServer(app, host, port), asyncio.Event()

    async def ready() -> None:
        accepting.set()

    running = asyncio.ensure_future(server.serve(ready))
    waiting = asyncio.ensure_future(accepting.wait())
    await asyncio.wait((running, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if running.done():
        running.result()
    try:
        yield running
    finally:
        if not running.done():
            await server.stop(grace)
            await asyncio.wait((running,))


def settle_memory() -> None:
    """Keep what start-up made out of later collections, and collect rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC)


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _require_free(host: str, port: int) -> None:
    """The server shares its port with others that ask for it; we must not do so unknowingly."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
