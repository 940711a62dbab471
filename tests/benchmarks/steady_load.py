"""An open loop: requests at a rate, whatever became of those before; `python -m tests.benchmarks.steady_load PLAN.json`.

Latency counts from the time at which a request was to be sent, so that a server that stands still is seen to. A rate of 0
is a closed loop: each connection sends the next request when the last one is answered.
"""

import asyncio
import os
import re
import sys
import time
from collections import Counter, deque
from pathlib import Path
from typing import cast

import msgspec
import uvloop

from tests.benchmarks.figures import percentile

TICK = 0.002
DRAIN = 180.0
"""Seconds in which what was sent must be answered at the end."""
_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
UNANSWERED = 0
"""In place of a status: the connection ended, or the time to drain."""


class Request(msgspec.Struct, frozen=True):
    """One request; `{n}` in its body becomes its number, so that no two commands are the same."""

    method: str
    path: str
    authorization: str
    body: str = ""


class Source(msgspec.Struct, frozen=True):
    """Who sends `requests` in turn, so many a second, over so many connections."""

    name: str
    rate: float
    connections: int
    requests: list[Request]


class Plan(msgspec.Struct, frozen=True):
    """What is sent to a port, and into windows of how many seconds the answers are sorted.

    `nice` is how far the sender steps back for the system that it asks: a stranger's is on another machine.
    """

    port: int
    seconds: float
    window: float
    sources: list[Source]
    nice: int = 0


class Window(msgspec.Struct, frozen=True):
    """Requests that were to be sent in it; their latencies in milliseconds."""

    requests: int
    p50: float
    p99: float
    p999: float


class Told(msgspec.Struct, frozen=True):
    """What became of a source: by window, by status, and how many answers of 2xx each of its requests got."""

    name: str
    windows: list[Window]
    statuses: dict[int, int]
    done: list[int]
    whole: Window


class _Line(asyncio.Protocol):
    """A connection that is kept; one request at a time."""

    def __init__(self, sender: "_Sender") -> None:
        self._sender, self._seen = sender, b""
        self._transport: asyncio.Transport | None = None
        self._which, self._at = -1, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one without saying so
        self._sender.free(self)

    def send(self, which: int, at: float, data: bytes) -> None:
        assert self._transport is not None
        self._which, self._at = which, at
        self._transport.write(data)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, end, rest = self._seen.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or (length and len(rest) < int(length[1])):
            return
        self._seen = b""
        which, self._which = self._which, -1
        self._sender.answered(which, self._at, int(head[9:12]))
        self._sender.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._which >= 0:
            self._sender.answered(self._which, self._at, UNANSWERED)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


class _Sender:
    def __init__(self, plan: Plan, source: Source) -> None:
        self._plan, self._source = plan, source
        self._idle: deque[_Line] = deque()
        self._due: deque[tuple[int, float]] = deque()
        self._lines: list[_Line] = []
        self._begin, self._sent, self._open, self._over = 0.0, 0, 0, False
        self._taken: list[list[float]] = [[] for _ in range(round(plan.seconds / plan.window))]
        self._statuses: Counter[int] = Counter()
        self._done = [0] * len(source.requests)
        self._prefix = f"{source.name}-{time.time_ns():x}"

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(self._source.connections):
            _, line = await loop.create_connection(lambda: _Line(self), "127.0.0.1", self._plan.port)
            self._lines.append(line)

    async def run(self) -> Told:
        self._begin, rate = time.perf_counter(), self._source.rate
        while (passed := time.perf_counter() - self._begin) < self._plan.seconds:
            if rate:
                while self._sent < passed * rate:
                    self._offer(self._begin + self._sent / rate)
            else:
                while self._idle:
                    self._offer(time.perf_counter())
            await asyncio.sleep(TICK)
        self._over = True
        until = time.perf_counter() + DRAIN
        while (self._open or self._due) and time.perf_counter() < until:
            await asyncio.sleep(0.01)
        self._statuses[UNANSWERED] += self._open + len(self._due)
        for line in self._lines:
            line.close()
        every = sorted(seconds for window in self._taken for seconds in window)
        windows = [_window(sorted(window)) for window in self._taken]
        return Told(self._source.name, windows, +self._statuses, self._done, _window(every))

    def _offer(self, at: float) -> None:
        self._due.append((self._sent, at))
        self._sent += 1
        if self._idle:
            self._go(self._idle.popleft())

    def _go(self, line: _Line) -> None:
        number, at = self._due.popleft()
        which = number % len(self._source.requests)
        self._open += 1
        line.send(which, at, self._bytes(self._source.requests[which], number))

    def _bytes(self, request: Request, number: int) -> bytes:
        body = request.body.replace("{n}", str(number)).encode()
        key = f"Idempotency-Key: {self._prefix}-{number}\r\nContent-Type: application/json\r\n" if body else ""
        return (
            f"{request.method} {request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{key}"
            f"Authorization: {request.authorization}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    def free(self, line: _Line) -> None:
        if self._due:
            self._go(line)
        elif not self._source.rate and self._begin and not self._over:
            self._offer_on(line)
        else:
            self._idle.append(line)

    def _offer_on(self, line: _Line) -> None:
        self._due.append((self._sent, time.perf_counter()))
        self._sent += 1
        self._go(line)

    def answered(self, which: int, at: float, status: int) -> None:
        self._open -= 1
        self._statuses[status] += 1
        self._done[which] += status in {200, 201}
        window = min(len(self._taken) - 1, int((at - self._begin) / self._plan.window))
        self._taken[window].append(time.perf_counter() - at)


def _window(ordered: list[float]) -> Window:
    if not ordered:
        return Window(0, 0.0, 0.0, 0.0)
    return Window(len(ordered), *(round(percentile(ordered, share) * 1000, 2) for share in (0.5, 0.99, 0.999)))


async def load(plan: Plan, folder: Path) -> list[Told]:
    """Send it from a process of its own; what became of each source."""
    path = folder / f"{'-'.join(source.name for source in plan.sources)}.json"
    path.write_bytes(msgspec.json.encode(plan))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.steady_load", str(path)), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the load ended with {process.returncode}")
    return msgspec.json.decode(out, type=list[Told])


async def main(path: str) -> None:
    """Run a plan."""
    plan = msgspec.json.decode(Path(path).read_bytes(), type=Plan)
    os.nice(plan.nice)
    senders = [_Sender(plan, source) for source in plan.sources]
    for sender in senders:
        await sender.connect()
    told = await asyncio.gather(*(sender.run() for sender in senders))
    sys.stdout.buffer.write(msgspec.json.encode(told))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
