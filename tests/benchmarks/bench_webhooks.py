"""Webhooks, all parts running: milliseconds from a command's answer to the request at the receiver, and deliveries a second
of a burst to one receiver: of as many streams as there are events, and of one stream, whose events wait for each other.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from uuid import UUID, uuid4

from services.bootstrap import System, assemble, open_egress
from services.settings import Settings
from tests.benchmarks.figures import Figure, emit
from tests.services.egress.telling import ALLOWED, MJ, endpoint_of, happen, until
from tests.services.feed.test_follower import OPENED, append, tenant_of
from tests.support import receiver as r
from tests.support.running import Up

EVENTS, PAUSE = 300, 0.05
BURST = 2_000


async def run() -> None:
    """All figures of this module."""
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as name:
        up = await asyncio.to_thread(Up, Path(name), environment={"PAKT_EGRESS_ALLOW": ALLOWED})
        try:
            await measure(Path(name))
        finally:
            up.stop()


async def measure(folder: Path) -> None:
    """Waiting first, while nothing else is told; then bursts."""
    settings = Settings(data=folder, egress_allow=ALLOWED)
    async with assemble(settings, migrated=True) as system, r.Receiver(r.answering(204)).running() as receiver:
        await endpoint_of(system, receiver.url, types=("tenants.*", OPENED))
        took = await waited(system, receiver)
        bare = await bare_requests(receiver, 100)
        for name, value in (("p50", statistics.median(took)), ("p99", took[int(len(took) * 0.99)])):
            emit(
                Figure(
                    name=f"webhook.committed_to_received.{name}",
                    value=value,
                    unit="ms",
                    baseline="one request, answered",
                    baseline_value=bare,
                    ratio=value / bare,
                    rounds=EVENTS,
                )
            )
        for name, stream in (("many_streams", None), ("one_stream", uuid4())):
            rate = await burst(system, receiver, stream)
            emit(
                Figure(
                    name=f"webhook.deliveries.{name}",
                    value=rate,
                    unit="messages/s",
                    baseline="requests one after the other, answered",
                    baseline_value=1000 / bare,
                    ratio=rate * bare / 1000,
                    rounds=BURST,
                )
            )


async def waited(system: System, receiver: r.Receiver) -> list[float]:
    """Milliseconds, sorted; one event each `PAUSE` seconds, so that none waits for the one before."""
    committed: dict[str, float] = {}
    for _ in range(EVENTS):
        made = await happen(system)
        committed[str(made.events[0].id)] = time.monotonic()
        await asyncio.sleep(PAUSE)
    await until(lambda: len(receiver.received) >= EVENTS, 60)
    return sorted((one.at - committed[one.headers["webhook-id"]]) * 1000 for one in receiver.received)


async def burst(system: System, receiver: r.Receiver, stream: UUID | None) -> float:
    """Messages a second, from the first event's commit to the last message."""
    receiver.received = []
    began = time.monotonic()
    await append(system, await tenant_of(system, MJ), *[OPENED] * BURST, stream=stream)
    await until(lambda: len(receiver.received) >= BURST, 300)
    return BURST / (receiver.received[-1].at - began)


async def bare_requests(receiver: r.Receiver, count: int) -> float:
    """Milliseconds, the median."""
    async with open_egress(Settings(egress_allow=ALLOWED)) as egress:
        took = []
        for _ in range(count):
            began = time.monotonic()
            await egress.post(receiver.url, {}, b"{}")
            took.append((time.monotonic() - began) * 1000)
    return statistics.median(took)
