"""Connections outside of any pool: the administrator's, for operators, and one by which every process may look."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import asyncpg

from infra.database.connecting import connect
from infra.database.failures import DRIVER_ERRORS, close, is_lost
from infra.database.interface import (
    MAIN_NODE,
    ConnectArguments,
    Connection,
    Database,
    DatabaseError,
    Role,
    SchemaDiffers,
)
from infra.database.roles import OWNER

LOOKER = Role.GATEWAY
"""Who looks at what belongs to no tenant: every process connects as this role anyway."""

_REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InsufficientPrivilegeError)
_ADMINISTERS = """
SELECT r.rolsuper OR r.rolcreaterole OR r.rolbypassrls OR r.rolreplication OR pg_has_role(r.oid, d.datdba, 'MEMBER')
    OR coalesce(pg_has_role(r.oid, to_regrole($1)::oid, 'MEMBER'), false)
FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()
"""


class NotAdministrator(DatabaseError):
    """A command of operators was given the address of somebody who does not administer the database."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "this needs the database's administrator, which the user of PAKT_DATABASE_URL or PAKT_NODES is not "
            f"({reason}): run it with the address of the user who runs `pakt migrate`; processes need no such user"
        )


class RoleRefused(SchemaDiffers):
    """The database does not let a role of ours in: nobody has migrated it yet, or the password is another one."""

    def __init__(self, node: str, reason: str) -> None:
        where = "the database" if node == MAIN_NODE else f"node {node}"
        super().__init__(
            f"{where} lacks the role {LOOKER}, or does not let it in ({reason}): run `pakt migrate` with the "
            "administrator's address, which makes the roles and gives them the password of PAKT_DATABASE_ROLE_PASSWORD"
        )


@asynccontextmanager
async def administering(arguments: ConnectArguments) -> AsyncIterator[Connection]:
    """A connection for the block; `arguments` are those of `Database.dsn` for the administrator.

    Raises:
        NotAdministrator: the user is not let in, or may not do what the block does.
        DatabaseError: the server cannot be reached, or goes away inside the block.
    """
    async with _connected(arguments, NotAdministrator) as connection:
        yield connection


@asynccontextmanager
async def looking(database: Database, node: str = MAIN_NODE) -> AsyncIterator[Connection]:
    """A connection for a process that looks at what belongs to no tenant: which schema, which nodes, whose keys.

    Raises: RoleRefused; DatabaseError, as `administering` does.
    """
    async with _connected(database.dsn(LOOKER, node), partial(RoleRefused, node)) as connection:
        yield connection


async def administers(arguments: ConnectArguments) -> bool:
    """Whether the user of an administrator's `arguments` is let in, and may do what no process may.

    Raises: DatabaseError when the server cannot be reached.
    """
    try:
        async with administering(arguments) as connection:
            return bool(await connection.fetchval(_ADMINISTERS, OWNER))
    except NotAdministrator:
        return False


@asynccontextmanager
async def _connected(arguments: ConnectArguments, refused: Callable[[str], DatabaseError]) -> AsyncIterator[Connection]:
    try:
        connection = await connect(arguments)
    except _REFUSED as error:
        raise refused(str(error)) from error
    except (*DRIVER_ERRORS, ValueError) as error:
        raise _away(error) from error
    try:
        try:
            yield connection
        finally:
            await close(connection)
    except asyncpg.InsufficientPrivilegeError as error:
        raise refused(str(error)) from error
    except DRIVER_ERRORS as error:
        if not is_lost(error):
            raise
        raise _away(error) from error


def _away(error: BaseException) -> DatabaseError:
    reason = str(error) or type(error).__name__
    return DatabaseError(
        f"the database cannot be reached, or has gone away ({reason}): look at its log and start again"
    )


@asynccontextmanager
async def owning(connection: Connection) -> AsyncIterator[None]:
    """A transaction as the tables' owner; one that was ended in the block is not ended again."""
    await connection.execute(f"BEGIN; SET LOCAL ROLE {OWNER}")
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            connection.terminate()  # the server undoes what was not committed
        raise
    if connection.is_in_transaction():
        await connection.execute("COMMIT")
