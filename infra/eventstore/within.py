"""Appending within a transaction that somebody holds open over one tenant, for what must come with other rows of it."""

from infra.database.interface import Connection
from infra.eventstore.columns import APPEND_ONE, one_arguments
from infra.eventstore.failures import AppendRefused
from infra.eventstore.interface import Append
from infra.eventstore.types import TypeCatalogue

_STORED = "o"


async def append_within(connection: Connection, append: Append) -> int:
    """Append the events of one stream; answers the first one's position.

    Raises: AppendRefused, when the log does not take them as they are.
    """
    types = TypeCatalogue()
    await types.refresh(connection)
    arguments = one_arguments(append, types.ids)
    row = None if arguments is None else await connection.fetchrow(APPEND_ONE, *arguments)
    if row is None or row[0] != _STORED:
        raise AppendRefused(f"the log does not take the events ({'another stream' if row is None else row[0]})")
    return int(row[1])
