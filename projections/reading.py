"""Queries on read models: rows as structs, pages by keyset, conditions with their parameters."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Protocol, TypeVar

import asyncpg
import msgspec

from projections.columns import columns_of, row_maker
from projections.paging import LARGEST, After, Page
from projections.whole import Whole

__all__ = [
    "IN_SCOPE",
    "LARGEST",
    "After",
    "Conditions",
    "Page",
    "ReadConnection",
    "fetch_count",
    "fetch_one",
    "fetch_page",
    "maker",
    "selected",
]

S = TypeVar("S", bound=msgspec.Struct)


class ReadConnection(Protocol):
    """A connection on which a transaction of `infra.database.scope` is open, with read models on its search path."""

    async def fetch(self, query: str, /, *args: Any) -> list[asyncpg.Record]:
        """All rows."""
        ...

    async def fetchrow(self, query: str, /, *args: Any) -> asyncpg.Record | None:
        """The first row."""
        ...


IN_SCOPE = "tenant_id = ANY (string_to_array(current_setting('pakt.tenants'), ',')::int[])"
"""Rows of the transaction's tenants. Row-level security says the same below; each holds without the other."""


class Conditions:
    """A WHERE clause that grows with its parameters and never reaches beyond the transaction's tenants."""

    def __init__(self) -> None:
        self._parts: list[str] = [IN_SCOPE]
        self.parameters: list[Any] = []

    def add(self, template: str, *values: Any) -> "Conditions":
        """Add a condition; each `?` in it stands for the next of `values`."""
        for value in values:
            template = template.replace("?", self.parameter(value), 1)
        self._parts.append(f"({template})")
        return self

    def add_equal(self, **values: Any) -> "Conditions":
        """Add `column = value` for each value that is not None."""
        for column, value in values.items():
            if value is not None:
                self.add(f"{column} = ?", value)
        return self

    def parameter(self, value: Any) -> str:
        """The name of a new parameter."""
        self.parameters.append(value)
        return f"${len(self.parameters)}"

    def __str__(self) -> str:
        return " AND ".join(self._parts)


@cache
def selected(struct: type[Any]) -> str:
    """The struct's fields as a SELECT list."""
    return ", ".join(column.name for column in columns_of(struct))


@cache
def maker(struct: type[S]) -> Callable[[Iterable[Any]], S]:
    """Makes the struct of a record whose columns are its fields, in order."""
    return row_maker(struct, columns_of(struct))


async def fetch_page(
    connection: ReadConnection,
    struct: type[S],
    source: str,
    where: Conditions,
    order: Sequence[str],
    after: After | None,
    limit: int,
    *,
    descending: bool = False,
) -> Page[S]:
    """A page of `struct` from `source` in the order of the columns of `order`, by which the next one is found."""
    limit = max(1, min(limit, LARGEST))
    direction = ", ".join(f"{column} {'DESC' if descending else 'ASC'}" for column in order)
    records = None
    if isinstance(connection, Whole):
        every = f"SELECT {selected(struct)} FROM {source} WHERE {where} ORDER BY {direction}"  # noqa: S608
        records = await connection.following(every, where.parameters, order, after, limit)
    if records is None:
        if after is not None:
            marks = ", ".join("?" for _ in order)
            where.add(f"({', '.join(order)}) {'<' if descending else '>'} ({marks})", *after)
        sql = f"SELECT {selected(struct)} FROM {source} WHERE {where} ORDER BY {direction} LIMIT {limit + 1}"  # noqa: S608
        records = await connection.fetch(sql, *where.parameters)
    make = maker(struct)
    items = [make(record) for record in records]
    more = len(items) > limit
    return Page(items[:limit], tuple(getattr(items[limit - 1], column) for column in order) if more else None)


async def fetch_one(
    connection: ReadConnection, struct: type[S], source: str, where: Conditions, *, order: str = ""
) -> S | None:
    """The row of `source` that fits, as `struct`, of several the first by `order`; None where there is none."""
    last = f" ORDER BY {order} LIMIT 1" if order else ""
    record = await connection.fetchrow(
        f"SELECT {selected(struct)} FROM {source} WHERE {where}{last}",  # noqa: S608 - our own text
        *where.parameters,
    )
    return maker(struct)(record) if record else None


async def fetch_count(connection: ReadConnection, source: str, where: Conditions) -> int:
    """How many rows of `source` fit."""
    record = await connection.fetchrow(f"SELECT count(*) FROM {source} WHERE {where}", *where.parameters)  # noqa: S608
    return int(record[0]) if record else 0
