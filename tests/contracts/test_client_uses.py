"""One suite for every keeper of what API clients use."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.kernel.ids import NATIONAL_TENANT
from infra.database.interface import Role
from infra.identity.interface import ClientUses
from infra.identity.memory import MemoryClientUses
from infra.identity.postgres import PostgresClientUses
from projections.connections import Connections
from tests.support.postgres import TestDatabase

ONE, TWO = UUID(int=1), UUID(int=2)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["memory", "postgres"])
async def uses(request: pytest.FixtureRequest, database: TestDatabase) -> AsyncIterator[ClientUses]:
    if request.param == "memory":
        yield MemoryClientUses()
        return
    await database.provision(NATIONAL_TENANT)
    connections = Connections(database, Role.GATEWAY, 4)
    yield PostgresClientUses(connections)
    await connections.close()


async def counted(uses: ClientUses, times: int) -> list[int]:
    """Once more from the beginning where the minute changed meanwhile."""
    for _ in range(2):
        found = [(await uses.count(ONE)).used for _ in range(times)]
        if found == list(range(found[0], found[0] + times)):
            break
    return found


async def test_uses_of_a_minute_are_counted(uses: ClientUses) -> None:
    found = await counted(uses, 3)

    assert [n - found[0] for n in found] == [0, 1, 2]
    assert 1 <= (await uses.count(ONE)).resets_in <= 60
    assert (await uses.count(TWO)).used == 1


async def test_no_use_is_lost_when_many_come_at_once(uses: ClientUses) -> None:
    for _ in range(2):
        before = (await uses.count(ONE)).used
        found = sorted(one.used for one in await asyncio.gather(*(uses.count(ONE) for _ in range(40))))
        if found[0] > before:
            break

    assert found == list(range(before + 1, before + 41))


async def test_wrong_secrets_are_counted_apart_and_are_no_use(uses: ClientUses) -> None:
    before = datetime.now(UTC) - timedelta(seconds=5)
    assert (await uses.fail(ONE)).used == 1
    await uses.fail(ONE)
    assert await uses.last_used() == {}

    assert (await uses.count(ONE)).used == 1
    known = await uses.last_used()

    assert known.keys() == {ONE}
    assert before < known[ONE] < before + timedelta(minutes=1)


async def test_an_ended_token_stays_ended(uses: ClientUses) -> None:
    assert not await uses.is_ended(ONE)

    await uses.end(ONE, LATER)
    await uses.end(ONE, LATER)
    await uses.end(TWO, LATER)

    assert await uses.is_ended(ONE)
    assert not await uses.is_ended(UUID(int=3))


async def test_a_new_minute_begins_at_one() -> None:
    now = [59.5]
    uses = MemoryClientUses(now=lambda: now[0])
    await uses.count(ONE)
    assert (await uses.count(ONE)).used == 2

    now[0] = 60.0

    assert ((await uses.count(ONE)).used, (await uses.count(ONE)).resets_in) == (1, 60)


async def test_the_database_begins_a_new_minute_at_one(database: TestDatabase) -> None:
    await database.provision(NATIONAL_TENANT)
    connections = Connections(database, Role.GATEWAY, 1)
    uses = PostgresClientUses(connections)
    await uses.count(ONE)
    async with database.connect() as admin:
        await admin.execute("UPDATE es.client_use SET minute = minute - interval '1 minute', used = 600")

    assert (await uses.count(ONE)).used == 1
    await connections.close()


async def test_tokens_that_have_expired_are_forgotten(database: TestDatabase) -> None:
    await database.provision(NATIONAL_TENANT)
    connections = Connections(database, Role.GATEWAY, 1)
    uses = PostgresClientUses(connections)
    await uses.end(ONE, datetime.now(UTC) - timedelta(hours=2))

    await uses.end(TWO, LATER)

    assert [await uses.is_ended(one) for one in (ONE, TWO)] == [False, True]
    await connections.close()
