"""Projecting: batches and rebuilds beside one transaction per event, and how late rows are under a steady load."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from infra.database.interface import Role
from infra.database.migrate import register_types
from projections.catalogue import CONSULTATIONS, READ_MODELS
from projections.connections import Connections
from projections.engine import Engine
from projections.history import History, Log
from projections.raw_log import RawLog
from projections.read_model import ReadModel, Stored
from projections.rebuild import rebuild
from services.projector.follow import Projector
from tests.benchmarks.figures import Figure, compared, emit, percentile, rounds
from tests.benchmarks.store_setting import Setting, prepared
from tests.projections.story import (
    NOW,
    REGISTRY,
    Story,
    answered,
    attached,
    derived_id,
    drafted,
    e,
    opened,
    planned,
    submitted,
)

EVENTS = 100_000
ALONE = 1_000
"""Events projected with a transaction each, per round."""
BATCH = 1_000
TENANT, LIVE_TENANT = 2, 3
RATE, SECONDS = 1_000, 5
ROUNDS = 7
ONE: tuple[ReadModel[Any], ...] = (CONSULTATIONS,)


async def run() -> None:
    """Print the figures."""
    async with prepared(3) as setting:
        await register_types(setting.admin, REGISTRY.names)
        store = setting.store
        await fill(Story(store, TENANT, datetime(2026, 1, 1, tzinfo=UTC)))
        await setting.admin.execute("VACUUM ANALYZE es.event")
        reading = Connections(setting.database, Role.GATEWAY, 8)
        for name, models, goals in (("one", ONE, (70.0, 200.0)), ("all", READ_MODELS, (0.0, 0.0))):
            await throughput(setting, RawLog(reading), name, models, goals)
        await lag(setting, RawLog(reading))
        await reading.close()


async def fill(story: Story) -> None:
    """Consultations of 100 contributions each, every contribution drafted, submitted, published and answered."""
    told = 0
    while told < EVENTS:
        consultation = derived_id("bench", told)
        appends = [story.append(consultation, planned(f"Projektligji {told}"), attached(), opened(), at=NOW)]
        appends += [
            story.append(
                derived_id("bench", told, n),
                drafted(consultation, f"Neni {n} duhet të ndryshohet, sepse afati është i shkurtër."),
                submitted(consultation),
                e.ContributionPublished(consultation_id=consultation),
                answered(consultation),
                at=NOW,
            )
            for n in range(100)
        ]
        await story.store.append_many(appends)
        told += 403


async def emptied(setting: Setting) -> None:
    """No rows, no checkpoints."""
    await setting.admin.execute("TRUNCATE es.checkpoint, " + ", ".join(f"rm.{model.table}" for model in READ_MODELS))


async def throughput(
    setting: Setting, log: Log, name: str, models: Sequence[ReadModel[Any]], goals: tuple[float, float]
) -> None:
    """Events a second: one transaction per event, batches, and a rebuild from the first event.

    All three write over the same connections, which stay open as a projector's do.
    """
    head, connections = await setting.store.head(TENANT), Connections(setting.database, Role.PROJECTOR)

    async def projected(batch: int, events: int) -> float:
        await emptied(setting)
        # Alone, an event's row is read in its transaction, as by a projector that holds nothing between events.
        keep = 0 if batch == 1 else 20_000
        engine = Engine(log, REGISTRY, setting.database, models, batch=batch, keep=keep, connections=connections)
        began, done = time.perf_counter(), 0
        while done < events:
            done += await engine.step(TENANT)
        taken = time.perf_counter() - began
        engine.forget(TENANT)
        return done / taken

    async def alone() -> float:
        return await projected(1, ALONE)

    async def batches() -> float:
        return await projected(BATCH, head)

    async def rebuilt() -> float:
        await emptied(setting)
        history, taken = History(log, REGISTRY), 0.0
        for model in models:
            if model.only_tenant is None:
                began = time.perf_counter()
                await rebuild(connections, history, model, TENANT)
                taken += time.perf_counter() - began
        return head / taken

    measured = await rounds({"alone": alone, "batches": batches, "rebuilt": rebuilt}, ROUNDS)
    await connections.close()
    which = "consultation register" if len(models) == 1 else f"{len(models)} read models"
    for side, goal in (("batches", goals[0]), ("rebuilt", goals[1])):
        emit(
            Figure(
                name=f"projection.{side}.{name}",
                value=median(measured[side]),
                unit="events/s",
                baseline="one transaction per event, row read and written in it",
                baseline_value=median(measured["alone"]),
                ratio=compared(measured[side], measured["alone"]),
                goal=goal,
                rounds=len(measured[side]),
                note=f"{which}, {head} events, batches of {BATCH}",
            )
        )


class Seen:
    """Notes when each position of the live tenant was shown."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {}

    def projected(self, tenant_id: int, names: Sequence[str], events: Sequence[Stored], seconds: float) -> None:
        if tenant_id == LIVE_TENANT:
            now = time.perf_counter()
            self.at.update((event.position, now) for event in events)

    def parked(self, tenant_id: int, name: str, event_position: int, error: str) -> None:
        raise AssertionError((name, event_position, error))


async def lag(setting: Setting, log: Log) -> None:
    """From the acknowledgement of an append to its rows, all read models, at 1,000 appends a second.

    One projector through all rounds and a second before them: each of its connections needs 30 ms for its first batch.
    """
    seen = Seen()
    engine = Engine(log, REGISTRY, setting.database, READ_MODELS, observer=seen)
    projector, story = Projector(engine, setting.store), Story(setting.store, LIVE_TENANT)
    await projector.start()
    await steadily(story, derived_id("warm"), engine, seen, 1)
    lates = [sorted(await steadily(story, derived_id("live", n), engine, seen, SECONDS)) for n in range(ROUNDS)]
    await projector.stop()
    await engine.close()
    p50s, p99s = ([percentile(late, share) * 1000 for late in lates] for share in (0.5, 0.99))
    emit(
        Figure(
            name="projection.lag.p99",
            value=median(p99s),
            unit="ms",
            baseline="ten milliseconds",
            baseline_value=10.0,
            ratio=median(p99s) / 10.0,
            goal=1.0,
            at_most=True,
            rounds=len(p99s),
            note=f"acknowledged to visible, {len(READ_MODELS)} read models, {RATE} appends/s, p50 {median(p50s):.2f} ms",
        )
    )


async def steadily(story: Story, consultation: Any, engine: Engine, seen: Seen, seconds: int) -> list[float]:
    """Seconds of lag per append of an open loop: appends begin on time, whether earlier ones are answered or not."""
    await story.tell(consultation, planned(), attached(), opened())
    acknowledged: dict[int, float] = {}

    async def one(n: int) -> None:
        position = await story.tell(derived_id(consultation, n), drafted(consultation, f"Neni {n}"))
        acknowledged[position] = time.perf_counter()

    began, tasks = time.perf_counter(), []
    for n in range(RATE * seconds):
        await asyncio.sleep(max(0.0, began + n / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(one(n)))
    await asyncio.gather(*tasks)
    assert await engine.wait_for(story.tenant_id, ["audit_trail"], max(acknowledged), timeout=10)
    return [max(0.0, seen.at[position] - at) for position, at in acknowledged.items()]
