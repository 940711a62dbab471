"""Migrating beside others: locks that do not come, files outside a transaction, migrators that wait and that are killed."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.database.interface import DatabaseError
from infra.database.migrate import Patience, migrate
from tests.support.postgres import Cluster, TestDatabase

QUICK = Patience(milliseconds=50, tries=100, pause=0.01)
INDEX = "-- outside a transaction\nDROP INDEX CONCURRENTLY IF EXISTS es.one_n;\n\nCREATE INDEX CONCURRENTLY one_n ON es.one (n);\n-- done\n"
FILES = {
    "0001_one.sql": "CREATE SCHEMA es; CREATE TABLE es.one (n int);",
    "0002_two.sql": "CREATE TABLE es.two (n int); ALTER TABLE es.one ADD m int;",
}


@pytest.fixture
async def empty(embedded_cluster: Cluster) -> AsyncIterator[TestDatabase]:
    """A database that no migration has seen."""
    async with embedded_cluster.unmigrated() as database:
        yield database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_one.sql").write_text(FILES["0001_one.sql"])
    return tmp_path


async def test_a_lock_that_does_not_come_is_let_go_and_asked_for_again(empty: TestDatabase, folder: Path) -> None:
    """Others read meanwhile: a statement that waited would keep whoever comes after it waiting, too."""
    await migrate(empty, folder=folder)
    (folder / "0002_two.sql").write_text(FILES["0002_two.sql"])
    told: list[str] = []
    async with empty.connect() as holder, empty.connect() as reader:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("SELECT FROM es.one")
        migrating = asyncio.create_task(migrate(empty, folder=folder, patience=QUICK, tell=told.append))
        while sum("waits for a lock" in one for one in told) < 3:
            await reader.execute("SELECT FROM es.one")
            await asyncio.sleep(0.005)
        assert await reader.fetchval("SELECT to_regclass('es.two')") is None
        await transaction.rollback()
        done = await migrating

    assert done.applied == (2,)
    assert told[0] == "0002_two.sql (1 of 1)"
    assert re.search(r"the oldest transactions are those of \d+ \(\w+, idle in transaction, for \d+ s\)", told[1])
    assert told[-1] == "0002_two.sql applied"


async def test_a_lock_that_never_comes_ends_with_who_holds_it(empty: TestDatabase, folder: Path) -> None:
    await migrate(empty, folder=folder)
    (folder / "0002_two.sql").write_text(FILES["0002_two.sql"])
    async with empty.connect() as holder:
        async with holder.transaction():
            await holder.execute("SELECT FROM es.one")
            with pytest.raises(
                DatabaseError, match=r"0002_two\.sql does not get a lock .*idle in transaction.* run `pakt"
            ):
                await migrate(empty, folder=folder, patience=Patience(milliseconds=20, tries=2, pause=0))
        assert await holder.fetchval("SELECT to_regclass('es.two')") is None

    assert (await migrate(empty, folder=folder)).applied == (2,)


async def test_an_index_is_made_beside_writers_and_again_after_a_failure(empty: TestDatabase, folder: Path) -> None:
    (folder / "0002_index.sql").write_text(INDEX)
    await migrate(empty, folder=folder)
    async with empty.connect() as connection:
        found = "SELECT indisvalid, indrelid::regclass::text FROM pg_index WHERE indexrelid = 'es.one_n'::regclass"
        assert tuple(await connection.fetchrow(found)) == (True, "es.one")
        assert (
            await connection.fetchval("SELECT relowner::regrole::text FROM pg_class WHERE relname = 'one_n'")
            == "pakt_owner"
        )

        (folder / "0003_unique.sql").write_text(INDEX.replace("one_n", "one_u").replace("CREATE", "CREATE UNIQUE"))
        await connection.execute("INSERT INTO es.one VALUES (1), (1)")
        with pytest.raises(DatabaseError, match=r"0003_unique\.sql does not apply"):
            await migrate(empty, folder=folder)
        left = found.replace("one_n", "one_u")
        assert tuple(await connection.fetchrow(left)) == (False, "es.one")  # half of it is there
        await connection.execute("DELETE FROM es.one WHERE ctid IN (SELECT ctid FROM es.one LIMIT 1)")

        assert (await migrate(empty, folder=folder)).applied == (3,)

        assert tuple(await connection.fetchrow(left)) == (True, "es.one")


async def test_an_index_does_not_wait_for_migrators_that_wait(empty: TestDatabase, folder: Path) -> None:
    (folder / "0002_index.sql").write_text(INDEX)
    told: list[str] = []

    done = await asyncio.wait_for(
        asyncio.gather(*(migrate(empty, folder=folder, tell=told.append) for _ in range(4))), 60
    )

    assert sorted(one.applied for one in done) == [(), (), (), (1, 2)]
    assert told.count("another migrator is at work: waiting for its end") == 3
