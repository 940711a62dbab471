"""What a driver error says of the server: whether it is gone, or the call was wrong."""

import contextlib
import re

import asyncpg

from infra.database.interface import Connection

GOODBYE_WITHIN = 5.0  # seconds

# The connection is gone or the server went away: what was sent may or may not be stored. The driver's internal error is
# what a connection answers between the server's last word to it and its end.
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.InternalClientError,
    OSError,
)
DRIVER_ERRORS = (*LOST, asyncpg.PostgresError, asyncpg.InterfaceError)
LOCKED = asyncpg.LockNotAvailableError
"""Somebody else holds what was asked for."""
_CLOSED = re.compile(r"\b(connection|statement) is closed$")


def is_lost(error: BaseException) -> bool:
    """Whether the server, or the connection to it, is gone.

    The driver has one class for what it refuses before it sends anything. Of these only the use of a connection that
    has ended (and its statements with it) comes from an outage; the others, such as a wrong number of arguments or two
    operations at once, are defects of whoever called.
    """
    if type(error) is asyncpg.InterfaceError:  # its subclasses tell of data and settings
        return _CLOSED.search(str(error)) is not None
    return isinstance(error, LOST)


async def close(connection: Connection) -> None:
    """Say goodbye; a server that is gone already, or does not answer, is no error."""
    with contextlib.suppress(*DRIVER_ERRORS, TimeoutError):
        await connection.close(timeout=GOODBYE_WITHIN)
