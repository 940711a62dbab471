"""Rows of a moment laid before the live tables: temporary tables and views of the read models' names.

Where rows come from the stored past, a view shows those that nothing has touched since and, beside them, the folded
ones; of a model that only adds rows, those of the live table that stood there then. Everything is gone at the end of
the transaction; a view goes with the temporary table that it rests on.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from infra.database.interface import Connection
from projections import rows
from projections.fold import Fold
from projections.history import Moment
from projections.read_model import ReadModel


class Laid(msgspec.Struct, frozen=True):
    """One model of one tenant: rows as they stood at `start`, and a fold of what changed from there to `position`.

    `live` says that the rows at `start` are those of the live table (of a model that only ever adds rows).
    """

    tenant_id: int
    start: int
    position: int
    fold: Fold[Any]
    live: bool = False


async def lay(
    connection: Connection, model: ReadModel[Any], parts: Sequence[Laid], moment: Moment, *, only_public: bool
) -> None:
    """Make the model's table or view and fill it."""
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in model.columns)
    keys = ", ".join(("tenant_id", *model.key))
    await connection.execute(f"CREATE TEMP TABLE {model.table} ({columns}, PRIMARY KEY ({keys})) ON COMMIT DROP")
    for part in parts:
        changed = [row for key in part.fold.touched if (row := part.fold.rows[key]) is not None]
        shown = [row for row in changed if getattr(row, "public", True)] if only_public else changed
        await rows.write(connection, model, part.tenant_id, shown)
    started = [part for part in parts if part.start]
    if started:
        await _touch(connection, model, started)
        await connection.execute(f"ALTER TABLE {model.table} RENAME TO {model.table}_newer")
        names = await _visible(connection, model) if only_public else [column.name for column in model.columns]
        both = _live(model, names, parts, moment) if started[0].live else _stored(model, names, started)
        if only_public:
            both = f"SELECT * FROM ({both}) u WHERE {_still_public(model, 'u')}"  # noqa: S608
        await connection.execute(f"CREATE TEMP VIEW {model.table} AS {both}")
    elif only_public:
        await connection.execute(f"DELETE FROM {model.table} t WHERE NOT {_still_public(model, 't')}")  # noqa: S608


async def lay_cut(connection: Connection, parts: Sequence[Laid], left_out: Mapping[int, str]) -> None:
    """Where the rows end, under the name and in the shape of the live checkpoints; which tenants have none, and why."""
    await connection.execute("CREATE TEMP TABLE checkpoint (tenant_id int, name text, position bigint) ON COMMIT DROP")
    cut = [(part.tenant_id, part.fold.model.name, part.position) for part in parts]
    await connection.executemany("INSERT INTO checkpoint VALUES ($1, $2, $3)", cut)
    await connection.execute("CREATE TEMP TABLE left_out (tenant_id int, reason text) ON COMMIT DROP")
    await connection.executemany("INSERT INTO left_out VALUES ($1, $2)", list(left_out.items()))


async def _touch(connection: Connection, model: ReadModel[Any], parts: Sequence[Laid]) -> None:
    """The keys whose rows the stored past does not tell any more."""
    types = {column.name: column.sql_type for column in model.columns}
    columns = ", ".join(f"{name} {types[name]}" for name in model.key)
    table = f"{model.table}_touched"
    await connection.execute(f"CREATE TEMP TABLE {table} (tenant_id int, {columns}) ON COMMIT DROP")
    source, names = rows.unnested(rows.key_columns(model), first=2)
    sql = f"INSERT INTO {table} (tenant_id, {names}) SELECT $1::int, {names} FROM {source} AS u ({names})"  # noqa: S608
    for part in parts:
        if part.fold.touched:
            await connection.execute(sql, part.tenant_id, *rows.key_arrays(model, list(part.fold.touched)))


def _stored(model: ReadModel[Any], names: Sequence[str], parts: Sequence[Laid]) -> str:
    """Rows of the stored past that nothing has touched since, and the folded ones."""
    shown = ", ".join(names)
    same = " AND ".join(f"x.{name} = p.{name}" for name in ("tenant_id", *model.key))
    kept = " OR ".join(
        f"(p.tenant_id = {of:d} AND p.since <= {start:d} AND (p.until IS NULL OR p.until > {start:d}))"
        for of, start in ((part.tenant_id, part.start) for part in parts)
    )
    return (
        f"SELECT {shown} FROM past.{model.table} p WHERE ({kept})"  # noqa: S608
        f" AND NOT EXISTS (SELECT FROM pg_temp.{model.table}_touched x WHERE {same})"
        f" UNION ALL SELECT {shown} FROM pg_temp.{model.table}_newer"
    )


def _live(model: ReadModel[Any], names: Sequence[str], parts: Sequence[Laid], moment: Moment) -> str:
    """Rows of the live table up to the moment, and the folded ones.

    The conditions stand around the union: inside it they would keep the planner from merging both sides in the order
    of an index, so that a page would cost the whole table. What the view says of itself are numbers and times of our
    own, as it takes no parameters.
    """
    shown, of = ", ".join(names), [part for part in parts if part.start]
    then = f" AND occurred_at <= '{moment.as_of.isoformat()}'" if moment.as_of else ""
    upto = [f"position <= {min(part.start, part.position):d}{then}" for part in of]
    if len(parts) == 1:
        kept = f"tenant_id = {of[0].tenant_id:d} AND (newer OR ({upto[0]}))"
    else:
        each = (f"(tenant_id = {part.tenant_id:d} AND {limit})" for part, limit in zip(of, upto, strict=True))
        kept = " OR ".join(("newer", *each))
    return (
        f"SELECT {shown} FROM (SELECT false AS newer, {shown} FROM rm.{model.table}"  # noqa: S608
        f" UNION ALL SELECT true, {shown} FROM pg_temp.{model.table}_newer) u WHERE {kept}"
    )


def _still_public(model: ReadModel[Any], alias: str) -> str:
    """Whether the public may see the row today: what was withheld since is not given out by way of the past."""
    same = " AND ".join(f"l.{name} = {alias}.{name}" for name in ("tenant_id", *model.key))
    return f"EXISTS (SELECT FROM rm.{model.table} l WHERE {same})"


async def _visible(connection: Connection, model: ReadModel[Any]) -> list[str]:
    """The columns that the connection's role may read."""
    found = await connection.fetch(
        "SELECT attname FROM pg_attribute"
        " WHERE attrelid = $1::regclass AND has_column_privilege(attrelid, attnum, 'SELECT')",
        f"past.{model.table}",
    )
    seen = {record[0] for record in found}
    return [column.name for column in model.columns if column.name in seen]
