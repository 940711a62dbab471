"""One suite for every keeper of what institutions use."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from infra.database.interface import Role
from infra.identity.interface import TenantUses
from infra.identity.memory import MemoryTenantUses
from infra.identity.tenant_uses import PostgresTenantUses
from projections.connections import Connections
from tests.support.postgres import TestDatabase

DAY = 86_400
WINDOWS = {"requests": DAY, "exports": 3_600}


@pytest.fixture(params=["memory", "postgres"])
async def uses(request: pytest.FixtureRequest, database: TestDatabase) -> AsyncIterator[TenantUses]:
    if request.param == "memory":
        yield MemoryTenantUses()
        return
    connections = Connections(database, Role.GATEWAY, 4)
    yield PostgresTenantUses(connections)
    await connections.close()


async def test_what_is_taken_is_counted_for_each_tenant_and_each_thing(uses: TenantUses) -> None:
    assert await uses.used(1, WINDOWS) == {}
    assert [(await uses.take(1, "requests", n, DAY)).used for n in (10, 1, 10)] == [10, 11, 21]
    assert (await uses.take(2, "requests", 5, DAY)).used == 5
    assert (await uses.take(1, "exports", 1, 3_600)).used == 1
    found = await uses.used(1, WINDOWS)

    assert {what: use.used for what, use in found.items()} == {"requests": 21, "exports": 1}
    assert all(1 <= use.resets_in <= WINDOWS[what] for what, use in found.items())
    assert {what: use.used for what, use in (await uses.used(2, WINDOWS)).items()} == {"requests": 5}


async def test_nothing_is_lost_when_many_take_at_once(uses: TenantUses) -> None:
    taken = await asyncio.gather(*(uses.take(1, "requests", 3, DAY) for _ in range(30)))

    assert sorted(use.used for use in taken) == list(range(3, 91, 3))


async def test_a_window_that_is_over_counts_no_more(database: TestDatabase) -> None:
    connections = Connections(database, Role.GATEWAY, 1)
    uses = PostgresTenantUses(connections)
    await uses.take(1, "requests", 60, DAY)
    async with database.connect() as admin:
        await admin.execute("UPDATE es.tenant_use SET began_at = began_at - interval '1 day'")

    assert await uses.used(1, WINDOWS) == {}
    assert (await uses.take(1, "requests", 2, DAY)).used == 2
    await connections.close()
