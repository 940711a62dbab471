"""Migrations: in order, once, verified, one migrator at a time, several databases of one cluster at once."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from infra.database.administration import administering
from infra.database.external import ExternalDatabase
from infra.database.interface import RUNTIME_ROLES, DatabaseError, Role
from infra.database.migrate import FOLDER, migrate, read_folder
from infra.database.provision import provision_tenant
from infra.database.scope import opening, scope
from tests.support.postgres import Cluster, TestDatabase

FILES = {"0001_one.sql": "CREATE SCHEMA es; CREATE TABLE es.one (n int);", "0002_two.sql": "-- nothing to do"}
TYPES = "CREATE FUNCTION es.register_types(p text[]) RETURNS void LANGUAGE sql AS 'SELECT'"


@pytest.fixture
async def empty(cluster: Cluster) -> AsyncIterator[TestDatabase]:
    """A database that no migration has seen."""
    async with cluster.unmigrated() as database:
        yield database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


async def test_of_four_at_once_one_applies_and_three_wait(empty: TestDatabase) -> None:
    done = await asyncio.gather(*(migrate(empty, ["a.Happened.v1", "b.Happened.v1"]) for _ in range(4)))

    numbers = tuple(m.number for m in read_folder(FOLDER))
    assert sorted(d.applied for d in done) == [(), (), (), numbers]
    assert sorted(d.skipped for d in done) == [0] + [len(numbers)] * 3
    async with empty.connect() as connection:
        rows = await connection.fetch("SELECT type_id, name FROM es.event_type ORDER BY 1")
        assert [tuple(r) for r in rows] == [(1, "a.Happened.v1"), (2, "b.Happened.v1")]


async def test_databases_of_one_cluster_are_set_up_at_once(cluster: Cluster) -> None:
    names = [f"pakt_empty_{secrets.token_hex(6)}" for _ in range(4)]
    administration = await asyncpg.connect(cluster.url("postgres"))
    for name in names:
        await administration.execute(f"CREATE DATABASE {name}")

    done = await asyncio.gather(
        *(migrate(ExternalDatabase(cluster.url(name)), role_password="pw") for name in names for _ in range(2))
    )

    assert sum(bool(d.applied) for d in done) == 4
    for name in names:
        await administration.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await administration.close()


async def test_a_changed_file_is_refused_by_name(empty: TestDatabase, folder: Path) -> None:
    await migrate(empty, folder=folder)
    (folder / "0002_two.sql").write_text("-- something else")

    with pytest.raises(DatabaseError, match=r"0002_two\.sql has changed"):
        await migrate(empty, folder=folder)


async def test_a_server_that_dies_meanwhile_is_told_of_and_what_was_applied_stays(
    empty: TestDatabase, folder: Path
) -> None:
    (folder / "0003_slow.sql").write_text("SELECT pg_sleep(60);")
    migrating = asyncio.create_task(migrate(empty, folder=folder))
    async with empty.connect() as connection:
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep.60' AND pid <> pg_backend_pid()"
        while not await connection.fetch(kill):
            await asyncio.sleep(0.02)

    with pytest.raises(DatabaseError, match=r"has gone away .*: look at its log and start again"):
        await migrating

    (folder / "0003_slow.sql").write_text("SELECT 1")
    assert (await migrate(empty, folder=folder)).applied == (3,)


@pytest.mark.parametrize(
    "error",
    [asyncpg.InternalClientError("unexpected"), asyncpg.CannotConnectNowError("starting up"), ConnectionResetError()],
)
async def test_whatever_a_dying_server_makes_the_driver_say_is_told_of(empty: TestDatabase, error: Exception) -> None:
    with pytest.raises(DatabaseError, match="has gone away"):  # noqa: PT012 - what a block meets
        async with administering(empty.dsn(Role.ADMIN)) as connection:
            await connection.execute("SELECT 1")
            raise error


async def test_a_mistake_is_not_taken_for_a_server_that_has_gone(empty: TestDatabase) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        async with administering(empty.dsn(Role.ADMIN)) as connection:
            await connection.execute("SELECT FROM nowhere")


async def test_a_server_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="cannot be reached"):
        await migrate(ExternalDatabase(f"postgresql://nobody@/nothing?host={tmp_path}"))


async def test_a_missing_file_is_refused_by_number(empty: TestDatabase, folder: Path) -> None:
    await migrate(empty, folder=folder)
    (folder / "0001_one.sql").unlink()

    with pytest.raises(DatabaseError, match="0001"):
        await migrate(empty, folder=folder)


async def test_a_file_that_fails_leaves_nothing_and_can_be_mended(empty: TestDatabase, folder: Path) -> None:
    (folder / "0003_bad.sql").write_text("CREATE TABLE es.half (n int); SELECT 1 / 0;")
    with pytest.raises(DatabaseError, match=r"0003_bad\.sql does not apply: division by zero"):
        await migrate(empty, folder=folder)
    (folder / "0003_bad.sql").write_text("CREATE TABLE es.half (n int); " + TYPES)

    done = await migrate(empty, ["x"], folder=folder)

    assert (done.applied, done.skipped) == ((3,), 2)


@pytest.mark.parametrize("name", ["1_short.sql", "0001_Big.sql", "0001_other.sql", "nothing.sql"])
def test_bad_file_names_are_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("")

    with pytest.raises(DatabaseError):
        read_folder(folder)


async def test_everything_belongs_to_the_owner(database: TestDatabase) -> None:
    async with database.connect() as connection:
        owners = await connection.fetch(
            "SELECT DISTINCT r.rolname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " JOIN pg_roles r ON r.oid = c.relowner WHERE n.nspname IN ('es', 'rm')"
        )
    assert [r["rolname"] for r in owners] == ["pakt_owner"]


async def test_role_settings_hold_in_every_session(database: TestDatabase) -> None:
    for role in RUNTIME_ROLES:
        async with database.connect(role) as connection:
            assert await connection.fetchval("SHOW timezone") == "UTC"
    async with database.connect(Role.APPENDER) as connection:
        assert await connection.fetchval("SHOW plan_cache_mode") == "force_generic_plan"
        assert await connection.fetchval("SHOW enable_seqscan") == "off"


async def test_a_role_password_is_stored_as_a_digest(cluster: Cluster, database: TestDatabase) -> None:
    await migrate(database, role_password="correct horse")
    async with database.connect() as connection:
        secrets_stored = await connection.fetch(
            "SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'pakt\\_%' AND rolcanlogin"
        )
        assert all(r["rolpassword"].startswith("SCRAM-SHA-256$4096:") for r in secrets_stored)
    arguments = ExternalDatabase(database.url, role_password="correct horse").dsn(Role.GATEWAY)
    connection = await asyncpg.connect(**arguments)
    await connection.close()


async def test_provisioning_again_brings_a_tenant_up_to_date(database: TestDatabase) -> None:
    async with database.connect(Role.PROJECTOR) as connection:
        async with scope(connection, tenant=1):
            await provision_tenant(connection, 9, "old", "ministry")
            await provision_tenant(connection, 9, "new", "ministry", sandbox=True, state="dissolved", names=b"{}")
        row = await connection.fetchrow("SELECT slug, sandbox, state, names FROM es.tenant WHERE tenant_id = 9")
        assert tuple(row) == ("new", True, "dissolved", b"{}")
        with pytest.raises(asyncpg.UniqueViolationError):
            await provision_tenant(connection, 10, "new", "ministry")


async def test_a_scope_is_one_transaction_and_leaves_nothing(database: TestDatabase) -> None:
    async with database.connect(Role.PROJECTOR) as connection:
        async with scope(connection, tenant=2, tenants=[1, 2], search_path="pg_temp, es", relaxed=True):
            assert await connection.fetchval("SELECT current_setting('pakt.tenant')") == "2"
            assert await connection.fetchval("SELECT current_setting('pakt.tenants')") == "1,2"
            assert await connection.fetchval("SHOW search_path") == "pg_temp, es"
            assert await connection.fetchval("SHOW synchronous_commit") == "off"
            await connection.execute("INSERT INTO checkpoint (tenant_id, name, position) VALUES (2, 'a', 1)")
        with pytest.raises(asyncpg.DivisionByZeroError):
            async with scope(connection, tenant=2):
                await connection.execute("UPDATE es.checkpoint SET position = 2; SELECT 1 / 0")
        async with scope(connection, tenant=2, snapshot=True):
            assert await connection.fetchval("SELECT position FROM es.checkpoint") == 1
            with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
                await connection.execute("DELETE FROM es.checkpoint")
            await connection.execute("ROLLBACK; BEGIN")
        assert await connection.fetchval("SELECT current_setting('pakt.tenant', true)") == ""


def test_a_scope_takes_numbers_and_names_only() -> None:
    with pytest.raises(ValueError, match="search path"):
        opening(1, search_path="rm; DROP TABLE x")
    with pytest.raises(ValueError, match="invalid literal"):
        opening("1'; DROP TABLE x; --")
