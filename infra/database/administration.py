"""Connections of the administrator: what migrates, and looks where no runtime role may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.database.connecting import connect
from infra.database.failures import DRIVER_ERRORS, close, is_lost
from infra.database.interface import ConnectArguments, Connection, DatabaseError
from infra.database.roles import OWNER


@asynccontextmanager
async def administering(arguments: ConnectArguments) -> AsyncIterator[Connection]:
    """A connection for the block; `arguments` are those of `Database.dsn` for the administrator.

    Raises: DatabaseError when the server cannot be reached, or goes away inside the block.
    """
    try:
        connection = await connect(arguments)
        try:
            yield connection
        finally:
            await close(connection)
    except DRIVER_ERRORS as error:
        if not is_lost(error):
            raise
        reason = str(error) or type(error).__name__
        raise DatabaseError(
            f"the database cannot be reached, or has gone away ({reason}): look at its log and start again"
        ) from error


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
