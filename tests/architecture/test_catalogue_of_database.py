"""What the catalogue of a freshly migrated database must show: isolation, append-only, ready to be distributed.

Each exception stands in a list here, with its reason.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from infra.database.interface import RUNTIME_ROLES, Role
from infra.database.tenant_rows import KINDS, kind_of
from infra.database.tenant_rows import tenant_tables as catalogued
from projections.catalogue import READ_MODELS
from tests.support.postgres import TestDatabase

REPOSITORY = Path(__file__).parents[2]
SCHEMAS = ["es", "rm", "past", "lib", "wk", "work", "seal", "keys"]
# Small, the same on every node, no tenant in the key; written by the owner's functions only.
REFERENCE_TABLES = {"es.tenant", "es.event_type", "es.node", "es.placement"}
PAST_ITSELF = {"past.boundary", "past.parked"}
APPEND_ONLY = {"es.event", "es.event_tag", "es.command"}
# The appender serves every tenant at once and sees no content: its grants, not its policies, bound it.
UNBOUND_POLICIES = {"appender_sees", "appender_adds", "appender_locks"}
# These run as the owner: the two tables of a tenant's registration belong to no single tenant, and the lengths of all
# logs (keys only, no content) are more than any role that reads content may see at once. A receipt's code names no
# tenant: whoever holds one is told which event it is of. That a tenant is kept here is seen by locking its lock row. Which
# of the tenants' keys are needed (numbers, no key) is asked by a process before it serves anybody, and how
# much work is due of each kind by who starts more workers.
SECURITY_DEFINERS = {
    "es.provision_tenant",
    "es.register_tenant",
    "es.heads",
    "es.ends",
    "es.find_receipt",
    "es.only_here",
    "es.sealing_keys",
    "es.work_due",
}
# es.survey looks at all tenants of a flush in one statement: 30 % of throughput on one machine. A distributed
# database uses es.survey_each, which keeps to one tenant a statement; see tests/contracts/test_eventstore_postgres.py.
ONE_NODE_ONLY = {"es.survey"}
NOT_ABOUT_A_TENANT = {"es.survey", "es.survey_each", "es.register_types", "es.heads", "es.ends", "es.find_receipt"}
NOT_ABOUT_A_TENANT |= {"es.sealing_keys", "es.work_due"}
RUNTIME = [role.value for role in RUNTIME_ROLES]


@pytest.fixture
async def admin(database: TestDatabase) -> AsyncIterator[asyncpg.Connection]:
    async with database.connect() as connection:
        yield connection


async def rows(admin: asyncpg.Connection, text: str, *arguments: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await admin.fetch(text, *arguments)]


async def tenant_tables(admin: asyncpg.Connection) -> list[str]:
    found = await rows(
        admin,
        "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname = ANY ($1)",
        SCHEMAS,
    )
    return [str(name) for (name,) in found if name not in REFERENCE_TABLES]


async def test_every_schema_of_ours_is_looked_at(admin: asyncpg.Connection) -> None:
    found = await rows(
        admin,
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public', 'pakt')",
    )
    assert {name for (name,) in found} <= set(SCHEMAS)


async def test_row_level_security_is_on_and_forced_everywhere(admin: asyncpg.Connection) -> None:
    for table in await tenant_tables(admin):
        enabled, forced, policies = await admin.fetchrow(
            "SELECT relrowsecurity, relforcerowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = c.oid)"
            " FROM pg_class c WHERE c.oid = $1::regclass",
            table,
        )
        assert (enabled, forced) == (True, True), table
        assert policies > 0, table


async def test_every_table_with_a_tenants_rows_is_classified(admin: asyncpg.Connection) -> None:
    found = await rows(
        admin,
        "SELECT DISTINCT c.table_schema || '.' || c.table_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.column_name = 'tenant_id' AND t.table_type = 'BASE TABLE'",
    )
    tables = {str(name) for (name,) in found}
    models = {f"rm.{model.table}" for model in READ_MODELS} | {f"past.{m.table}" for m in READ_MODELS if m.kept}

    assert {table for table in tables if kind_of(table) is None} == set(), "say what they are in tenant_rows.py"
    assert {table for table in tables if table.startswith("es.")} == set(KINDS)
    assert {table for table in tables if not table.startswith("es.")} == models | PAST_ITSELF, "no read model has them"
    assert set(await catalogued(admin)) == tables


async def test_every_key_begins_with_the_tenant(admin: asyncpg.Connection) -> None:
    for table in await tenant_tables(admin):
        assert await admin.fetchval(
            "SELECT attnotnull FROM pg_attribute WHERE attrelid = $1::regclass AND attname = 'tenant_id'", table
        ), table
        keys = await rows(
            admin,
            "SELECT i.indexrelid::regclass::text, a.attname FROM pg_index i"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE i.indrelid = $1::regclass AND i.indisunique",
            table,
        )
        assert keys, f"{table} has no key"
        assert all(first == "tenant_id" for _, first in keys), keys


async def test_foreign_keys_stay_within_a_tenant(admin: asyncpg.Connection) -> None:
    found = await rows(
        admin,
        "SELECT c.conname, a.attname, c.confrelid::regclass::text FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.contype = 'f' AND n.nspname = ANY ($1)",
        SCHEMAS,
    )
    assert all(first == "tenant_id" or target in REFERENCE_TABLES for _, first, target in found), found


async def test_policies_are_plain_and_name_their_role(admin: asyncpg.Connection) -> None:
    found = await rows(
        admin,
        "SELECT polrelid::regclass::text, polname, polcmd::text, polroles, pg_get_expr(polqual, polrelid),"
        " pg_get_expr(polwithcheck, polrelid) FROM pg_policy",
    )
    for table, name, kind, roles, using, check in found:
        place = f"{name} on {table}"
        assert 0 not in roles, f"{place} is for everyone"
        expressions = [text for text in (using, check) if text is not None]
        assert expressions, place
        for text in expressions:
            assert "select" not in text.lower(), f"{place} has a sub-select"
            assert not re.search(r"current_setting\([^)]*,\s*true", text), f"{place} forgives an unset tenant"
            if name not in UNBOUND_POLICIES:
                assert "current_setting('pakt.tenant" in text or "tenant_id" not in text, place
        if kind in {"a", "*", "w"}:
            assert check is not None or kind == "w", f"{place} checks nothing that is written"


async def test_no_check_or_default_reads_a_setting(admin: asyncpg.Connection) -> None:
    checks = await rows(admin, "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'")
    defaults = await rows(admin, "SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef")
    assert not [c for c in [*checks, *defaults] if "current_setting" in str(c[1])]


async def test_roles_have_no_power(admin: asyncpg.Connection) -> None:
    found = await admin.fetch("SELECT * FROM pg_roles WHERE rolname LIKE 'pakt\\_%'")
    by_name = {r["rolname"]: r for r in found}
    assert set(RUNTIME) | {"pakt_owner"} == set(by_name)
    for name, role in by_name.items():
        assert not (role["rolsuper"] or role["rolcreaterole"] or role["rolcreatedb"] or role["rolreplication"]), name
        assert role["rolbypassrls"] == (name == "pakt_owner"), name
        assert role["rolcanlogin"] == (name != "pakt_owner"), name
    memberships = await rows(
        admin,
        "SELECT m.rolname, g.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member"
        " JOIN pg_roles g ON g.oid = a.roleid WHERE m.rolname = ANY ($1)",
        RUNTIME,
    )
    assert memberships == []


async def test_runtime_roles_own_nothing(admin: asyncpg.Connection) -> None:
    owned = await rows(
        admin,
        "SELECT classid::regclass::text, objid::text FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid"
        " WHERE d.deptype = 'o' AND r.rolname = ANY ($1)",
        RUNTIME,
    )
    assert owned == []


async def test_nobody_may_rewrite_the_log(admin: asyncpg.Connection) -> None:
    for table in APPEND_ONLY:
        grants = await rows(
            admin,
            "SELECT grantee, privilege_type FROM information_schema.role_table_grants"
            " WHERE table_schema || '.' || table_name = $1 AND grantee <> 'pakt_owner'",
            table,
        )
        assert {privilege for _, privilege in grants} <= {"SELECT", "INSERT"}, table
        assert {grantee for grantee, privilege in grants if privilege == "INSERT"} == {"pakt_appender"}, table
        triggers = dict(
            await rows(admin, "SELECT tgname, tgenabled::text FROM pg_trigger WHERE tgrelid = $1::regclass", table)
        )
        assert triggers == {"no_rewrite": "A", "no_truncate": "A"}, table


async def test_the_appender_sees_keys_and_times_only(admin: asyncpg.Connection) -> None:
    seen = await rows(
        admin,
        "SELECT column_name FROM information_schema.column_privileges WHERE grantee = 'pakt_appender'"
        " AND table_schema = 'es' AND table_name = 'event' AND privilege_type = 'SELECT'",
    )
    assert {name for (name,) in seen} == {"tenant_id", "position", "stream_id", "version", "recorded_at"}


async def test_nothing_is_granted_to_everyone_or_beyond_need(admin: asyncpg.Connection) -> None:
    grants = await rows(
        admin,
        "SELECT table_schema || '.' || table_name, grantee, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = ANY ($1)",
        SCHEMAS,
    )
    assert not [g for g in grants if g[1] == "PUBLIC"]
    assert not [g for g in grants if g[1] != "pakt_owner" and g[2] in {"TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"}]
    assert await rows(admin, "SELECT defaclrole::regrole::text FROM pg_default_acl") == []
    executable = await rows(
        admin,
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = ANY ($1) AND p.prorettype <> 'trigger'::regtype"
        " AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0))",
        SCHEMAS,
    )
    assert executable == []


async def test_tables_of_one_tenant_roles_have_the_second_guard(admin: asyncpg.Connection) -> None:
    guarded = {
        table
        for (table,) in await rows(
            admin,
            "SELECT t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'own_tenant' AND t.tgenabled = 'O'",
        )
    }
    writable = {
        str(table)
        for (table,) in await rows(
            admin,
            "SELECT DISTINCT table_schema || '.' || table_name FROM information_schema.role_table_grants"
            " WHERE table_schema = ANY ($1) AND privilege_type = 'INSERT' AND grantee NOT IN ('pakt_owner', 'pakt_appender')",
            SCHEMAS,
        )
    }
    assert writable - REFERENCE_TABLES - guarded == set()


async def test_functions_keep_to_the_rules_of_a_distributed_database(admin: asyncpg.Connection) -> None:
    found = await admin.fetch(
        "SELECT n.nspname || '.' || p.proname AS name, lower(p.prosrc) AS text, p.prosecdef, p.proconfig,"
        " p.proargnames[1] AS first, p.prorettype = 'trigger'::regtype AS is_trigger"
        " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY ($1)",
        [*SCHEMAS, "pakt", "public"],
    )
    assert {f["name"] for f in found if f["prosecdef"]} == SECURITY_DEFINERS
    for function in found:
        name, text = function["name"], function["text"]
        if function["prosecdef"]:
            assert any(c.startswith("search_path=pg_catalog") for c in function["proconfig"] or ()), name
        assert not any("plan_cache_mode" in c for c in function["proconfig"] or ()), name
        for word in ("set_config", "merge into", "pg_advisory", "notify", "copy "):
            assert word not in text, f"{name} uses {word}"
        assert not re.search(r"with\s+\w+\s+as\s*\(\s*(insert|update|delete)", text), f"{name} writes in a CTE"
        for insert in re.findall(r"insert into (?:es|rm)\.[^;]*?select[^;]*;", text):
            assert "on conflict" in insert or "values (" in insert, f"{name}: {insert}"
        assert text.count("on conflict do nothing;\n") <= text.count("get diagnostics") + 1, f"{name} counts no rows"
        if not function["is_trigger"] and name not in NOT_ABOUT_A_TENANT:
            assert function["first"] == "p_tenant", f"{name} begins with {function['first']}"
        if name not in ONE_NODE_ONLY:
            for lock in re.findall(r"select[^;]*for (?:no key )?update", text):
                assert "any (" not in lock, f"{name} locks several tenants in one statement"


async def test_nothing_that_a_distributed_database_lacks(admin: asyncpg.Connection) -> None:
    kinds = await rows(
        admin,
        "SELECT n.nspname || '.' || c.relname, c.relkind::text, c.reloptions FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1)",
        SCHEMAS,
    )
    assert not [k for k in kinds if k[1] in {"m", "S", "f"}], "no materialised views, sequences, foreign tables"
    assert all("security_invoker=true" in (options or []) for _, kind, options in kinds if kind == "v")
    enums = await rows(
        admin,
        "SELECT typname FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE typtype = 'e' AND nspname = ANY ($1)",
        SCHEMAS,
    )
    assert enums == []
    exclusions = await rows(admin, "SELECT conname FROM pg_constraint WHERE contype = 'x' OR condeferrable")
    assert exclusions == []


async def test_a_random_walk_as_one_tenant_never_meets_another(database: TestDatabase) -> None:
    async with database.connect() as connection:
        tables = [t for t in await tenant_tables(connection) if t != "es.subject_key"]
    async with database.connect(Role.GATEWAY) as connection:
        for table in tables:
            if not await connection.fetchval("SELECT has_table_privilege($1, 'SELECT')", table):
                continue
            await connection.execute("BEGIN; SET LOCAL pakt.tenant = '1'")
            others = await connection.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id <> 1")
            await connection.execute("ROLLBACK")
            assert others == 0, table


def sources(*folders: str, suffix: str = ".py") -> list[tuple[str, str]]:
    found = [path for folder in folders for path in (REPOSITORY / folder).rglob(f"*{suffix}")]
    return [(str(path.relative_to(REPOSITORY)), path.read_text()) for path in found]


def test_the_tenant_is_set_in_one_place() -> None:
    for name, text in sources("infra", "projections", "services", "domain"):
        assert "set_config" not in text, name
        if name != "infra/database/scope.py":
            assert not re.search(r"SET\s+(LOCAL\s+)?pakt\.", text), name


def test_no_runtime_code_copies_rows_in_or_leans_on_advisory_locks() -> None:
    for name, text in sources("infra", "projections", "services"):
        assert "copy_records_to_table" not in text, name
        if name != "infra/database/tenant_rows.py":  # as the owner, whole tenants, of an administrator's command
            assert "copy_to_table" not in text, name
        if name != "infra/database/migrate.py":
            assert "advisory_" not in text, name


def test_appending_and_reading_functions_are_called_bare() -> None:
    """Outside a transaction a distributed database hands the whole call to the tenant's node."""
    for name, text in sources("infra/eventstore"):
        assert "BEGIN" not in text, name
        assert ".transaction(" not in text, name


async def test_no_wrapped_key_is_sampled_for_the_planner(admin: asyncpg.Connection) -> None:
    """The statistics of a column hold some of its values, and nobody would think of them when a key is destroyed."""
    await admin.execute("SET pakt.tenant = '1'")
    await admin.execute(
        "INSERT INTO es.subject_key (tenant_id, subject_id, wrapped_dek)"
        " SELECT 1, gen_random_uuid(), decode(md5(n::text), 'hex') FROM generate_series(1, 500) n"
    )
    await admin.execute("ANALYZE es.subject_key")
    sampled = await rows(admin, "SELECT attname FROM pg_stats WHERE schemaname = 'es' AND tablename = 'subject_key'")

    assert ("subject_id",) in sampled
    assert ("wrapped_dek",) not in sampled
