"""A thousand applications in the last minute before a deadline, most of them in its last seconds, and some after it.

The server is a process of its own with an embedded PostgreSQL at its default durability, and with a clock that stands a
minute before the end of the call. Requests arrive at their own times, however the server is doing, and more and more of
them towards the end: `at = end - 60 s * (1 - share)^2`, so that one in eight comes in the last second. Latency counts
from the time at which a request was to be sent. What was sent whole before the end is in time, what was begun at the end
or later is late.
"""

import asyncio
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import uvloop

from services.bootstrap import assemble
from services.gateway.app import create_app
from services.seeding.seed import seed
from services.serving import HttpServer
from services.settings import Settings
from tests.benchmarks.figures import Figure, emit, percentile
from tests.benchmarks.load import Arrival, Arrivals, Arrived, Call, arrive
from tests.benchmarks.storm_setting import BEGIN, Applicants, ShiftedClock

WARM, IDLE, STORM, LATE = 30, 200, 1_000, 50
MINUTE, EDGE = 60.0, 0.02
"""Seconds of the storm, and how long before the end the last of those in time is sent: what a loopback may take."""
APART = 0.03
"""Seconds between two submissions while nothing else goes on."""
LATE_FOR = 2.0


class Served(msgspec.Struct, frozen=True):
    """The port, the calls, and when by this machine's clock the call for grants ends."""

    port: int
    submissions: list[Call]
    ends_at: float


async def run() -> None:
    """Measure one at a time first, then the storm."""
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as name:
        folder = Path(name)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.benchmarks.bench_storm", str(folder)),
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 22,
        )
        assert process.stdout is not None
        try:
            served = msgspec.json.decode(await process.stdout.readline(), type=Served)
            arrived = await arrive(Arrivals(served.port, list(arrivals(served))), folder)
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()
    report(arrived[WARM : WARM + IDLE], arrived[WARM + IDLE :], served.ends_at)


def arrivals(served: Served) -> list[Arrival]:
    """Alone first; then the storm; then those on the second and after it."""
    begin = served.ends_at - MINUTE - 1.0 - (WARM + IDLE) * APART
    alone = [begin + n * APART for n in range(WARM + IDLE)]
    storm = [served.ends_at - max(EDGE, MINUTE * (1 - n / STORM) ** 2) for n in range(STORM)]
    late = [served.ends_at + LATE_FOR * n / LATE for n in range(LATE)]
    return [Arrival(at, call) for at, call in zip((*alone, *storm, *late), served.submissions, strict=True)]


def report(idle: Sequence[Arrived], storm: Sequence[Arrived], ends_at: float) -> None:
    """The latencies of what was in time, and whether each answer is the right one."""
    in_time = [one for one in storm if one.whole_at < ends_at]
    late = [one for one in storm if one.begun_at >= ends_at]
    assert {one.status for one in idle} == {200}, Counter(one.status for one in idle)
    taken, alone = _p99(in_time), _p99(idle)
    emit(
        Figure(
            name="storm submit p99, 1,000 in the last minute",
            value=taken,
            unit="ms",
            baseline="the same endpoint's p99, one at a time",
            baseline_value=alone,
            ratio=taken / alone,
            goal=10.0,
            at_most=True,
            rounds=1,
            note=f"{sum(one.at >= ends_at - 1 for one in in_time)} in the last second",
        )
    )
    for name, asked, right in (
        ("sent in time and accepted", in_time, [one for one in in_time if one.status == 200]),
        ("sent late and refused", late, [one for one in late if one.status == 422 and "grant.call.over" in one.body]),
    ):
        emit(
            Figure(
                name=f"storm {name}",
                value=len(right),
                unit="applications",
                baseline=name.split(" and ")[0],
                baseline_value=len(asked),
                ratio=len(right) / len(asked),
                goal=1.0,
                rounds=1,
                note=f"answers: {dict(Counter(one.status for one in asked))}",
            )
        )


def _p99(answers: Sequence[Arrived]) -> float:
    return percentile(sorted(one.seconds for one in answers), 0.99) * 1000


async def _serve(folder: Path) -> None:
    clock = ShiftedClock(BEGIN)
    async with assemble(Settings(data=folder / "data"), clock=clock) as system:
        await seed(system)
        applicants = Applicants(system, clock)
        submissions = await applicants.ready(WARM + IDLE + STORM + LATE)
        closes_at = await applicants.closes_at()
        gateway = HttpServer(create_app(system), "127.0.0.1", 0)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(gateway.stop()))

        async def ready() -> None:
            clock.jump(closes_at - timedelta(seconds=MINUTE + (WARM + IDLE) * APART + 5))
            told = Served(gateway.port, submissions, clock.by_the_machine(closes_at))
            sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
            sys.stdout.flush()

        await gateway.serve(ready)


if __name__ == "__main__":
    uvloop.run(_serve(Path(sys.argv[1])))
