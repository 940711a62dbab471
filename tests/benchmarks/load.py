"""Load over loopback: `wrk` where it is installed, else a generator of our own in a process of its own.

`python -m tests.benchmarks.load PLAN.json` runs the own generator and prints what it measured as JSON. A plan with
`arrivals` sends each request at its own time, whatever became of the others.
"""

import asyncio
import json
import re
import shutil
import sys
import time
from pathlib import Path
from typing import cast

import msgspec
import uvloop

from tests.benchmarks.figures import percentile

EARLY = 1.0
"""Seconds before its time at which the connection of an arrival is opened."""
_SCRIPT = """
local method, calls = METHOD, {CALLS}
local prefix, n
function init(args)
  math.randomseed(os.time() + tonumber(args[1]))
  prefix, n = tostring(math.random(1, 2 ^ 30)) .. "-", 0
end
function request()
  n = n + 1
  local call = calls[n % #calls + 1]
  local headers = { ["Content-Type"] = "application/json", ["Idempotency-Key"] = prefix .. n }
  if call[3] ~= "" then headers["Authorization"] = call[3] end
  return wrk.format(method, call[1], headers, call[2])
end
"""


class Call(msgspec.Struct, frozen=True):
    """One request: address, body and Authorization header."""

    path: str
    body: str = ""
    authorization: str = ""


class Plan(msgspec.Struct, frozen=True, tag=True):
    """What to send: the calls in turn, each time with an Idempotency-Key of its own."""

    port: int
    method: str
    calls: list[Call]
    connections: int
    seconds: float


class Arrival(msgspec.Struct, frozen=True):
    """A request that is sent at `at`, in seconds since the epoch by this machine's clock."""

    at: float
    call: Call


class Arrivals(msgspec.Struct, frozen=True, tag=True):
    """POSTs that arrive when they arrive, each on a connection of its own that was opened a moment before."""

    port: int
    arrivals: list[Arrival]


class Arrived(msgspec.Struct, frozen=True):
    """When a request was written (begun, and whole), how long after its time it was answered, and what with."""

    at: float
    begun_at: float
    whole_at: float
    seconds: float
    status: int
    body: str


class Measured(msgspec.Struct, frozen=True):
    """Answers per second, latencies in milliseconds, and answers that were not 2xx."""

    per_second: float
    p50: float
    p99: float
    refused: int


async def measure(plan: Plan, folder: Path, round_number: int = 0) -> Measured:
    """Send as fast as the answers come."""
    wrk = shutil.which("wrk")
    if wrk is not None:
        return await _wrk(wrk, plan, folder, round_number)
    path = folder / "plan.json"
    path.write_bytes(msgspec.json.encode(plan))
    out = await _output(sys.executable, "-m", "tests.benchmarks.load", str(path))
    return msgspec.json.decode(out, type=Measured)


async def _wrk(wrk: str, plan: Plan, folder: Path, round_number: int) -> Measured:
    script = folder / "load.lua"
    calls = ", ".join(
        f"{{{json.dumps(c.path)}, {json.dumps(c.body)}, {json.dumps(c.authorization)}}}" for c in plan.calls
    )
    script.write_text(_SCRIPT.replace("METHOD", json.dumps(plan.method)).replace("CALLS", calls))
    arguments = ["-t1", f"-c{plan.connections}", f"-d{max(1, round(plan.seconds))}s", "--latency", "-s", str(script)]
    out = await _output(wrk, *arguments, f"http://127.0.0.1:{plan.port}/", "--", str(round_number))
    text = out.decode()
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Measured(
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", text)),
        p50=_milliseconds(_found(r"50%\s+([\d.]+\w+)", text)),
        p99=_milliseconds(_found(r"99%\s+([\d.]+\w+)", text)),
        refused=int(refused[1]) if refused else 0,
    )


async def arrive(plan: Arrivals, folder: Path) -> list[Arrived]:
    """Send every request at its time, from a process of its own; the answers in the order of the requests."""
    path = folder / "arrivals.json"
    path.write_bytes(msgspec.json.encode(plan))
    out = await _output(sys.executable, "-m", "tests.benchmarks.load", str(path))
    return msgspec.json.decode(out, type=list[Arrived])


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def _milliseconds(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(us|ms|s)", text)
    assert match, text
    return float(match[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[match[2]]


async def _output(*command: str) -> bytes:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0, (command, process.returncode)
    return out


class _Caller(asyncio.Protocol):
    """One connection that sends its next request as soon as the last is answered."""

    def __init__(self, run: "_Run", number: int) -> None:
        self.run, self.number, self.sent, self.began, self.seen = run, number, 0, 0.0, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one without saying so
        self.call()

    def call(self) -> None:
        self.sent += 1
        self.began = time.perf_counter()
        self.transport.write(self.run.request(self.number, self.sent))

    def data_received(self, data: bytes) -> None:
        self.seen += data
        head, end, rest = self.seen.partition(b"\r\n\r\n")
        if not end:
            return
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if length and len(rest) < int(length[1]):
            return
        self.run.answered(head, time.perf_counter() - self.began)
        self.seen = b""
        if time.perf_counter() < self.run.until:
            self.call()
        else:
            self.transport.close()
            self.run.finished()


class _Run:
    def __init__(self, plan: Plan) -> None:
        self.plan, self.taken, self.refused, self.left = plan, [], 0, plan.connections
        self.done = asyncio.Event()
        self.until = self.began = time.perf_counter()
        self.prefix = f"{time.time_ns():x}"

    def request(self, number: int, sent: int) -> bytes:
        call = self.plan.calls[(number * 7_919 + sent) % len(self.plan.calls)]
        body = call.body.encode()
        head = (
            f"{self.plan.method} {call.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: {call.authorization}\r\nIdempotency-Key: {self.prefix}-{number}-{sent}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def answered(self, head: bytes, seconds: float) -> None:
        self.taken.append(seconds)
        self.refused += not head.startswith(b"HTTP/1.1 2")

    def finished(self) -> None:
        self.left -= 1
        if not self.left:
            self.done.set()

    async def run(self) -> Measured:
        self.began = time.perf_counter()
        self.until = self.began + self.plan.seconds
        loop = asyncio.get_running_loop()
        for number in range(self.plan.connections):
            await loop.create_connection(lambda n=number: _Caller(self, n), "127.0.0.1", self.plan.port)
        await self.done.wait()
        ordered = sorted(self.taken)
        return Measured(
            per_second=len(ordered) / (time.perf_counter() - self.began),
            p50=percentile(ordered, 0.5) * 1000,
            p99=percentile(ordered, 0.99) * 1000,
            refused=self.refused,
        )


async def _arrived(port: int, n: int, arrival: Arrival) -> Arrived:
    await asyncio.sleep(arrival.at - EARLY - time.time())
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    call, body = arrival.call, arrival.call.body.encode()
    head = (
        f"POST {call.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: {call.authorization}\r\nIdempotency-Key: arrival-{n}\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    while (left := arrival.at - time.time()) > 0:
        await asyncio.sleep(left)
    begun_at = time.time()
    writer.write(head.encode() + body)
    whole_at = time.time()
    answer = (await reader.read()).decode()
    seconds = time.time() - arrival.at
    writer.close()
    return Arrived(
        arrival.at, begun_at, whole_at, seconds, int(answer.split(" ", 2)[1]), answer.partition("\r\n\r\n")[2]
    )


async def main(path: str) -> None:
    """Run a plan with the own generator."""
    plan = msgspec.json.decode(Path(path).read_bytes(), type=Plan | Arrivals)
    if isinstance(plan, Arrivals):
        jobs = (_arrived(plan.port, n, arrival) for n, arrival in enumerate(plan.arrivals))
        sys.stdout.buffer.write(msgspec.json.encode(await asyncio.gather(*jobs)))
    else:
        sys.stdout.buffer.write(msgspec.json.encode(await _Run(plan).run()))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
