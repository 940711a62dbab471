"""Rows of read models as they stood at boundaries of a log: writing the next span, reading the rows at one of them.

A model that is `kept` has a table of its own name in schema `past`: its row's columns, `since` and `until`. What stands
there is a function of the log, like the rows of today, and can be thrown away and made again.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from infra.database.interface import Connection
from projections import rows
from projections.checkpoints import Fenced
from projections.checksum import checksum
from projections.fold import Fold, Parked
from projections.read_model import Key, R, ReadModel
from projections.reading import IN_SCOPE, ReadConnection
from projections.rows import LostRowsError


class Boundary(msgspec.Struct, frozen=True):
    """The end of a span of events: rows of some models are kept as they stood at `position`.

    `earliest` is when the first of the span's events occurred, `latest` the last of all events up to here.
    """

    position: int
    recorded_at: datetime
    earliest: datetime
    latest: datetime


class Span(msgspec.Struct, frozen=True):
    """A boundary as it is stored for one model: what the span before it changed, and the version that wrote it."""

    position: int
    version: int
    recorded_at: datetime
    earliest: datetime
    latest: datetime
    changed: int
    checksum: str


_BOUNDARIES = f"""SELECT b.tenant_id, b.position, b.recorded_at, b.earliest, b.latest
    FROM past.boundary b JOIN unnest($1::text[], $2::int[]) AS m (name, version)
      ON m.name = b.name AND m.version = b.version
    WHERE {IN_SCOPE.replace("tenant_id", "b.tenant_id")}
    GROUP BY b.tenant_id, b.position, b.recorded_at, b.earliest, b.latest HAVING count(*) = $3
    ORDER BY b.tenant_id, b.position"""  # noqa: S608 - a constant condition
_LAST = """SELECT DISTINCT ON (name) name, version, position, recorded_at, latest FROM past.boundary
    WHERE tenant_id = $1 AND name = ANY ($2) ORDER BY name, position DESC"""
_CLAIM = """INSERT INTO past.boundary
    (tenant_id, name, position, version, recorded_at, earliest, latest, changed, checksum)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '') ON CONFLICT DO NOTHING"""
_SETTLE = "UPDATE past.boundary SET changed = $4, checksum = $5 WHERE tenant_id = $1 AND name = $2 AND position = $3"
_PARK = """INSERT INTO past.parked (tenant_id, name, stream_id, first_position, error)
    SELECT $1, $2, u.s, u.p, u.e FROM unnest($3::uuid[], $4::bigint[], $5::text[]) AS u (s, p, e)
    ON CONFLICT (tenant_id, name, stream_id) DO NOTHING"""
_PARKED = f"""SELECT name, tenant_id, stream_id, first_position FROM past.parked
    WHERE {IN_SCOPE} AND name = ANY ($1)"""  # noqa: S608 - a constant condition


async def boundaries(connection: ReadConnection, models: Sequence[ReadModel[Any]]) -> dict[int, list[Boundary]]:
    """Boundaries at which all of these models are kept, by tenant in scope, ascending."""
    found: dict[int, list[Boundary]] = {}
    names, versions = [model.name for model in models], [model.version for model in models]
    for tenant_id, *facts in await connection.fetch(_BOUNDARIES, names, versions, len(names)):
        found.setdefault(tenant_id, []).append(Boundary(*facts))
    return found


async def last(
    connection: Connection, tenant_id: int, models: Sequence[ReadModel[Any]]
) -> Mapping[str, tuple[int, Boundary]]:
    """The newest boundary of each model that has one, by name, with the version of the code that wrote it."""
    records = await connection.fetch(_LAST, tenant_id, [model.name for model in models])
    return {name: (version, Boundary(at, recorded, latest, latest)) for name, version, at, recorded, latest in records}


async def parked(
    connection: ReadConnection, models: Sequence[ReadModel[Any]]
) -> Mapping[tuple[int, str], list[Parked]]:
    """Streams set aside, by tenant in scope and name of the model."""
    found: dict[tuple[int, str], list[Parked]] = {}
    for name, tenant_id, stream_id, position in await connection.fetch(_PARKED, [model.name for model in models]):
        found.setdefault((tenant_id, name), []).append(Parked(stream_id, position, 1, ""))
    return found


async def load_at(
    connection: ReadConnection, model: ReadModel[R], tenant_id: int, position: int, keys: Sequence[Key]
) -> list[R]:
    """The rows with these keys as they stood at a boundary, in no order."""
    if not keys:
        return []
    records = await connection.fetch(_load_sql(model), tenant_id, position, *rows.key_arrays(model, keys))
    return [model.make(record) for record in records]


async def claim(connection: Connection, tenant_id: int, model: ReadModel[Any], boundary: Boundary) -> None:
    """Begin to keep a span. Raises: Fenced when somebody else has, or does so first."""
    facts = boundary.position, model.version, boundary.recorded_at, boundary.earliest, boundary.latest
    if await connection.execute(_CLAIM, tenant_id, model.name, *facts) != "INSERT 0 1":
        raise Fenced


async def keep(connection: Connection, tenant_id: int, fold: Fold[Any], position: int) -> None:
    """Store what a span changed, as of its end. Raises: LostRowsError."""
    model = fold.model
    written, deleted = fold.changes()
    keys = [*map(model.key_of, written), *deleted]
    if keys:
        await connection.execute(_end_sql(model), tenant_id, position, *rows.key_arrays(model, keys))
    for start in range(0, len(written), rows.CHUNK):
        part = written[start : start + rows.CHUNK]
        status = await connection.execute(_add_sql(model), tenant_id, position, *rows.arrays(model.columns[1:], part))
        if status != f"INSERT 0 {len(part)}":
            raise LostRowsError(model.table)
    aside = [fold.parked[stream_id] for stream_id in fold.newly_parked]
    columns = [[getattr(one, name) for one in aside] for name in ("stream_id", "first_position", "error")]
    if aside:
        await connection.execute(_PARK, tenant_id, model.name, *columns)
    facts = len(keys), span_checksum(model, written, deleted)
    await connection.execute(_SETTLE, tenant_id, model.name, position, *facts)


async def spans(connection: ReadConnection, tenant_id: int, model: ReadModel[Any]) -> list[Span]:
    """The model's boundaries, ascending."""
    records = await connection.fetch(
        "SELECT position, version, recorded_at, earliest, latest, changed, checksum FROM past.boundary"
        " WHERE tenant_id = $1 AND name = $2 ORDER BY position",
        tenant_id,
        model.name,
    )
    return [Span(*record) for record in records]


async def written(connection: ReadConnection, model: ReadModel[R], tenant_id: int, position: int) -> list[R]:
    """The rows that a span wrote, by its end."""
    names = ", ".join(column.name for column in model.columns)
    sql = f"SELECT {names} FROM past.{model.table} WHERE tenant_id = $1 AND since = $2"  # noqa: S608
    return [model.make(record) for record in await connection.fetch(sql, tenant_id, position)]


async def ended(connection: ReadConnection, model: ReadModel[Any], tenant_id: int, position: int) -> list[Key]:
    """The keys of the rows that a span changed or took away, by its end."""
    sql = f"SELECT {', '.join(model.key)} FROM past.{model.table} WHERE tenant_id = $1 AND until = $2"  # noqa: S608
    return [tuple(record) for record in await connection.fetch(sql, tenant_id, position)]


async def count(connection: ReadConnection, model: ReadModel[Any], tenant_id: int) -> int:
    """How many rows are kept, of all moments."""
    sql = f"SELECT count(*) FROM past.{model.table} WHERE tenant_id = $1"  # noqa: S608
    [record] = await connection.fetch(sql, tenant_id)
    return int(record[0])


def span_checksum(model: ReadModel[R], written: Iterable[R], deleted: Iterable[Key]) -> str:
    """SHA-256 (hex) of what a span changed: the rows ascending by key, then the keys of those that are gone."""
    gone = [_Gone([*map(str, key)]) for key in sorted(deleted)]
    return checksum([*sorted(written, key=model.key_of), *gone])


class _Gone(msgspec.Struct, frozen=True):
    key: list[str]


async def forget(connection: Connection, tenant_id: int, model: ReadModel[Any]) -> None:
    """Throw away what is kept of a model; it is made again from the first event."""
    for table in (model.table, "boundary", "parked"):
        named = "" if table == model.table else " AND name = $2"
        await connection.execute(
            f"DELETE FROM past.{table} WHERE tenant_id = $1{named}",  # noqa: S608 - a read model's own table
            *((tenant_id, model.name) if named else (tenant_id,)),
        )


@cache
def _load_sql(model: ReadModel[Any]) -> str:
    source, names = rows.unnested(rows.key_columns(model), first=3)
    selected = ", ".join(f"t.{column.name}" for column in model.columns)
    same = " AND ".join(f"t.{name} = k.{name}" for name in model.key)
    return (
        f"SELECT {selected} FROM {source} AS k ({names}) JOIN past.{model.table} t"  # noqa: S608
        f" ON t.tenant_id = $1 AND {same} AND t.since <= $2 AND (t.until IS NULL OR t.until > $2)"
    )


@cache
def _end_sql(model: ReadModel[Any]) -> str:
    source, names = rows.unnested(rows.key_columns(model), first=3)
    same = " AND ".join(f"t.{name} = k.{name}" for name in model.key)
    return (
        f"UPDATE past.{model.table} t SET until = $2 FROM {source} AS k ({names})"  # noqa: S608
        f" WHERE t.tenant_id = $1 AND {same} AND t.until IS NULL"
    )


@cache
def _add_sql(model: ReadModel[Any]) -> str:
    source, names = rows.unnested(model.columns[1:], first=3)
    selected = ", ".join(column.selected for column in model.columns[1:])
    return (
        f"INSERT INTO past.{model.table} (tenant_id, since, {names}) SELECT $1::int, $2::bigint, {selected}"  # noqa: S608
        f" FROM {source} AS u ({names}) ON CONFLICT DO NOTHING"
    )
