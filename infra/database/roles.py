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
_OWN_PLANS = {"jit": "off"}
# The server notices that whoever asked has gone: what runs for nobody ends, and with it the locks that it holds.
_WATCHED = {
    "client_connection_check_interval": "2s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "10s",
}


def _limits(*, statement: str = "0", lock: str = "10s", idle: str) -> dict[str, str]:
    """The longest a statement may take, wait for a lock, and a transaction stand still (its locks are others' wait)."""
    return {"statement_timeout": statement, "lock_timeout": lock, "idle_in_transaction_session_timeout": idle}


# Who asks gives up long before: these are for askers who cannot any more. A read model that is rebuilt, a dump that is
# written and an audit take what they take.
SETTINGS: dict[Role, dict[str, str]] = {
    Role.APPENDER: _LEAN_PLANS
    | {"enable_bitmapscan": "off", "enable_hashjoin": "off", "enable_mergejoin": "off"}
    | _limits(statement="30s", idle="5s")
    | _WATCHED,
    Role.GATEWAY: _LEAN_PLANS | _limits(statement="2min", idle="10min") | _WATCHED,
    Role.PUBLIC: _OWN_PLANS | _limits(statement="10min", idle="30min") | _WATCHED,
    Role.PROJECTOR: _OWN_PLANS | _limits(lock="30s", idle="1min") | _WATCHED,
    Role.AUDITOR: _OWN_PLANS | _limits(idle="1h") | _WATCHED,
    Role.SEALER: _LEAN_PLANS | _limits(statement="10min", idle="5s") | _WATCHED,
}
_SINCE_17: dict[Role, dict[str, str]] = {Role.APPENDER: {"transaction_timeout": "1min"}}
_FIRST_WITH_TRANSACTION_TIMEOUT = 17

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
    """Put the roles' planner settings and limits of time on this database.

    They do not travel with a copy made from a template.
    """
    database = await connection.fetchval("SELECT quote_ident(current_database())")
    await repeatedly(connection, f"GRANT CREATE ON DATABASE {database} TO {OWNER}")
    await repeatedly(connection, _NO_LARGE_OBJECTS)
    newer = connection.get_server_version().major >= _FIRST_WITH_TRANSACTION_TIMEOUT
    settings = [
        f"ALTER ROLE {role.value} IN DATABASE {database} SET {name} = '{value}'"
        for role, fixed in SETTINGS.items()
        for name, value in (fixed | (_SINCE_17.get(role, {}) if newer else {}) | {"timezone": "UTC"}).items()
    ]
    await repeatedly(connection, "; ".join(settings))  # one transaction, one flush


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
