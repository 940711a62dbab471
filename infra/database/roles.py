"""The roles of the cluster and their settings in one database.

Roles belong to the whole cluster, so several databases may be set up at once: every statement here may meet another
that does the same and is tried again.
"""

import asyncio
import base64
import hashlib
import hmac
import os

import asyncpg

from infra.database.interface import RUNTIME_ROLES, Connection, Role

OWNER = "pakt_owner"
ATTEMPTS = 20
_SCRAM_ROUNDS = 4096

# An event table analysed while empty would fix sequential scans into cached plans for good; these settings keep every
# plan on its index, and they stand on the role so that no connection can forget them.
_LEAN_PLANS = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off", "jit": "off"}
SETTINGS: dict[Role, dict[str, str]] = {
    Role.APPENDER: _LEAN_PLANS
    | {"enable_bitmapscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off", "lock_timeout": "10s"},
    Role.GATEWAY: _LEAN_PLANS,
    Role.PUBLIC: {"jit": "off"},
    Role.PROJECTOR: {"jit": "off"},
    Role.AUDITOR: {"jit": "off"},
    # A sealer that stands still in the middle must not hold a tree for ever: its transaction ends, others go on.
    Role.SEALER: _LEAN_PLANS | {"idle_in_transaction_session_timeout": "5s", "lock_timeout": "10s"},
}

_CREATE = """DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} {options}; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"""


async def create_roles(connection: Connection, password: str | None = None) -> None:
    """Make the owner and the runtime roles where they are missing; with `password` set it for the runtime roles."""
    await repeatedly(connection, _CREATE.format(name=OWNER, options="NOLOGIN BYPASSRLS"))
    for role in RUNTIME_ROLES:
        await repeatedly(connection, _CREATE.format(name=role.value, options="LOGIN"))
        if password is not None:
            await repeatedly(connection, f"ALTER ROLE {role.value} PASSWORD '{_scram_secret(password)}'")
    if not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await repeatedly(connection, f"GRANT {OWNER} TO current_user")


async def apply_settings(connection: Connection) -> None:
    """Put the roles' planner settings on this database. They do not travel with a copy made from a template."""
    database = await connection.fetchval("SELECT quote_ident(current_database())")
    await repeatedly(connection, f"GRANT CREATE ON DATABASE {database} TO {OWNER}")
    await repeatedly(connection, _NO_LARGE_OBJECTS)
    for role, settings in SETTINGS.items():
        for name, value in (settings | {"timezone": "UTC"}).items():
            await repeatedly(connection, f"ALTER ROLE {role.value} IN DATABASE {database} SET {name} = '{value}'")


_NO_LARGE_OBJECTS = """DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT p.oid FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^(lo_|lowrite)' AND a.grantee = 0 LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN NULL; END $$"""
"""PostgreSQL lets every role keep large objects. Nobody here needs any, and a role that only reads must not write."""


async def repeatedly(connection: Connection, statement: str) -> None:
    """Run a statement on a cluster-wide catalogue, again while another session changes the same row."""
    for attempt in range(ATTEMPTS):
        try:
            await connection.execute(statement)
        except (asyncpg.InternalServerError, asyncpg.UniqueViolationError, asyncpg.DuplicateObjectError) as error:
            concurrent = "concurrently" in str(error) or not isinstance(error, asyncpg.InternalServerError)
            if not concurrent or attempt == ATTEMPTS - 1:
                raise
            await asyncio.sleep(0.01 * (attempt + 1))  # the other session holds the row until its commit
        else:
            return


def _scram_secret(password: str) -> str:
    """What the server stores for a password, made here so that the password itself reaches no server log (RFC 5803)."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _SCRAM_ROUNDS)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded = (base64.b64encode(part).decode() for part in (salt, client, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(_SCRAM_ROUNDS, *encoded)
