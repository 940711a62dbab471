"""What each role of processes may: the functions that run as the owner, and what the looks at a start have added."""

from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copy

import asyncpg
import pytest

from infra.database.administration import LOOKER
from infra.database.interface import RUNTIME_ROLES, Role
from infra.database.migrate import FOLDER, migrate, read_folder
from tests.support.postgres import Cluster, TestDatabase

ADDED = {172: {"es.sealing_keys()": LOOKER}, 173: {"es.work_due()": Role.AUDITOR}}
"""By the migrations since which nothing that runs needs the database's administrator: what whom lets call."""
AS_OWNER = {
    "es.ends()": {Role.GATEWAY},
    "es.find_receipt(text)": {Role.PUBLIC},
    "es.heads()": {Role.PROJECTOR, Role.SEALER},
    "es.only_here()": set(),
    "es.provision_tenant(integer,text,text,boolean,text,bytea)": {Role.PROJECTOR},
    "es.register_tenant(integer,text,text,boolean,text,bytea,bigint)": {Role.PROJECTOR},
    "es.sealing_keys()": {LOOKER},
    "es.work_due()": {Role.AUDITOR},
}
"""Who may call what runs as the tables' owner."""
_AS_OWNER = """
SELECT p.oid::regprocedure::text AS name, p.proowner::regrole::text AS owner, p.proconfig AS settings, coalesce((
    SELECT array_agg(CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
      FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee <> p.proowner), '{}') AS callers
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname !~ '^pg_'
"""
_RIGHTS = """
SELECT r.rolname || ' is ' || concat_ws(' ', r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolbypassrls, r.rolreplication)
  FROM pg_roles r WHERE r.rolname ^@ 'pakt_'
UNION ALL SELECT m.member::regrole || ' is member of ' || m.roleid::regrole FROM pg_auth_members m
UNION ALL SELECT n.nspname || ': ' || a::text FROM pg_namespace n, unnest(n.nspacl) a
UNION ALL SELECT c.oid::regclass || ': ' || a::text FROM pg_class c, unnest(c.relacl) a
UNION ALL SELECT c.attrelid::regclass || '.' || c.attname || ': ' || a::text FROM pg_attribute c, unnest(c.attacl) a
UNION ALL SELECT p.oid::regprocedure || ': ' || a::text FROM pg_proc p, unnest(coalesce(p.proacl, acldefault('f', p.proowner))) a
UNION ALL SELECT polrelid::regclass || ': ' || polname || ' ' || polcmd::text || ' ' || polroles::regrole[]::text || ' '
    || coalesce(pg_get_expr(polqual, polrelid), '') || ' ' || coalesce(pg_get_expr(polwithcheck, polrelid), '') FROM pg_policy
"""


async def rights(database: TestDatabase) -> set[str]:
    """Every right that anybody has, in the words of the catalogue."""
    async with database.connect() as connection:
        return {row[0] for row in await connection.fetch(_RIGHTS)}


@pytest.fixture
async def empty(embedded_cluster: Cluster) -> AsyncIterator[TestDatabase]:
    async with embedded_cluster.unmigrated() as database:
        yield database


async def test_each_look_adds_one_right_and_takes_none(empty: TestDatabase, tmp_path: Path) -> None:
    before, with_them = tmp_path / "before", tmp_path / "with"
    for folder, last in ((before, min(ADDED) - 1), (with_them, max(ADDED))):
        folder.mkdir()
        for migration in read_folder(FOLDER):
            if migration.number <= last:
                copy(FOLDER / migration.name, folder)

    await migrate(empty, folder=before)
    had = await rights(empty)
    await migrate(empty, folder=with_them)
    has = await rights(empty)

    assert has - had == {
        f"{name}: {who}=X/pakt_owner"
        for functions in ADDED.values()
        for name, caller in functions.items()
        for who in ("pakt_owner", caller)
    }
    assert had - has == set()


async def test_what_runs_as_the_owner_is_called_by_whom_it_is_for(database: TestDatabase) -> None:
    async with database.connect() as connection:
        found = await connection.fetch(_AS_OWNER)

    assert {one["name"]: set(one["callers"]) for one in found} == AS_OWNER
    for one in found:
        assert one["owner"] == "pakt_owner", one["name"]
        assert "search_path=pg_catalog, pg_temp" in one["settings"], one["name"]


async def test_no_role_of_processes_is_more_than_itself(database: TestDatabase) -> None:
    """No attribute, no other role, and no schema in which it could leave something for others to run."""
    async with database.connect() as connection:
        for role in RUNTIME_ROLES:
            row = await connection.fetchrow(
                "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication AS more,"
                " (SELECT count(*) FROM pg_auth_members m WHERE m.member = r.oid) AS of_others,"
                " (SELECT array_agg(nspname) FROM pg_namespace n WHERE has_schema_privilege(r.oid, n.oid, 'CREATE')) AS may_make"
                " FROM pg_roles r WHERE rolname = $1",
                role,
            )
            assert tuple(row) == (False, 0, None), role
        [owner] = await connection.fetch("SELECT rolsuper, rolcanlogin FROM pg_roles WHERE rolname = 'pakt_owner'")
        assert tuple(owner) == (False, False)


async def test_the_look_at_keys_tells_numbers_and_nothing_else(database: TestDatabase) -> None:
    secret = "of the key"
    async with database.connect() as connection:
        for tenant_id, number in ((1, 1), (1, 1), (1, 2), (3, 258)):
            await connection.execute(
                f"SET pakt.tenant = '{tenant_id}'; INSERT INTO es.subject_key (tenant_id, subject_id, wrapped_dek)"
                f" VALUES ({tenant_id}, gen_random_uuid(), decode('01{number:04x}', 'hex') || '{secret}'::bytea)"
            )
        await connection.execute(
            "SET pakt.tenant = '2'; INSERT INTO es.subject_key (tenant_id, subject_id, erased_at) VALUES (2, gen_random_uuid(), now())"
        )
    async with database.connect(LOOKER) as connection:
        told = await connection.fetch("SELECT * FROM es.sealing_keys()")

    assert {tuple(row.items()) for row in told} == {
        (("tenant_id", tenant_id), ("number", number)) for tenant_id, number in ((1, 1), (1, 2), (3, 258))
    }
    assert len(told) == 3


async def test_the_look_at_work_tells_numbers_of_what_is_due(database: TestDatabase) -> None:
    async with database.connect() as connection:
        for tenant_id, kind, state, due in (
            (1, "timer", "pending", "-1 s"),
            (2, "timer", "pending", "-1 s"),
            (2, "webhook", "pending", "-1 s"),
            (2, "webhook", "pending", "1 h"),
            (3, "webhook", "failed", "-1 s"),
        ):
            await connection.execute(
                f"SET pakt.tenant = '{tenant_id}'; INSERT INTO es.work (tenant_id, kind, subject, state, due_at)"
                f" VALUES ({tenant_id}, '{kind}', gen_random_uuid(), '{state}', now() + interval '{due}')"
            )
    async with database.connect(Role.AUDITOR) as connection:
        told = await connection.fetch("SELECT * FROM es.work_due()")

    assert {tuple(row.items()) for row in told} == {
        (("kind", "timer"), ("waiting", 2)),
        (("kind", "webhook"), ("waiting", 1)),
    }


async def test_nobody_leads_the_look_at_keys_astray(database: TestDatabase) -> None:
    """What a caller has put before everything else is not what the owner runs."""
    async with database.connect(LOOKER) as connection:
        await connection.execute(
            "CREATE TEMP TABLE subject_key (tenant_id int, wrapped_dek bytea); INSERT INTO subject_key VALUES (9, '\\x010203');"
            " CREATE FUNCTION pg_temp.get_byte(bytea, int) RETURNS int LANGUAGE sql AS 'SELECT 1 / 0';"
            " CREATE FUNCTION pg_temp.octet_length(bytea) RETURNS int LANGUAGE sql AS 'SELECT 1 / 0';"
            " SET search_path = pg_temp, pg_catalog, es"
        )
        assert await connection.fetch("SELECT * FROM es.sealing_keys()") == []


@pytest.mark.parametrize("role", [role for role in RUNTIME_ROLES if role is not LOOKER])
async def test_no_other_role_looks_at_keys(role: Role, database: TestDatabase) -> None:
    async with database.connect(role) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="sealing_keys"):
            await connection.fetch("SELECT * FROM es.sealing_keys()")
