"""The running sealer: in time, woken early by many events, and never stopped by one tenant's trouble."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from infra.eventstore.postgres import PostgresEventStore
from infra.trees.interface import HEADS, TreeId
from services.sealer.follow import Sealer
from tests.support.appends import command
from tests.support.postgres import TestDatabase
from tests.support.sealing import Parts, check_heads, hashes, sealer_parts


@pytest.fixture
async def parts(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Parts]:
    async with sealer_parts(database, tmp_path) as made:
        yield made


@asynccontextmanager
async def running(parts: Parts, store: PostgresEventStore, every: float) -> AsyncIterator[Sealer]:
    sealer = Sealer(parts.sealing, parts.national, parts.publisher, parts.log, store, every=every)
    task = asyncio.create_task(sealer.run())
    try:
        yield sealer
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def until_sealed(parts: Parts, tree: TreeId, size: int, within: float = 10.0) -> float:
    began = time.monotonic()
    while (head := await parts.keeper.newest(tree)) is None or head.size < size:
        assert time.monotonic() - began < within, f"sealed {head and head.size} of {size}"
        await asyncio.sleep(0.01)
    return time.monotonic() - began


async def test_every_tenant_is_sealed_and_entered(event_store: PostgresEventStore, parts: Parts) -> None:
    async with running(parts, event_store, 0.05) as sealer:
        for _ in range(5):
            await event_store.append_many([command(tenant=tenant) for tenant in (1, 2, 3) for _ in range(3)])
            await asyncio.sleep(0.06)
        for tenant in (1, 2, 3):
            await until_sealed(parts, TreeId(tenant), 15)
        heads = [len(await check_heads(parts, TreeId(t), await hashes(event_store, t))) for t in (1, 2, 3)]
        await until_sealed(parts, TreeId(1, 1, HEADS), sum(heads))
        assert {lag.events for lag in sealer.lags().values()} == {0}


async def test_many_events_do_not_wait_for_the_clock(event_store: PostgresEventStore, parts: Parts) -> None:
    async with running(parts, event_store, 60.0):
        await asyncio.sleep(0.3)  # every tenant was looked at once
        await event_store.append_many([command(tenant=2) for _ in range(999)])
        await asyncio.sleep(0.8)
        assert await parts.keeper.newest(TreeId(2)) is None
        await event_store.append_many([command(tenant=2)])
        await until_sealed(parts, TreeId(2), 1_000)


async def test_what_this_process_did_not_hear_of_is_found(
    database: TestDatabase, event_store: PostgresEventStore, parts: Parts
) -> None:
    deaf = PostgresEventStore(database, doorbell=False)
    async with running(parts, deaf, 0.05):
        await asyncio.sleep(0.2)
        await event_store.append_many([command(tenant=2) for _ in range(4)])
        await until_sealed(parts, TreeId(2), 4)


async def test_one_tenants_trouble_is_an_alarm_and_stops_nobody_else(
    database: TestDatabase, event_store: PostgresEventStore, parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    await event_store.append_many([command(tenant=tenant) for tenant in (2, 3) for _ in range(4)])
    await parts.sealing.seal(2)
    async with database.connect() as connection:
        await connection.execute("ALTER TABLE es.event DISABLE TRIGGER ALL")
        await connection.execute("UPDATE es.event SET data = 'x' WHERE tenant_id = 2 AND position = 4")
    await event_store.append_many([command(tenant=tenant) for tenant in (2, 3)])

    with caplog.at_level(logging.CRITICAL):
        async with running(parts, event_store, 0.05) as sealer:
            await until_sealed(parts, TreeId(3), 5)
            began = time.monotonic()
            await asyncio.sleep(0.2)
            assert time.monotonic() - began < 5  # whoever shares the loop goes on as well
            assert set(sealer.stopped) == {2}
    assert "position 4" in sealer.stopped[2]
    assert "position 4" in caplog.text
    assert [head.size for head in await parts.heads(TreeId(2))] == [4]
