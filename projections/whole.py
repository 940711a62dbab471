"""A register read whole: its pages, asked for one after the other, come from one run of the query.

Each page by itself would find its place anew, and where no index has the order of all institutions together, by looking
at every row again: a million rows in pages of two hundred would be looked at five thousand times.
"""

from collections.abc import Sequence
from typing import Any

import asyncpg

from infra.database.interface import Connection
from projections.paging import After


class _Run:
    """A query that is being read: what was fetched of it and not given away, and where the last page ended."""

    def __init__(self, parameters: Sequence[Any], cursor: Any) -> None:
        self.parameters, self.cursor = list(parameters), cursor
        self.ahead: list[asyncpg.Record] = []
        self.ended: After | None = None


class Whole:
    """A read connection of one snapshot on which whoever asks for page after page is answered out of one cursor.

    A page that goes on where none ended is no such page; it is found by its key, as on every other connection.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: dict[str, _Run] = {}

    async def fetch(self, query: str, /, *args: Any) -> list[asyncpg.Record]:
        """All rows."""
        return await self._connection.fetch(query, *args)

    async def fetchrow(self, query: str, /, *args: Any) -> asyncpg.Record | None:
        """The first row."""
        return await self._connection.fetchrow(query, *args)

    async def following(
        self, query: str, parameters: Sequence[Any], order: Sequence[str], after: After | None, limit: int
    ) -> list[asyncpg.Record] | None:
        """Up to `limit` rows and one more, which comes again first; None where no page ended at `after`.

        `query` is the one for all rows, in the `order` of columns that it shows.
        """
        if after is None:
            cursor = await self._connection.cursor(query, *parameters)
            self._runs[query] = _Run(parameters, cursor)
        run = self._runs.get(query)
        if run is None or run.ended != after or run.parameters != list(parameters):
            return None
        wanted = limit + 1 - len(run.ahead)
        rows = [*run.ahead, *await run.cursor.fetch(wanted)]
        run.ahead = rows[limit:]
        if run.ahead:
            run.ended = tuple(rows[limit - 1][column] for column in order)
        else:
            del self._runs[query]
        return rows
