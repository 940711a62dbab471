"""A tenant's rows go into another database and are the same there, and nobody else's go with them."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from infra.database.interface import DatabaseError, Role
from infra.database.tenant_rows import TRUTH, Kind, TypesUnknown, carry, reading, writing
from infra.eventstore.postgres import PostgresEventStore
from tests.support.appends import HAPPENED, command, event
from tests.support.postgres import Cluster, TestDatabase


@pytest.fixture
async def elsewhere(embedded_cluster: Cluster) -> AsyncIterator[TestDatabase]:
    """Another database, that has numbered the types of events otherwise."""
    fresh = await embedded_cluster.clone()
    await fresh.register("other.First.v1", HAPPENED)
    await fresh.provision(2)
    yield fresh
    await embedded_cluster.drop(fresh)


async def filled(store: PostgresEventStore) -> None:
    for tenant in (1, 2):
        for n in range(5):
            await store.append(command(event(uuid4(), tags=(f"tag:{n}",)), tenant=tenant))


async def rows_of(database: TestDatabase, table: str, tenant: int = 2) -> list[asyncpg.Record]:
    async with database.connect() as connection:
        return await connection.fetch(
            f"SELECT to_jsonb(t) - 'type_id' FROM {table} t WHERE tenant_id = $1 ORDER BY 1", tenant
        )


async def carried(source: TestDatabase, target: TestDatabase, after: int = 0) -> dict[str, int]:
    async with reading(source.dsn(Role.ADMIN), 2) as going, writing(target.dsn(Role.ADMIN), 2) as coming:
        return {
            table.name: await carry(going, coming, table, after)
            for table in going.of(*([Kind.LOG] if after else TRUTH))
        }


async def test_all_that_is_truth_is_there_and_nothing_else(
    event_store: PostgresEventStore, database: TestDatabase, elsewhere: TestDatabase
) -> None:
    await filled(event_store)

    copied = await carried(database, elsewhere)

    assert (copied["es.event"], copied["es.command"], copied["es.event_tag"]) == (5, 5, 5)
    for table in copied:
        assert await rows_of(elsewhere, table) == await rows_of(database, table), table
        assert await rows_of(elsewhere, table, 1) == []


async def test_types_keep_their_names_where_their_numbers_are_others(
    event_store: PostgresEventStore, database: TestDatabase, elsewhere: TestDatabase
) -> None:
    await filled(event_store)
    await carried(database, elsewhere)

    async with elsewhere.connect() as connection:
        names = await connection.fetch("SELECT DISTINCT t.name FROM es.event JOIN es.event_type t USING (type_id)")

    assert [row[0] for row in names] == [HAPPENED]


async def test_types_that_are_not_known_there_are_refused(
    event_store: PostgresEventStore, database: TestDatabase, elsewhere: TestDatabase
) -> None:
    await filled(event_store)
    await database.register("later.Happened.v1")
    await event_store.append(command(event(uuid4(), type_name="later.Happened.v1"), tenant=2))

    with pytest.raises(TypesUnknown, match=r"later\.Happened\.v1"):
        await carried(database, elsewhere)
    assert await rows_of(elsewhere, "es.event") == []


async def test_what_was_added_since_follows(
    event_store: PostgresEventStore, database: TestDatabase, elsewhere: TestDatabase
) -> None:
    await filled(event_store)
    await carried(database, elsewhere)
    await event_store.append(command(event(uuid4()), event(uuid4(), tags=("late",)), tenant=2))

    copied = await carried(database, elsewhere, after=5)

    assert copied == {"es.event": 2, "es.event_tag": 1, "es.command": 1}
    assert await rows_of(elsewhere, "es.event") == await rows_of(database, "es.event")


async def test_a_reader_sees_one_moment(event_store: PostgresEventStore, database: TestDatabase) -> None:
    await filled(event_store)
    async with reading(database.dsn(Role.ADMIN), 2) as going:
        await event_store.append(command(tenant=2))

        assert await going.count(going.tables["es.event"]) == 5


async def test_after_an_error_nothing_is_there(
    event_store: PostgresEventStore, database: TestDatabase, elsewhere: TestDatabase
) -> None:
    async def broken() -> None:
        async with reading(database.dsn(Role.ADMIN), 2) as going, writing(elsewhere.dsn(Role.ADMIN), 2) as coming:
            await carry(going, coming, going.tables["es.event"])
            raise RuntimeError

    await filled(event_store)
    with pytest.raises(RuntimeError):
        await broken()

    assert await rows_of(elsewhere, "es.event") == []


async def test_rows_that_stand_there_already_are_refused(
    event_store: PostgresEventStore, database: TestDatabase, elsewhere: TestDatabase
) -> None:
    await filled(event_store)
    await carried(database, elsewhere)

    with pytest.raises(DatabaseError, match=r"taken here|do not fit"):
        await carried(database, elsewhere)
