"""Reading and writing a read model's rows, always many at once. Table names are bare: the search path says whose.

Every insert has ON CONFLICT and its row count is checked: a distributed database otherwise takes a path on which
row-level security is not looked at (and a lost row must never pass unnoticed).
"""

from collections.abc import AsyncIterator, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from infra.database.interface import Connection
from projections.columns import Column
from projections.read_model import Key, R, ReadModel
from projections.reading import ReadConnection

CHUNK = 5_000
"""Rows per statement."""


class LostRowsError(Exception):
    """A statement wrote fewer rows than it was given."""


async def load(connection: Connection, model: ReadModel[R], tenant_id: int, keys: Sequence[Key]) -> list[R]:
    """The stored rows with these keys, in no order."""
    if not keys:
        return []
    records = await connection.fetch(_load_sql(model), tenant_id, *key_arrays(model, keys))
    return [model.make(record) for record in records]


async def load_all(connection: ReadConnection, model: ReadModel[R], tenant_id: int) -> list[R]:
    """All rows of the tenant, ascending by key."""
    return [model.make(record) for record in await connection.fetch(_all_sql(model), tenant_id)]


async def each(connection: Connection, model: ReadModel[R], tenant_id: int) -> AsyncIterator[R]:
    """The rows of `load_all`, one after the other and never all at once; inside a transaction."""
    async for record in connection.cursor(_all_sql(model), tenant_id, prefetch=CHUNK):
        yield model.make(record)


async def write(connection: Connection, model: ReadModel[R], tenant_id: int, rows: Sequence[R]) -> None:
    """Insert the rows or put them in the place of those with the same keys. Raises: LostRowsError."""
    sql = _write_sql(model)
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        _expect(await connection.execute(sql, tenant_id, *arrays(model.columns[1:], part)), len(part), model.table)


async def delete(connection: Connection, model: ReadModel[R], tenant_id: int, keys: Sequence[Key]) -> None:
    """Delete the rows with these keys; keys without a row are passed over."""
    if keys:
        await connection.execute(_delete_sql(model), tenant_id, *key_arrays(model, keys))


def arrays(columns: Sequence[Column], rows: Sequence[Any]) -> list[Sequence[Any]]:
    """The rows turned into one array per column, as the driver takes them."""
    values = zip(*map(attrgetter(*(column.name for column in columns)), rows), strict=True)
    return [
        list(map(column.to_sql, taken)) if column.decoder else taken
        for column, taken in zip(columns, values, strict=True)
    ]


def _expect(status: str, rows: int, table: str) -> None:
    written = int(status.rsplit(" ", 1)[1])
    if written != rows:
        msg = f"{table}: {written} of {rows} rows were written"
        raise LostRowsError(msg)


def key_arrays(model: ReadModel[Any], keys: Sequence[Key]) -> list[list[Any]]:
    """The keys turned into one array per column."""
    return [[key[n] for key in keys] for n in range(len(model.key))]


@cache
def _all_sql(model: ReadModel[Any]) -> str:
    names = ", ".join(column.name for column in model.columns)
    order = ", ".join(f'{name} COLLATE "C"' if _is_text(model, name) else name for name in model.key)
    return f"SELECT {names} FROM {model.table} WHERE tenant_id = $1 ORDER BY {order}"  # noqa: S608 - our own names


def _is_text(model: ReadModel[Any], name: str) -> bool:
    return any(column.name == name and column.sql_type == "text" for column in model.columns)


def key_columns(model: ReadModel[Any]) -> list[Column]:
    """The columns of the key after the tenant."""
    by_name = {column.name: column for column in model.columns}
    return [by_name[name] for name in model.key]


def unnested(columns: Sequence[Column], *, first: int = 2) -> tuple[str, str]:
    """A source of rows from arrays, which are the parameters from `first` on, and the columns' names."""
    taken = ", ".join(f"${n}::{column.parameter}[]" for n, column in enumerate(columns, start=first))
    return f"unnest({taken})", ", ".join(column.name for column in columns)


@cache
def _load_sql(model: ReadModel[Any]) -> str:
    source, names = unnested(key_columns(model))
    selected = ", ".join(f"t.{column.name}" for column in model.columns)
    same = " AND ".join(f"t.{name} = k.{name}" for name in model.key)
    return f"SELECT {selected} FROM {source} AS k ({names}) JOIN {model.table} t ON t.tenant_id = $1 AND {same}"  # noqa: S608


@cache
def _write_sql(model: ReadModel[Any]) -> str:
    source, names = unnested(model.columns[1:])
    selected = ", ".join(column.selected for column in model.columns[1:])
    changed = ", ".join(f"{c.name} = EXCLUDED.{c.name}" for c in model.columns[1:] if c.name not in model.key)
    keys = ", ".join(("tenant_id", *model.key))
    return (
        f"INSERT INTO {model.table} (tenant_id, {names}) SELECT $1::int, {selected} FROM {source} AS u ({names})"  # noqa: S608
        f" ON CONFLICT ({keys}) DO UPDATE SET {changed}"
    )


@cache
def _delete_sql(model: ReadModel[Any]) -> str:
    source, names = unnested(key_columns(model))
    same = " AND ".join(f"t.{name} = k.{name}" for name in model.key)
    return f"DELETE FROM {model.table} t USING {source} AS k ({names}) WHERE t.tenant_id = $1 AND {same}"  # noqa: S608
