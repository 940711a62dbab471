"""Webhooks: milliseconds from the answer of a committed command to the request at the receiver, all parts running."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from infra.egress.guarded import GuardedEgress, SystemResolver
from infra.egress.reach import Reach, networks
from services.bootstrap import assemble
from services.settings import Settings
from tests.benchmarks.figures import Figure, emit
from tests.services.egress.telling import ALLOWED, endpoint_of, happen, until
from tests.support import receiver as r
from tests.support.running import Up

EVENTS, PAUSE = 300, 0.05


async def run() -> None:
    """All figures of this module."""
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as name:
        up = await asyncio.to_thread(Up, Path(name), environment={"PAKT_EGRESS_ALLOW": ALLOWED})
        try:
            await measure(Path(name))
        finally:
            up.stop()


async def measure(folder: Path) -> None:
    """One event each `PAUSE` seconds, so that none waits for the one before."""
    settings = Settings(data=folder, egress_allow=ALLOWED)
    async with assemble(settings, migrated=True) as system, r.Receiver(r.answering(204)).running() as receiver:
        await endpoint_of(system, receiver.url)
        committed: dict[str, float] = {}
        for _ in range(EVENTS):
            made = await happen(system)
            committed[str(made.events[0].id)] = time.monotonic()
            await asyncio.sleep(PAUSE)
        await until(lambda: len(receiver.received) >= EVENTS, 60)
        took = sorted((one.at - committed[one.headers["webhook-id"]]) * 1000 for one in receiver.received)
        bare = await bare_requests(receiver)
    for name, value in (("p50", statistics.median(took)), ("p99", took[int(len(took) * 0.99)])):
        emit(
            Figure(
                name=f"webhook.committed_to_received.{name}",
                value=value,
                unit="ms",
                baseline="one request over a new connection, answered",
                baseline_value=bare,
                ratio=value / bare,
                rounds=EVENTS,
            )
        )


async def bare_requests(receiver: r.Receiver) -> float:
    """Milliseconds, the median."""
    resolve = SystemResolver()
    egress, took = GuardedEgress(Reach(networks(ALLOWED)), resolve), []
    for _ in range(100):
        began = time.monotonic()
        await egress.post(receiver.url, {}, b"{}")
        took.append((time.monotonic() - began) * 1000)
    resolve.close()
    return statistics.median(took)
