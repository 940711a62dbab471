"""Appending with every promise on: ids, versions, row-level security, an outcome per command, one durable commit."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from statistics import median

from infra.eventstore.interface import Condition
from tests.benchmarks.figures import Figure, compared, emit, per_second, percentile, rounds
from tests.benchmarks.store_setting import SECONDS, Setting, append, prepared

QUIET, FLOOD = 20, 1_024


async def run() -> None:
    """Print the figures of appending."""
    async with prepared() as setting:
        await throughput(setting)
        await neighbours(setting)


async def throughput(setting: Setting) -> None:
    """Callers and tenants against COPY, bare INSERT and the library, all in the same rounds."""
    latencies: list[tuple[float, float]] = []
    governed = (Condition("governs", 0), Condition("stream:none", 0))

    def ours(callers: int, tenants: int, conditions: tuple[Condition, ...] = ()) -> Callable[[], Awaitable[float]]:
        turn = itertools.count()

        async def side() -> float:
            rate, taken = await per_second(
                callers,
                SECONDS,
                lambda _: setting.store.append(append(1 + next(turn) % tenants, conditions=conditions)),
            )
            if callers == 64:
                latencies.append((percentile(taken, 0.5), percentile(taken, 0.99)))
            return rate

        return side

    measured = await rounds(
        {
            "copy": setting.copied,
            "insert 1": lambda: setting.inserted(1),
            "insert 64": lambda: setting.inserted(64),
            "library": setting.library,
            "c1": ours(1, 1),
            "c64": ours(64, 1),
            "c256": ours(256, 1),
            "c256 50": ours(256, 50),
            "c256 1000": ours(256, 1_000),
            "c256 conditions": ours(256, 1, governed),
        }
    )
    for name, side, baseline, against, goal in (
        ("append.c256.of_library", "c256", "library", "eventsourcing recorder, best of 1, 8, 32 threads", 30.0),
        ("append.c256.of_copy", "c256", "copy", "COPY of the same event and command rows, one transaction", 0.25),
        ("append.c256.of_insert", "c256", "insert 64", "INSERT + COMMIT, 64 connections", 1.6),
        ("append.c64.of_insert", "c64", "insert 64", "INSERT + COMMIT, 64 connections", 0.0),
        ("append.c1.of_insert", "c1", "insert 1", "INSERT + COMMIT, 1 connection", 0.5),
        ("append.c256.50_tenants", "c256 50", "c256", "one tenant", 0.85),
        ("append.c256.1000_tenants", "c256 1000", "c256", "one tenant", 0.75),
        ("append.c256.two_conditions", "c256 conditions", "c256", "no conditions", 0.0),
    ):
        value, base = measured[side], measured[baseline]
        emit(
            Figure(
                name=name,
                value=median(value),
                unit="appends/s",
                baseline=against,
                baseline_value=median(base),
                ratio=compared(value, base),
                goal=goal,
                rounds=len(value),
            )
        )
    emit(
        Figure(
            name="append.c64.p99",
            value=median(p99 for _, p99 in latencies) * 1000,
            unit="ms",
            baseline="p50 of the same calls",
            baseline_value=median(p50 for p50, _ in latencies) * 1000,
            ratio=median(p99 / p50 for p50, p99 in latencies),
            goal=2.5,
            at_most=True,
            rounds=len(latencies),
        )
    )


async def neighbours(setting: Setting) -> None:
    """Twenty quiet tenants with one caller each, alone and beside one tenant with 1,024 callers."""
    floods: list[float] = []

    async def quiet() -> float:
        _, taken = await per_second(QUIET, SECONDS, lambda n: setting.store.append(append(2 + n)))
        return percentile(taken, 0.99)

    async def beside() -> float:
        flooding = asyncio.create_task(per_second(FLOOD, SECONDS * 1.5, lambda _: setting.store.append(append(1))))
        await asyncio.sleep(SECONDS / 4)  # until the flood stands
        p99 = await quiet()
        floods.append((await flooding)[0])
        return p99

    measured = await rounds({"idle": quiet, "beside": beside})
    emit(
        Figure(
            name="append.quiet_tenants.p99",
            value=median(measured["beside"]) * 1000,
            unit="ms",
            baseline="the same without the neighbour",
            baseline_value=median(measured["idle"]) * 1000,
            ratio=compared(measured["beside"], measured["idle"]),
            goal=3.0,
            at_most=True,
            rounds=len(floods),
            note=f"the neighbour appended {median(floods):.0f}/s with {FLOOD} callers",
        )
    )
