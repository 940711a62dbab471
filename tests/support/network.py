"""Networks that fail: a relay that is slow, silent or closed, and a route that drops every packet without a word."""

import asyncio
import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

_NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of setns(2)."""


class Relay:
    """Passes bytes between whoever connects and `target`: a path of a socket, or host and port.

    `delay` is seconds for which each piece is held back, in both directions. While it is `silent` nothing passes, and
    nobody is told; while it is `closed` nobody is let in, and who was in is cut off.
    """

    def __init__(self, target: Path | tuple[str, int]) -> None:
        self._target = target
        self._open: set[asyncio.StreamWriter] = set()
        self._relaying: set[asyncio.Task[None]] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self._closed = False
        self.delay = 0.0
        self.port = 0

    @asynccontextmanager
    async def running(self, listening: socket.socket | None = None) -> AsyncIterator["Relay"]:
        """Relay what comes to `listening`, or to a free port of this machine, for the block."""
        where = {"sock": listening} if listening else {"host": "127.0.0.1", "port": 0}
        server = await asyncio.start_server(self._accepted, **where)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._closed = True
            self._passing.set()
            self._cut()
            await asyncio.gather(*self._relaying)

    @contextmanager
    def silent(self) -> Iterator[None]:
        self._passing.clear()
        try:
            yield
        finally:
            self._passing.set()

    @contextmanager
    def closed(self) -> Iterator[None]:
        self._closed = True
        self._cut()
        try:
            yield
        finally:
            self._closed = False

    def _cut(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._relayed(reader, writer))
        self._relaying.add(task)
        task.add_done_callback(self._relaying.discard)

    async def _relayed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._passing.wait()
        if self._closed:
            writer.transport.abort()
            return
        try:
            if isinstance(self._target, Path):
                there, back = await asyncio.open_unix_connection(str(self._target))
            else:
                there, back = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._open |= ends
        try:
            await asyncio.gather(self._passed(reader, back), self._passed(there, writer))
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()

    async def _passed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                await self._passing.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(piece)
                await writer.drain()
        writer.close()


class Route:
    """The way to `address`, which is in a network of its own behind a router of its own."""

    def __init__(self) -> None:
        number = os.getpid()
        self._router, self._there, self._near = f"pr{number}", f"ps{number}", f"pn{number}"
        block = f"10.{211 + number % 16}.{number // 16 % 256}"
        self._here, self._gate, self._gate_there, self.address = (f"{block}.{last}" for last in (1, 2, 5, 6))
        self._nets = f"{block}.4/30"

    @staticmethod
    def permitted() -> bool:
        """Whether this process may ask for networks of its own."""
        return os.geteuid() == 0 and shutil.which("ip") is not None

    def lay(self) -> None:
        """Needs root."""
        _ip(f"netns add {self._router}")
        _ip(f"netns add {self._there}")
        _ip(f"link add {self._near} type veth peer name near netns {self._router}")
        _ip(f"-n {self._router} link add far type veth peer name far netns {self._there}")
        _ip(f"addr add {self._here}/30 dev {self._near}")
        _ip(f"link set {self._near} up")
        for space, device, address in (
            (self._router, "near", self._gate),
            (self._router, "far", self._gate_there),
            (self._there, "far", self.address),
        ):
            _ip(f"-n {space} addr add {address}/30 dev {device}")
            _ip(f"-n {space} link set {device} up")
        _ip(f"netns exec {self._router} sysctl -q -w net.ipv4.ip_forward=1")
        _ip(f"route add {self._nets} via {self._gate}")
        _ip(f"-n {self._there} route add default via {self._gate_there}")

    def lift(self) -> None:
        for space in (self._router, self._there):
            _ip(f"netns del {space}", check=False)
        _ip(f"link del {self._near}", check=False)

    def listen(self) -> socket.socket:
        """A socket that listens at `address`: it stays in the network in which its thread made it."""
        made: list[socket.socket] = []

        def make() -> None:
            with Path(f"/run/netns/{self._there}").open() as space:
                if ctypes.CDLL(None, use_errno=True).setns(space.fileno(), _NEW_NETWORK):
                    raise OSError(ctypes.get_errno(), "setns")
            made.append(socket.create_server((self.address, 0)))

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        return made[0]

    @contextmanager
    def broken(self, *, answers_only: bool = False) -> Iterator[None]:
        """The router drops what goes there and what comes back, and tells nobody."""
        lost = [self._here] if answers_only else [self._here, self.address]
        for address in lost:
            _ip(f"-n {self._router} route add blackhole {address}/32")
        try:
            yield
        finally:
            for address in lost:
                _ip(f"-n {self._router} route del blackhole {address}/32")


@contextmanager
def route() -> Iterator[Route]:
    """A route that may be broken; skips the test where networks may not be made."""
    if not Route.permitted():
        pytest.skip("networks of one's own need root and the program ip")
    laid = Route()
    try:
        try:
            laid.lay()
        except subprocess.CalledProcessError as refused:
            pytest.skip(f"no networks of one's own here: {refused.stderr.strip()}")
        yield laid
    finally:
        laid.lift()


def _ip(arguments: str, *, check: bool = True) -> None:
    subprocess.run(["ip", *arguments.split()], check=check, capture_output=True, text=True, timeout=30)
