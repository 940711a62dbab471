"""Readers that follow a log while twenty writers hold their transactions open, sleep and roll back.

A log numbered by a sequence loses a fifth of its events here: a late commit appears below what was already read.
"""

import asyncio
import contextlib
import random
from itertools import pairwise

import asyncpg
import pytest

from infra.database.interface import Role
from infra.eventstore.columns import APPEND_ONE, one_arguments
from infra.eventstore.interface import StoredEvent
from infra.eventstore.postgres import Limits, PostgresEventStore
from tests.support.appends import HAPPENED, check_log, command
from tests.support.postgres import TestDatabase

WRITERS = 20
FOLLOWERS = 5
TENANTS = (1, 2, 3)
APPENDS_EACH = 60


async def write(database: TestDatabase, seed: int) -> int:
    """Append in explicit transactions: three in ten are held open, one in twenty is rolled back. Returns commits."""
    rnd, committed = random.Random(seed), 0
    async with database.connect(Role.APPENDER) as connection:
        for _ in range(APPENDS_EACH):
            arguments = one_arguments(command(tenant=rnd.choice(TENANTS)), {HAPPENED: 1})
            assert arguments is not None
            await connection.execute("BEGIN")
            status = await connection.fetchval(APPEND_ONE, *arguments)
            assert status == "o"
            if rnd.random() < 0.3:
                await asyncio.sleep(rnd.uniform(0.001, 0.01))  # a writer that is slow to commit
            if rnd.random() < 0.05:
                await connection.execute("ROLLBACK")
            else:
                await connection.execute("COMMIT")
                committed += 1
    return committed


async def follow(database: TestDatabase, tenant: int, seen: list[StoredEvent]) -> None:
    """Follow as another process would: by looking. Now and then the reader dies and resumes where it was."""
    rnd = random.Random(tenant)
    while True:
        store = PostgresEventStore(database, limits=Limits(append_lanes=1, load_lanes=1, read_lanes=1, poll=0.002))
        await store.start()
        try:
            last = seen[-1].position if seen else 0
            async with contextlib.aclosing(store.subscribe(tenant, last)) as events:
                async for stored in events:
                    seen.append(stored)
                    if rnd.random() < 0.01:
                        break
        finally:
            await store.stop()


@pytest.mark.slow
async def test_no_reader_misses_or_reorders_an_event(database: TestDatabase) -> None:
    seen: list[tuple[int, list[StoredEvent]]] = [(TENANTS[n % 3], []) for n in range(FOLLOWERS)]
    followers = [asyncio.create_task(follow(database, tenant, events)) for tenant, events in seen]

    committed = sum(await asyncio.gather(*(write(database, seed) for seed in range(WRITERS))))

    async with database.connect() as connection:
        logs = {t: await _positions(connection, t) for t in TENANTS}
    async with asyncio.timeout(20):
        for tenant, events in seen:
            while len(events) < len(logs[tenant]):
                await asyncio.sleep(0.01)
    for follower in followers:
        follower.cancel()
    await asyncio.gather(*followers, return_exceptions=True)

    missed = sum(len(set(logs[t]) - {(e.position, e.command_id) for e in events}) for t, events in seen)
    out_of_order = sum(a.position >= b.position for _, events in seen for a, b in pairwise(events))
    print(f"\ntailing: committed {committed}, followers {FOLLOWERS}, missed {missed}, out of order {out_of_order}")
    assert (missed, out_of_order) == (0, 0)
    assert sum(len(log) for log in logs.values()) == committed
    for tenant, events in seen:
        check_log(events)
        assert [(e.position, e.command_id) for e in events] == logs[tenant]


async def _positions(connection: asyncpg.Connection, tenant: int) -> list[tuple[int, object]]:
    rows = await connection.fetch(
        "SELECT position, command_id FROM es.event WHERE tenant_id = $1 ORDER BY position", tenant
    )
    return [(r["position"], r["command_id"]) for r in rows]
