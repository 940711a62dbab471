"""What a driver error means for an append or a read."""

import contextlib

import asyncpg

from domain.kernel.errors import Unavailable
from infra.database.interface import Connection

PART = "The event store"
GOODBYE_WITHIN = 5.0  # seconds

# The connection is gone or the server went away: what was sent may or may not be stored. The driver's internal error is
# what a connection answers between the server's last word to it and its end.
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.InternalClientError,
    OSError,
)
# The server rolled back for reasons that have nothing to do with what was sent.
BUSY = (
    asyncpg.exceptions.TransactionRollbackError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.PostgresSystemError,
    asyncpg.LockNotAvailableError,
)
# What was sent cannot be stored: bad bytes, bad numbers, a broken constraint. Nothing was.
REFUSED = (asyncpg.PostgresError, asyncpg.DataError, TypeError, ValueError, AttributeError, OverflowError, KeyError)
DRIVER_ERRORS = (*LOST, asyncpg.PostgresError, asyncpg.InterfaceError)


class AppendRefused(ValueError):
    """The append cannot be stored as it is: not a conflict, a defect of whoever made it. Nothing was stored."""


def is_unavailable(error: BaseException) -> bool:
    """Whether the same call may succeed later as it is."""
    if isinstance(error, asyncpg.DataError):
        return False
    return isinstance(error, (*LOST, *BUSY, asyncpg.InterfaceError, TimeoutError))


def leaves_in_doubt(error: BaseException) -> bool:
    """Whether the connection must not be used again: it is gone, or what it answers next belongs to the last call."""
    return isinstance(error, (*LOST, asyncpg.InterfaceError, TimeoutError)) and not isinstance(error, asyncpg.DataError)


def unavailable() -> Unavailable:
    """The error callers see; they repeat with the same command id."""
    return Unavailable(PART)


async def close(connection: Connection) -> None:
    """Say goodbye; a server that is gone already, or does not answer, is no error."""
    with contextlib.suppress(*DRIVER_ERRORS, TimeoutError):
        await connection.close(timeout=GOODBYE_WITHIN)
