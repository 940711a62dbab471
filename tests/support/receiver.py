"""Whoever receives webhooks: an HTTP server of a few lines that keeps what it was sent and answers as badly as one likes."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple, Self

FIVE_GIGABYTES = 5 << 30


class Received(NamedTuple):
    """A request that came in whole; `at` by the monotonic clock."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float


Behaviour = Callable[[Received, asyncio.StreamWriter], Awaitable[None]]


CLOSE = "Connection: close"
NO_CONTENT = 204


def answering(status: int, *headers: str) -> Behaviour:
    """Answers with a status and a body of a few letters; with `CLOSE` among the headers, for the last time."""

    async def behave(_: Received, writer: asyncio.StreamWriter) -> None:
        body = "" if status == NO_CONTENT else "done"
        length = [f"Content-Length: {len(body)}"] if body else []
        writer.write("\r\n".join([f"HTTP/1.1 {status} Whatever", *length, *headers, "", body]).encode())
        await writer.drain()
        if CLOSE in headers:
            writer.close()

    return behave


def redirecting(location: str) -> Behaviour:
    return answering(302, f"Location: {location}")


async def hanging(_: Received, _writer: asyncio.StreamWriter) -> None:
    """Takes the request and says nothing."""
    await asyncio.Event().wait()


async def resetting(_: Received, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def endless(_: Received, writer: asyncio.StreamWriter) -> None:
    """A success, with five gigabytes to say."""
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {FIVE_GIGABYTES}\r\n\r\n".encode())
    block = bytes(1 << 20)
    for _block in range(FIVE_GIGABYTES >> 20):
        writer.write(block)
        await writer.drain()


async def dawdling(_: Received, writer: asyncio.StreamWriter) -> None:
    """A header a moment, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: and more\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def babbling(_: Received, writer: asyncio.StreamWriter) -> None:
    """Speaks something that is not HTTP, and hangs up."""
    writer.write(b"220 mail.example ESMTP\r\n" * 10)
    await writer.drain()
    writer.close()


class Receiver:
    """Listens on `host`; `behaves` says what each request is answered, and may be replaced while it runs."""

    def __init__(self, behaves: Behaviour, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.behaves, self._host, self._tls = behaves, host, tls
        self.received: list[Received] = []
        self.connections = 0
        self.port = 0
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self._host}:{self.port}"

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[Self]:
        patience = 1.0 if self._tls else None  # of a sender that has refused us and says no farewell
        server = await asyncio.start_server(
            self._accept, self._host, port, ssl=self._tls, ssl_shutdown_timeout=patience, backlog=1_024
        )
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for one in self._serving:
                one.cancel()
            await asyncio.gather(*self._serving, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        serving = asyncio.ensure_future(self._serve(reader, writer))
        self._serving.add(serving)
        serving.add_done_callback(self._serving.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, TimeoutError, ssl.SSLError):
                while not writer.is_closing():
                    await self._receive(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, TimeoutError):
                await writer.wait_closed()

    async def _receive(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, and what it is answered unless its sender leaves."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        received = Received(head[0].split()[1], headers, body, time.monotonic())
        self.received.append(received)
        gone = asyncio.ensure_future(_left(reader))
        acting = asyncio.ensure_future(self.behaves(received, writer))
        await asyncio.wait((gone, acting), return_when=asyncio.FIRST_COMPLETED)
        if gone.done() or (acting.done() and acting.exception() is not None):
            writer.close()
        for one in (gone, acting):
            one.cancel()
        await asyncio.gather(gone, acting, return_exceptions=True)


async def _left(reader: asyncio.StreamReader) -> None:
    """Until the sender has gone; what it sends meanwhile is left to be read."""
    while not reader.at_eof() and reader.exception() is None:
        await asyncio.sleep(0.02)
