"""Institutions as they are now: rows of those that ended count for whoever answers for them today.

Rows stay as they were written (as it was). For a question about the present shape of the state each register is read
through a common table expression of its own name, so that every query works on it unchanged, live or in the past.
A row belongs to the duty that its stream is, or that one of its columns names: hours to their agreement.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from projections.read_model import ReadModel
from projections.reading import ReadConnection

_READABLE = """
SELECT t.name, a.attname FROM unnest($1::text[]) t (name)
JOIN pg_attribute a ON a.attrelid = to_regclass(t.name) AND a.attnum > 0 AND NOT a.attisdropped
WHERE has_column_privilege(a.attrelid, a.attnum, 'SELECT') ORDER BY t.name, a.attnum
"""


class Answering(msgspec.Struct, frozen=True):
    """Who answers for institutions that ended, by tenant ids; only those that somebody succeeds are in it.

    `tenants` says of each who answers for what nobody was given, `streams` who does for the streams that others were.
    """

    tenants: Mapping[int, int]
    streams: Mapping[tuple[int, UUID], int] = {}

    def before(self, tenant_id: int) -> list[int]:
        """The institutions for which this one answers, at least in part."""
        whole = [was for was, now in self.tenants.items() if now == tenant_id]
        part = [was for (was, _), now in self.streams.items() if now == tenant_id]
        return list(dict.fromkeys((*whole, *part)))

    def expression(self, table: str, ids: Sequence[str]) -> str:
        """Who answers for a row, as SQL; `ids` are the columns that name streams. Nothing in it comes from outside."""
        cases = " ".join(f"WHEN {int(was)} THEN {int(now)}" for was, now in self.tenants.items())
        answers = f"CASE {table}.tenant_id {cases} ELSE {table}.tenant_id END" if cases else f"{table}.tenant_id"
        if not self.streams or not ids:
            return answers
        given = ", ".join(
            f"({int(was)}, '{UUID(int=one.int)}'::uuid, {int(now)})" for (was, one), now in self.streams.items()
        )
        named = ", ".join(f"{table}.{column}" for column in ids)
        return (
            f"coalesce((SELECT min(g.answers) FROM (VALUES {given}) g (was, stream_id, answers)"  # noqa: S608 - ours
            f" WHERE g.was = {table}.tenant_id AND g.stream_id IN ({named})), {answers})"
        )


class AsIs:
    """A connection on which rows count for who answers for them.

    With `only`, a tenant's id, there are its own rows and those that it answers for, each under the tenant that wrote
    it; without, every row is under the tenant that answers.
    """

    def __init__(
        self,
        connection: ReadConnection,
        readable: Mapping[str, Sequence[str]],
        models: Sequence[ReadModel[Any]],
        answering: Answering,
        only: int | None,
    ) -> None:
        self._connection = connection
        self._tables = {
            model.table: _rows(model, readable.get(model.table, ()), answering, only) for model in dict.fromkeys(models)
        }

    async def fetch(self, query: str, /, *args: Any) -> list[asyncpg.Record]:
        """All rows."""
        return await self._connection.fetch(self._through(query), *args)

    async def fetchrow(self, query: str, /, *args: Any) -> asyncpg.Record | None:
        """The first row."""
        return await self._connection.fetchrow(self._through(query), *args)

    def _through(self, query: str) -> str:
        words = set(re.findall(r"\w+", query))
        named = [f"{table} AS ({rows})" for table, rows in self._tables.items() if table in words]
        return f"WITH {', '.join(named)} {query}" if named else query


async def as_is(
    connection: ReadConnection, models: Sequence[ReadModel[Any]], answering: Answering, only: int | None = None
) -> ReadConnection:
    """The connection, on which rows of these models count for who answers for them; itself where nobody ended."""
    if not answering.tenants:
        return connection
    readable: dict[str, list[str]] = {}
    for name, column in await connection.fetch(_READABLE, [model.table for model in models]):
        readable.setdefault(name, []).append(column)
    return AsIs(connection, readable, models, answering, only)


def _rows(model: ReadModel[Any], readable: Sequence[str], answering: Answering, only: int | None) -> str:
    ids = [column.name for column in model.columns if column.sql_type == "uuid" and column.name in readable]
    answers = answering.expression("c", ids)
    if only is not None:
        columns = ", ".join(f"c.{name}" for name in readable)
        return f"SELECT {columns} FROM {model.table} c WHERE {answers} = {int(only)}"  # noqa: S608 - our own names
    columns = ", ".join(f"c.{name}" for name in readable if name != "tenant_id")
    return f"SELECT {answers} AS tenant_id, {columns} FROM {model.table} c"  # noqa: S608 - our own names
