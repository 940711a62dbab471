"""What a driver error means for an append or a read."""

import asyncpg

from domain.kernel.errors import Unavailable
from infra.database.failures import is_lost

PART = "The event store"

# The server rolled back for reasons that have nothing to do with what was sent.
BUSY = (
    asyncpg.exceptions.TransactionRollbackError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.PostgresSystemError,
    asyncpg.LockNotAvailableError,
)
# What was sent cannot be stored: bad bytes, bad numbers, a broken constraint. Nothing was.
REFUSED = (asyncpg.PostgresError, asyncpg.DataError, TypeError, ValueError, AttributeError, OverflowError, KeyError)

ELSEWHERE = "PK006"
"""A node was asked to keep something of a tenant that another node keeps: whoever asked learns that in a moment."""


class AppendRefused(ValueError):
    """The append cannot be stored as it is: not a conflict, a defect of whoever made it. Nothing was stored."""


def is_unavailable(error: BaseException) -> bool:
    """Whether the same call may succeed later as it is."""
    return is_lost(error) or isinstance(error, (*BUSY, TimeoutError)) or getattr(error, "sqlstate", "") == ELSEWHERE


def leaves_in_doubt(error: BaseException) -> bool:
    """Whether the connection must not be used again: it is gone, or what it answers next belongs to the last call."""
    return is_lost(error) or isinstance(error, TimeoutError)


def unavailable() -> Unavailable:
    """The error callers see; they repeat with the same command id."""
    return Unavailable(PART)
