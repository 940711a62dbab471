"""The auditor's database role reads what it is told and writes nothing at all; its own temporary tables aside."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from infra.database.interface import Role
from infra.database.scope import scope
from infra.eventstore.postgres import PostgresEventStore
from tests.support.appends import command
from tests.support.postgres import TestDatabase

AUDITOR = Role.AUDITOR.value
OURS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"


@pytest.fixture
async def admin(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    async with database.connect() as connection:
        yield connection


async def test_no_table_view_or_column_may_be_written(admin: asyncpg.Connection) -> None:
    relations = await admin.fetch(
        f"SELECT c.oid::regclass::text AS name, c.oid::int8 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        f" WHERE {OURS} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"
    )
    assert len(relations) > 15
    for name, oid in relations:
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
            assert not await admin.fetchval("SELECT has_table_privilege($1, $2::int8::oid, $3)", AUDITOR, oid, right), (
                name,
                right,
            )
        for right in ("INSERT", "UPDATE", "REFERENCES"):
            assert not await admin.fetchval(
                "SELECT has_any_column_privilege($1, $2::int8::oid, $3)", AUDITOR, oid, right
            ), name


async def test_nothing_may_be_made_and_no_other_role_taken(admin: asyncpg.Connection) -> None:
    schemas = await admin.fetch(
        "SELECT n.nspname FROM pg_namespace n WHERE has_schema_privilege($1, n.oid, 'CREATE')", AUDITOR
    )
    assert [row["nspname"] for row in schemas if not row["nspname"].startswith("pg_temp")] == []
    assert not await admin.fetchval("SELECT has_database_privilege($1, current_database(), 'CREATE')", AUDITOR)
    assert await admin.fetch("SELECT * FROM pg_auth_members WHERE member = $1::regrole", AUDITOR) == []
    assert await admin.fetch("SELECT * FROM pg_class WHERE relowner = $1::regrole", AUDITOR) == []


async def test_no_function_that_it_may_call_shows_it_more_than_it_may_see(admin: asyncpg.Connection) -> None:
    callable_ones = await admin.fetch(
        "SELECT p.oid::regprocedure::text, p.prosecdef FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        f" WHERE {OURS} AND p.prorettype <> 'trigger'::regtype AND has_function_privilege($1, p.oid, 'EXECUTE')",
        AUDITOR,
    )
    as_owner = [name for name, definer in callable_ones if definer]
    assert as_owner == ["es.work_due()"], "numbers that it could count tenant by tenant, for who starts more workers"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO es.command VALUES (1, gen_random_uuid(), 1, 1)",
        "UPDATE es.event SET data = '' WHERE tenant_id = 1",
        "DELETE FROM es.event WHERE tenant_id = 1",
        "TRUNCATE es.event",
        "UPDATE es.tenant_lock SET epoch = 2 WHERE tenant_id = 1",
        "SELECT * FROM es.event WHERE tenant_id = 1 FOR UPDATE",
        "LOCK TABLE es.event IN SHARE MODE",
        "DELETE FROM rm.audit_trail WHERE tenant_id = 1",
        "SELECT wrapped_dek FROM es.subject_key",
        "SELECT es.provision_tenant(9, 'x', 'ministry', false, 'active', '')",
        "SELECT es.register_types(ARRAY['x.Y.v1'])",
        "SELECT es.read_log(2, 0, 10)",
        "CREATE TABLE public.mine (a int)",
        "CREATE TABLE es.mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE ROLE other",
        "SET ROLE pakt_owner",
        "SET ROLE pakt_appender",
        "ALTER TABLE es.event DISABLE TRIGGER ALL",
        "ALTER TABLE es.event NO FORCE ROW LEVEL SECURITY",
        "DROP TABLE es.event",
        "COMMENT ON TABLE es.event IS 'x'",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, '\\x00')",
        "COPY es.event TO '/tmp/pakt-audit'",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT pg_read_file('postgresql.conf')",
        "SET session_replication_role = replica",
    ],
)
async def test_whatever_it_tries_is_refused(
    database: TestDatabase, event_store: PostgresEventStore, statement: str
) -> None:
    await event_store.append(command())
    before = await event_store.read_log(1, 0, 10)
    async with database.connect(Role.AUDITOR) as connection:
        with pytest.raises(asyncpg.PostgresError) as refused:
            async with scope(connection, tenants=[1]) as scoped:
                await scoped.execute(statement)
    assert refused.value.sqlstate in {"42501", "42883"}, refused.value  # not permitted; not there for this role

    assert await event_store.read_log(1, 0, 10) == before


async def test_temporary_tables_are_its_own_and_gone_with_the_transaction(database: TestDatabase) -> None:
    async with database.connect(Role.AUDITOR) as connection:
        async with scope(connection, tenants=[1]) as scoped:
            await scoped.execute("CREATE TEMP TABLE mine (a int) ON COMMIT DROP; INSERT INTO mine VALUES (1)")
        with pytest.raises(asyncpg.UndefinedTableError):
            await connection.execute("SELECT * FROM mine")


async def test_a_transaction_that_names_no_tenant_fails_and_one_that_names_one_sees_no_other(
    database: TestDatabase, event_store: PostgresEventStore
) -> None:
    for tenant in (1, 2, 3):
        await event_store.append(command(tenant=tenant))
    async with database.connect(Role.AUDITOR) as connection:
        with pytest.raises(asyncpg.UndefinedObjectError):
            await connection.fetch("SELECT * FROM es.event")
        async with scope(connection, tenants=[1, 3]) as scoped:
            assert [row[0] for row in await scoped.fetch("SELECT tenant_id FROM es.event ORDER BY 1")] == [1, 3]
