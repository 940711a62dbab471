"""Where a tenant's rows stand, which of them are truth and which can be made again, and copying them by binary COPY.

It runs as the tables' owner: of the runtime roles none may read or write all that a tenant has. Whoever copies rows in
stands outside of what keeps a log honest (positions, versions, order), and so has to verify what came in.
"""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from functools import partial

import asyncpg
import msgspec

from infra.database.administration import administering
from infra.database.interface import ConnectArguments, Connection, DatabaseError
from infra.database.roles import OWNER
from infra.database.scope import scope

EVENTS = "es.event"


class Kind(StrEnum):
    """What rows are to a tenant."""

    LOG = "log"
    """What happened. Rows are only added, each at a position of the log or a later one."""
    SEALS = "seals"
    """Trees over the log, their signed heads, what witnesses said of them."""
    KEYS = "keys"
    """Wrapped keys of persons, and the marks of those that were destroyed."""
    WORK = "work"
    """How far others have acted on the log, and what is still to do: made again, it would be done a second time."""
    PLACE = "place"
    """That the tenant is here and may be written; whoever brings a tenant makes these rows, they are not copied."""
    HERE = "here"
    """What this installation says of itself; it means nothing elsewhere."""
    MODELS = "models"
    """Read models and how far they are: functions of the log, made again by the projector."""


TRUTH = (Kind.LOG, Kind.SEALS, Kind.KEYS, Kind.WORK)
"""What is lost when it is not copied."""

KINDS: Mapping[str, Kind] = {
    EVENTS: Kind.LOG,
    "es.event_tag": Kind.LOG,
    "es.command": Kind.LOG,
    "es.tree": Kind.SEALS,
    "es.tile": Kind.SEALS,
    "es.tree_head": Kind.SEALS,
    "es.cosignature": Kind.SEALS,  # after the heads that it refers to
    "es.head_entry": Kind.SEALS,
    "es.subject_key": Kind.KEYS,
    "es.upload": Kind.WORK,
    "es.policy": Kind.WORK,
    "es.failed_work": Kind.WORK,
    "es.relay": Kind.WORK,
    "es.work": Kind.WORK,
    "es.client_use": Kind.WORK,
    "es.ended_token": Kind.WORK,
    "es.webhook_attempt": Kind.WORK,
    "es.tenant_use": Kind.WORK,
    "es.tenant": Kind.PLACE,
    "es.tenant_lock": Kind.PLACE,
    "es.placement": Kind.PLACE,
    "es.presence": Kind.HERE,
    "es.backup": Kind.HERE,
    "es.checkpoint": Kind.MODELS,
    "es.parked": Kind.MODELS,
}
"""Every table of schema `es` with a column tenant_id, in an order in which rows may be copied in."""
MODEL_SCHEMAS = frozenset({"rm", "past"})
"""Every table there is of a read model, now or in the past."""

_LATER = {
    EVENTS: "position > {after}",
    "es.event_tag": "position > {after}",
    "es.command": "command_id = ANY (ARRAY(SELECT e.command_id FROM es.event e"
    " WHERE e.tenant_id = {tenant} AND e.position > {after} AND e.command_id IS NOT NULL))",
}
"""Which rows of a table of the log stand after a position: commands are found by their events."""
_TABLES = """
SELECT format('%s.%s', n.nspname, c.relname) AS name,
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns,
       ARRAY(SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS types,
       ARRAY(SELECT a.attname::text FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (number, place)
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
              WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY k.place) AS key
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
   AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
 ORDER BY 1
"""
_TYPES = "SELECT type_id, name FROM es.event_type"
_USED = """
SELECT type_id, name FROM es.event_type
 WHERE type_id IN (SELECT DISTINCT e.type_id FROM es.event e WHERE e.tenant_id = $1)
"""
_PATIENCE = "SET LOCAL lock_timeout = '5s'"
"""The server may need a moment to notice that whoever held a tenant was killed."""
_HOLD = "SELECT state::text FROM es.tenant_lock WHERE tenant_id = $1 FOR UPDATE"
_OLDEST = "SELECT pg_snapshot_xmin(pg_current_snapshot())::xid::text"
_NO_ROWS_OF_OURS = frozenset({"22", "23", "PK"})
"""Classes of SQLSTATE: data that cannot be read, keys that are taken, what our own triggers refuse (another tenant)."""
_WAITING = 4
"""Chunks on their way from one database to the other."""

Sink = Callable[[bytes], Coroutine[object, object, None]]


class Table(msgspec.Struct, frozen=True):
    """A table with a tenant's rows; `columns` maps each column in its order to its type, `key` is the primary key."""

    name: str
    kind: Kind
    columns: Mapping[str, str]
    key: tuple[str, ...]


class TypesUnknown(DatabaseError):
    """Events of types that this database knows nothing of."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        super().__init__(
            f"{len(names)} event type(s) are not known here, {names[0]} among them: a later version of Pakt wrote "
            "them; bring this installation up to that version first"
        )


class RowsRefused(DatabaseError):
    """Rows that are not such as a table takes."""


class TenantHeld(DatabaseError):
    """Somebody else holds the tenant: an import, an export or a move."""


class NoRoom(DatabaseError):
    """The database's disk is full."""


def kind_of(table: str) -> Kind | None:
    """What the rows of `schema.table` are; None for a table that nobody has classified."""
    return Kind.MODELS if table.partition(".")[0] in MODEL_SCHEMAS else KINDS.get(table)


class TenantRows:
    """The rows of one tenant, seen or written in the one transaction that `reading` or `writing` has opened."""

    def __init__(self, connection: Connection, tenant_id: int, tables: Mapping[str, Table]) -> None:
        self.connection, self.tenant_id, self.tables = connection, tenant_id, tables

    def of(self, *kinds: Kind) -> list[Table]:
        """The tables of these kinds, in an order in which rows may be copied in."""
        return [table for table in self.tables.values() if table.kind in kinds]

    async def count(self, table: Table) -> int:
        """How many rows the tenant has there."""
        return int(await self.connection.fetchval(f"SELECT count(*) FROM {table.name} {self._where()}"))  # noqa: S608

    async def any(self, table: Table) -> bool:
        """Whether the tenant has a row there."""
        query = f"SELECT EXISTS (SELECT FROM {table.name} {self._where()})"  # noqa: S608
        return bool(await self.connection.fetchval(query))

    async def clear(self, table: Table) -> None:
        """Take the tenant's rows away; the database refuses it for what happened and what was sealed."""
        await self.connection.execute(f"DELETE FROM {table.name} {self._where()}")  # noqa: S608

    async def hold(self) -> str | None:
        """Keep everybody else from writing to the tenant, or holding it, until the transaction ends.

        Answers the state of its lock ("a": it may be written), None where the database does not know the tenant.
        Whoever wants to write waits. Raises: TenantHeld when it is not free within seconds.
        """
        try:
            await self.connection.execute(_PATIENCE)
            state: str | None = await self.connection.fetchval(_HOLD, self.tenant_id)
        except asyncpg.LockNotAvailableError as error:
            raise TenantHeld(
                f"tenant {self.tenant_id} is being exported, imported or moved: try again later"
            ) from error
        return state

    async def types(self) -> dict[int, str]:
        """Types of the tenant's events, by the number that they have here; other databases number them otherwise.

        It reads the tenant's whole log.
        """
        return {row[0]: row[1] for row in await self.connection.fetch(_USED, self.tenant_id)}

    async def oldest(self) -> int:
        """The oldest transaction that was not over at the moment that is seen: what is not seen is of it or later."""
        return int(await self.connection.fetchval(_OLDEST))

    async def copy_out(self, table: Table, sink: Sink, after: int = 0, since: int | None = None) -> int:
        """Hand `sink` the rows as PostgreSQL's binary COPY, in the order of their key; answers how many.

        `after`: of a table of the log only what stands at later positions. `since`: only what was written by that
        transaction (one that `oldest` answered) or a later one, and perhaps more.
        """
        if after and table.kind is not Kind.LOG:
            raise ValueError(f"{table.name} is not ordered by positions of the log")
        later = "AND " + _LATER[table.name].format(tenant=int(self.tenant_id), after=int(after)) if after else ""
        if since is not None:
            later += f" AND age(xmin) <= age('{int(since)}'::xid)"
        query = f"SELECT {_list(table)} FROM {table.name} {self._where()} {later} ORDER BY {', '.join(table.key)}"  # noqa: S608
        return _rows(await self.connection.copy_from_query(query, output=sink, format="binary"))

    async def copy_in(self, table: Table, source: AsyncIterable[bytes], types: Mapping[int, str] | None = None) -> int:
        """Add rows that came out of a table with the same columns; answers how many.

        `types` are the numbers of event types where the rows come from: needed for `es.event`, for nothing else.

        Raises:
            TypesUnknown: the events are of types that are not registered here.
            RowsRefused: a row is none of the table's, or its key stands there already.
        """
        if table.name != EVENTS:
            return await self._put(table.name, table, source)
        ours = {row[1]: row[0] for row in await self.connection.fetch(_TYPES)}
        known = types or {}
        if unknown := sorted(name for name in known.values() if name not in ours):
            raise TypesUnknown(unknown)
        moved = {number: ours[name] for number, name in known.items()}
        if all(theirs == here for theirs, here in moved.items()):
            return await self._put(table.name, table, source)
        return await self._renumbered(table, source, moved)

    async def _renumbered(self, table: Table, source: AsyncIterable[bytes], moved: Mapping[int, int]) -> int:
        await self.connection.execute("CREATE TEMPORARY TABLE incoming (LIKE es.event) ON COMMIT DROP")
        came = await self._put("incoming", table, source)
        columns = ", ".join("m.here" if name == "type_id" else f'i."{name}"' for name in table.columns)
        done = await self.connection.execute(
            f"INSERT INTO es.event ({_list(table)}) SELECT {columns} FROM incoming i"  # noqa: S608
            " JOIN unnest($1::int[], $2::int[]) m (theirs, here) ON m.theirs = i.type_id ORDER BY i.position"
            " ON CONFLICT (tenant_id, position) DO NOTHING",
            list(moved),
            list(moved.values()),
        )
        await self.connection.execute("DROP TABLE incoming")
        if _rows(done) != came:
            raise DatabaseError(f"of {came} events {_rows(done)} found their place: their positions are taken here")
        return came

    async def copy_over(self, table: Table, source: AsyncIterable[bytes]) -> int:
        """As `copy_in`, where rows of the same keys may stand already: they become what comes in."""
        made, key = f"came_{table.name.partition('.')[2]}", ", ".join(f'"{name}"' for name in table.key)
        await self.connection.execute(f"CREATE TEMPORARY TABLE {made} (LIKE {table.name}) ON COMMIT DROP")
        came = await self._put(made, table, source)
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in table.columns if name not in table.key)
        await self.connection.execute(
            f"INSERT INTO {table.name} AS t ({_list(table)}) SELECT {_list(table)} FROM {made}"  # noqa: S608
            f" ON CONFLICT ({key}) DO UPDATE SET {changes} WHERE t.* IS DISTINCT FROM excluded.*"
        )
        await self.connection.execute(f"DROP TABLE {made}")
        return came

    async def _put(self, into: str, table: Table, source: AsyncIterable[bytes]) -> int:
        schema, _, name = into.rpartition(".")
        try:
            done = await self.connection.copy_to_table(
                name, schema_name=schema or None, columns=list(table.columns), source=source, format="binary"
            )
        except asyncpg.PostgresError as error:
            if error.sqlstate[:2] not in _NO_ROWS_OF_OURS:
                raise
            raise RowsRefused(f"rows of {table.name} do not fit: {error}") from error
        return _rows(done)

    def _where(self) -> str:
        return f"WHERE tenant_id = {int(self.tenant_id)}"


@asynccontextmanager
async def reading(arguments: ConnectArguments, tenant_id: int) -> AsyncIterator[TenantRows]:
    """A tenant's rows as they stood at one moment, that of entering; `arguments` are the administrator's.

    Raises: DatabaseError where the server is away, or has a table of tenants that nobody has classified.
    """
    async with (
        administering(arguments) as connection,
        scope(connection, tenant=tenant_id, snapshot=True),
    ):
        yield await _opened(connection, tenant_id)


@asynccontextmanager
async def writing(arguments: ConnectArguments, tenant_id: int) -> AsyncIterator[TenantRows]:
    """Where a tenant's rows are put: all of them at the end of the block, none of them after an error.

    Raises: DatabaseError, as `reading` does; NoRoom.
    """
    try:
        async with administering(arguments) as connection, scope(connection, tenant=tenant_id):
            yield await _opened(connection, tenant_id)
    except asyncpg.DiskFullError as error:
        raise NoRoom(f"the database's disk is full: make room and try again ({error.args[0]})") from error


async def carry(source: TenantRows, target: TenantRows, table: Table, after: int = 0, *, renumber: bool = True) -> int:
    """Copy a table's rows from one database into another without keeping them anywhere; answers how many.

    `after` is that of `copy_out`; without `renumber` event types have the same numbers in both, and the
    log is not read for them. Raises: TypesUnknown.
    """
    types = await source.types() if table.name == EVENTS and renumber else None
    return await _piped(
        table, partial(source.copy_out, table, after=after), partial(target.copy_in, table, types=types)
    )


async def carry_changes(source: TenantRows, target: TenantRows, since: int, *kinds: Kind) -> None:
    """Bring what was carried when `since` was the source's `oldest` to what the source has now.

    Only what was written since goes from one to the other. What was taken away since is noticed by the number of rows,
    and the table, with what refers to it, is carried anew.
    """
    tables = source.of(*kinds)
    for table in [one for one in tables if await source.any(one)]:
        await _piped(table, partial(source.copy_out, table, since=since), partial(target.copy_over, table))
    fewer = {table.kind for table in tables if await source.count(table) != await target.count(table)}
    for table in reversed(source.of(*fewer)):
        await target.clear(table)
    for table in source.of(*fewer):
        await carry(source, target, table)


async def _piped(
    table: Table,
    going_out: Callable[[Sink], Coroutine[object, object, int]],
    coming_in: Callable[[AsyncIterable[bytes]], Coroutine[object, object, int]],
) -> int:
    chunks: asyncio.Queue[bytes | None] = asyncio.Queue(_WAITING)

    async def out() -> int:
        done = await going_out(chunks.put)
        await chunks.put(None)
        return done

    try:
        async with asyncio.TaskGroup() as group:
            going = group.create_task(out())
            coming = group.create_task(coming_in(_each(chunks)))
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None  # the other side was only told to end
    if going.result() != coming.result():
        raise DatabaseError(f"{table.name}: {going.result()} rows were read and {coming.result()} written")
    return coming.result()


async def tenant_tables(connection: Connection) -> dict[str, Table]:
    """Every table with a column tenant_id, by name, in an order in which rows may be copied in.

    Raises: DatabaseError for one that is not classified.
    """
    found: dict[str, Table] = {}
    for name, columns, types, key in await connection.fetch(_TABLES):
        kind = kind_of(name)
        if kind is None:
            raise DatabaseError(f"{name} has rows of tenants and nobody has said what they are: {__name__}")
        found[name] = Table(name, kind, dict(zip(columns, types, strict=True)), tuple(key))
    order = {name: place for place, name in enumerate(KINDS)}
    return dict(sorted(found.items(), key=lambda one: (order.get(one[0], len(order)), one[0])))


async def _opened(connection: Connection, tenant_id: int) -> TenantRows:
    await connection.execute(f"SET LOCAL ROLE {OWNER}")
    return TenantRows(connection, tenant_id, await tenant_tables(connection))


async def _each(chunks: asyncio.Queue[bytes | None]) -> AsyncIterator[bytes]:
    while (chunk := await chunks.get()) is not None:
        yield chunk


def _list(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.columns)


def _rows(status: str) -> int:
    return int(status.rpartition(" ")[2])
