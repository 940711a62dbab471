"""What a long log costs: appends and loads at 10,000 and at 1,000,000 rows, and plans made while the tables were empty."""

import random
import time
from collections.abc import Awaitable, Callable
from statistics import median
from uuid import UUID

from infra.eventstore.postgres import PostgresEventStore
from tests.benchmarks.figures import Figure, compared, emit, per_second, percentile, rounds
from tests.benchmarks.store_setting import SECONDS, Setting, append, fill, prepared

TENANTS = 50
SMALL, LARGE = 10_000, 1_000_000
AFTER_ANALYSE, FLUSH = 60_000, 128


async def run() -> None:
    """Print the figures of growth."""
    async with prepared(TENANTS) as small, prepared(TENANTS) as large:
        loads = {"small": await fill(small.store, TENANTS, SMALL), "large": await fill(large.store, TENANTS, LARGE)}
        for setting in (small, large):
            for table in ("event", "command", "event_tag"):
                await setting.admin.execute(f"VACUUM ANALYZE es.{table}")
        await growth({"small": small, "large": large}, loads)
    async with prepared(TENANTS) as setting:
        await analysed_empty(setting)


async def growth(settings: dict[str, Setting], streams: dict[str, list[tuple[int, UUID]]]) -> None:
    """Both sizes side by side, two servers on one machine, in turns."""

    def appends(name: str) -> Callable[[], Awaitable[float]]:
        async def side() -> float:
            store = settings[name].store
            return (await per_second(256, SECONDS, lambda n: store.append(append(1 + n % TENANTS))))[0]

        return side

    def load(name: str) -> Callable[[], Awaitable[float]]:
        async def side() -> float:
            store, known = settings[name].store, streams[name]
            _, taken = await per_second(1, SECONDS, lambda _: store.load(*random.choice(known)))
            return percentile(taken, 0.5)

        return side

    names = ("small", "large")
    appended = await rounds({name: appends(name) for name in names})
    loaded = await rounds({name: load(name) for name in names})
    emit(
        Figure(
            name="growth.append",
            value=median(appended["large"]),
            unit="appends/s",
            baseline="the same at 10,000 rows",
            baseline_value=median(appended["small"]),
            ratio=compared(appended["large"], appended["small"]),
            goal=0.9,
            rounds=len(appended["large"]),
            note="256 callers, 50 tenants, at 1,000,000 rows",
        )
    )
    emit(
        Figure(
            name="growth.load_p50",
            value=median(loaded["large"]) * 1000,
            unit="ms",
            baseline="the same at 10,000 rows",
            baseline_value=median(loaded["small"]) * 1000,
            ratio=compared(loaded["large"], loaded["small"]),
            goal=2.0,
            at_most=True,
            rounds=len(loaded["large"]),
            note="streams of 20 events, one caller",
        )
    )


async def analysed_empty(setting: Setting) -> None:
    """ANALYZE on empty tables, then appends over one set of connections: plans made then must stay good."""
    await setting.admin.execute("ANALYZE es.event; ANALYZE es.command; ANALYZE es.event_tag; ANALYZE es.tenant_lock")
    store = PostgresEventStore(setting.database)
    await store.start()
    taken: list[float] = []
    for n in range(AFTER_ANALYSE // FLUSH):
        batch = [append(1 + (n + k) % TENANTS) for k in range(FLUSH)]
        began = time.perf_counter()
        await store.append_many(batch)
        taken.append(time.perf_counter() - began)
    await store.stop()
    first, last = taken[10:60], taken[-50:]
    emit(
        Figure(
            name="growth.analysed_empty",
            value=median(last) * 1000,
            unit="ms",
            baseline="the first 50 flushes",
            baseline_value=median(first) * 1000,
            ratio=median(last) / median(first),
            goal=2.0,
            at_most=True,
            rounds=1,
            note=f"median of the last 50 flushes of {FLUSH} after {AFTER_ANALYSE} appends over {TENANTS} tenants",
        )
    )
