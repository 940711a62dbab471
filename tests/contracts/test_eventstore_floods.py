"""What one tenant sends in great number the event store refuses before it refuses anything of the others."""

import asyncio

from domain.kernel.errors import Overloaded
from infra.eventstore.interface import Committed
from infra.eventstore.postgres import Limits, PostgresEventStore
from tests.support.appends import command
from tests.support.postgres import TestDatabase


async def test_who_floods_is_refused_and_the_others_are_not(database: TestDatabase) -> None:
    store = PostgresEventStore(database, limits=Limits(waiting=60))
    await store.start()
    async with database.connect() as connection:
        await connection.execute("BEGIN; SELECT * FROM es.tenant_lock FOR UPDATE")
        flood = [asyncio.ensure_future(store.append(command(tenant=1))) for _ in range(400)]
        await asyncio.wait(flood, timeout=0.5)
        others = [asyncio.ensure_future(store.append(command(tenant=2))) for _ in range(10)]
        await asyncio.wait(others, timeout=0.2)
        assert sum(one.done() for one in flood) >= 300
        assert not any(one.done() for one in others), "they wait for the lock as anybody"
        await connection.execute("COMMIT")
    outcomes = await asyncio.gather(*flood, *others, return_exceptions=True)
    await store.stop()

    assert {type(one) for one in outcomes[:400]} == {Committed, Overloaded}
    assert {type(one) for one in outcomes[400:]} == {Committed}
