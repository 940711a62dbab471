"""The event store on PostgreSQL: infra/database/migrations/0001 to 0003, 0046 and 0047 hold its other half."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from uuid import UUID

import asyncpg
import msgspec

from domain.kernel.errors import HistoryCorrupt, Unavailable
from domain.kernel.message import N_
from infra.database.interface import MAIN_NODE, Connection, Database, DatabaseError, Role
from infra.eventstore import batcher, loader
from infra.eventstore.announcer import Announcer
from infra.eventstore.batcher import Batcher
from infra.eventstore.doorbell import Doorbell
from infra.eventstore.failures import AppendRefused, unavailable
from infra.eventstore.interface import Append, LogEnd, Outcome, StoredEvent, StreamSlice, TenantInactive
from infra.eventstore.lanes import Lanes
from infra.eventstore.loader import Loader
from infra.eventstore.types import TypeCatalogue

PAGE = 500  # events a subscription reads at a time
_AGAIN = 0.05  # seconds until a tenant that no node keeps is looked for again
_LOG = "SELECT * FROM es.read_log($1, $2, $3)"
_STREAM = "SELECT * FROM es.read_stream($1, $2, $3)"
_STREAMS = """SELECT r.* FROM unnest($2::uuid[]) s, LATERAL es.read_stream($1, s, 0) r WHERE r.position <= $3
    ORDER BY r.stream_id, r.version"""
_TYPES = "SELECT * FROM es.read_types($1, $2, $3, $4, $5)"
_TAG = "SELECT * FROM es.read_tag($1, $2, $3)"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes and times of a store.

    `waiting`: appends (or loads, or reads) that may wait; `poll`: seconds between looks at a log.

    Two lanes append: a third brings nothing, the tenant's lock lets one commit at a time. `moving`: seconds for which
    an append waits for a tenant that no node keeps.
    """

    waiting: int = 10_000
    append_lanes: int = 2
    load_lanes: int = 2
    read_lanes: int = 2
    poll: float = 0.1
    moving: float = 2.0


class _Node(msgspec.Struct, frozen=True):
    batcher: Batcher
    loader: Loader
    readers: Lanes
    lanes: tuple[Lanes, ...]


class PostgresEventStore:
    """`EventStore` over asyncpg. Belongs to the event loop `start` ran in.

    With `doorbell` commits are announced to the stores of other processes, and theirs heard here; without it a
    commit elsewhere is noticed within `limits.poll` seconds.
    """

    def __init__(self, database: Database, *, limits: Limits | None = None, doorbell: bool = False) -> None:
        self._database = database
        self._limits = limits or Limits()
        self._types = TypeCatalogue()
        self._announcer = Announcer()
        self._nodes: dict[str, _Node] = {}
        self._opening = asyncio.Lock()
        self._distributed = False
        self._doorbell = Doorbell(database, self._announcer) if doorbell else None

    async def start(self) -> None:
        """Open the connections to the main node and read the event types.

        Raises:
            Unavailable: the database does not let us in.
        """
        self._nodes.clear()
        node = await self._open(MAIN_NODE)
        async with node.readers.take() as connection:
            await self._types.refresh(connection)
        if self._doorbell is not None:
            await self._doorbell.start()

    async def stop(self) -> None:
        """Let flushes under way finish and close the connections; from now on every call raises Unavailable."""
        if self._doorbell is not None:
            await self._doorbell.stop()
        for node in self._nodes.values():
            await node.batcher.drain()
            for lanes in node.lanes:
                await lanes.close()

    def on_commit(self, listener: Callable[[int, int], None]) -> None:
        """Call `listener(tenant_id, last_position)` in this process after each commit; it must not block or raise."""
        self._announcer.listen(listener)

    async def append(self, append: Append) -> Outcome:
        """See `EventStore.append`."""
        await self._check(append)
        tried = self._database.placement(append.tenant_id)
        outcome = await (self._nodes.get(tried) or await self._open(tried)).batcher.submit(append)
        if isinstance(outcome, TenantInactive) and len(self._database.nodes) > 1:
            return await self._elsewhere(append, tried)
        return outcome

    async def append_many(self, appends: Sequence[Append]) -> list[Outcome]:
        """See `EventStore.append_many`. At most 256 of a tenant go together, in order, in one flush."""
        outcomes: list[Outcome | None] = [None] * len(appends)
        by_tenant: dict[int, list[int]] = {}
        for index, append in enumerate(appends):
            await self._check(append)
            by_tenant.setdefault(append.tenant_id, []).append(index)
        await asyncio.gather(*(self._append_in_order(appends, rows, outcomes) for rows in by_tenant.values()))
        return [outcome for outcome in outcomes if outcome is not None]

    async def read_stream(self, tenant_id: int, stream_id: UUID, after: int = 0) -> list[StoredEvent]:
        """See `EventStore.read_stream`."""
        async with (await self._node(tenant_id)).readers.take() as connection:
            rows = await connection.fetch(_STREAM, tenant_id, stream_id, after)
            return await self._events(connection, tenant_id, rows)

    async def read_streams(self, tenant_id: int, stream_ids: Sequence[UUID], upto: int) -> list[StoredEvent]:
        """See `EventStore.read_streams`."""
        async with (await self._node(tenant_id)).readers.take() as connection:
            rows = await connection.fetch(_STREAMS, tenant_id, list(set(stream_ids)), upto)
            return await self._events(connection, tenant_id, rows)

    async def load(self, tenant_id: int, stream_id: UUID, after: int = 0) -> StreamSlice:
        """See `EventStore.load`."""
        node = self._nodes.get(self._database.placement(tenant_id)) or await self._node(tenant_id)
        return await node.loader.load(tenant_id, stream_id, after)

    async def read_log(self, tenant_id: int, after: int, limit: int) -> list[StoredEvent]:
        """See `EventStore.read_log`."""
        async with (await self._node(tenant_id)).readers.take() as connection:
            return await self._events(connection, tenant_id, await connection.fetch(_LOG, tenant_id, after, limit))

    async def read_tag(self, tenant_id: int, tag: str, after: int = 0) -> list[StoredEvent]:
        """See `EventStore.read_tag`."""
        async with (await self._node(tenant_id)).readers.take() as connection:
            return await self._events(connection, tenant_id, await connection.fetch(_TAG, tenant_id, tag, after))

    async def read_types(
        self, tenant_id: int, type_names: Collection[str], after: int, *, limit: int, span: int
    ) -> list[StoredEvent]:
        """See `EventStore.read_types`."""
        async with (await self._node(tenant_id)).readers.take() as connection:
            if not self._types.ids.keys() >= set(type_names):
                await self._types.refresh(connection)
            numbers = [self._types.ids[name] for name in type_names if name in self._types.ids]
            rows = await connection.fetch(_TYPES, tenant_id, after, numbers, span, limit)
            return await self._events(connection, tenant_id, rows)

    async def ends(self) -> Mapping[int, LogEnd]:
        """See `EventStore.ends`. Logs of a node that is away, unless it is home, are not in it."""
        found: dict[int, LogEnd] = {}
        for name in self._database.nodes:
            try:
                async with (await self._open(name)).readers.take() as connection:
                    rows = await connection.fetch("SELECT * FROM es.ends()")
            except Unavailable:
                if name == MAIN_NODE:
                    raise
                continue
            here = (row for row in rows if self._database.placement(row[0]) == name)
            found |= {tenant_id: LogEnd(position, epoch) for tenant_id, position, epoch in here}
        return found

    async def find_command(self, tenant_id: int, command_id: UUID) -> tuple[int, int] | None:
        """See `EventStore.find_command`."""
        while True:
            asked = self._database.placement(tenant_id)
            async with (await self._open(asked)).readers.take() as connection:
                row = await connection.fetchrow("SELECT * FROM es.find_command($1, $2)", tenant_id, command_id)
            if row is not None and row[0] is not None:
                return row[0], row[1]
            await self._refresh()  # that a command is unknown is said by whoever keeps the tenant, and by nobody else
            if self._database.placement(tenant_id) == asked:
                return None

    async def head(self, tenant_id: int) -> int:
        """See `EventStore.head`."""
        async with (await self._node(tenant_id)).readers.take() as connection:
            position: int = await connection.fetchval("SELECT es.head($1)", tenant_id)
        return position

    async def wait(self, tenant_id: int, position: int, within: float) -> int:
        """See `EventStore.wait`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while True:
            head = self._announcer.head(tenant_id)
            if head < position:
                head = await self.head(tenant_id)
            remaining = until - loop.time()
            if head >= position or remaining <= 0:
                return head
            await self._announcer.beyond(tenant_id, head, min(remaining, self._limits.poll))

    async def subscribe(self, tenant_id: int, after: int) -> AsyncIterator[StoredEvent]:
        """See `EventStore.subscribe`."""
        while True:
            events = await self.read_log(tenant_id, after, PAGE)
            for event in events:
                yield event
                after = event.position
            if len(events) < PAGE:
                await self._announcer.beyond(tenant_id, after, self._limits.poll)

    async def _check(self, append: Append) -> None:
        if not append.events:
            raise AppendRefused("an append without events")
        ids = self._types.ids
        for event in append.events:
            if event.type_name not in ids:
                async with (await self._node(append.tenant_id)).readers.take() as connection:
                    await self._types.refresh(connection)
                self._types.require(event.type_name)

    async def _append_in_order(
        self, appends: Sequence[Append], rows: Sequence[int], outcomes: list[Outcome | None]
    ) -> None:
        tried = self._database.placement(appends[rows[0]].tenant_id)
        node = await self._open(tried)
        for start in range(0, len(rows), batcher.LARGEST):
            chunk = rows[start : start + batcher.LARGEST]
            futures = [node.batcher.submit(appends[i], more=i != chunk[-1]) for i in chunk]
            for index, outcome in zip(chunk, await asyncio.gather(*futures), strict=True):
                moved = isinstance(outcome, TenantInactive) and len(self._database.nodes) > 1
                outcomes[index] = await self._elsewhere(appends[index], tried) if moved else outcome

    async def _elsewhere(self, append: Append, tried: str) -> Outcome:
        """A node does not keep the tenant: find out who does, and wait a moment for one that is being moved."""
        loop, outcome = asyncio.get_running_loop(), TenantInactive()
        until = loop.time() + self._limits.moving
        while True:
            await self._refresh()
            now = self._database.placement(append.tenant_id)
            found = await (await self._open(now)).batcher.submit(append)
            if not isinstance(found, TenantInactive):
                return found
            if now == tried and loop.time() > until:
                return outcome
            tried = now
            await asyncio.sleep(_AGAIN)

    async def _refresh(self) -> None:
        if len(self._database.nodes) > 1:
            try:
                await self._database.refresh()
            except DatabaseError as error:
                raise unavailable() from error

    async def _events(
        self, connection: Connection, tenant_id: int, rows: Sequence[asyncpg.Record]
    ) -> list[StoredEvent]:
        names = self._types.names
        if any(row[4] not in names for row in rows):
            await self._types.refresh(connection)
            if unknown := {row[4] for row in rows} - names.keys():
                number = str(min(unknown))
                raise HistoryCorrupt(N_("The log holds an event of the unknown type {name}."), name=number)
        return [
            StoredEvent(tenant_id, p, ep, s, v, names[t], said, recorded, c, subject, meta, data, pii)
            for p, ep, s, v, t, said, recorded, c, subject, meta, data, pii in rows
        ]

    async def _node(self, tenant_id: int) -> _Node:
        return await self._open(self._database.placement(tenant_id))

    async def _open(self, name: str) -> _Node:
        if name in self._nodes:
            return self._nodes[name]
        async with self._opening:
            if name in self._nodes:
                return self._nodes[name]
            limits, database = self._limits, self._database
            appenders = Lanes(database, Role.APPENDER, name, limits.append_lanes, batcher.STATEMENTS)
            most = limits.waiting
            loaders = Lanes(database, Role.GATEWAY, name, limits.load_lanes, loader.STATEMENTS, most_waiting=most)
            readers = Lanes(database, Role.GATEWAY, name, limits.read_lanes, most_waiting=most)
            async with contextlib.AsyncExitStack() as undo:
                for lanes in (appenders, loaders, readers):
                    undo.push_async_callback(lanes.close)
                    await lanes.open()
                async with readers.take() as connection:
                    self._distributed = await _is_distributed(connection)
                undo.pop_all()
            self._nodes[name] = node = _Node(
                Batcher(
                    appenders,
                    self._types.ids,
                    self._committed,
                    limit=limits.waiting,
                    distributed=self._distributed,
                ),
                Loader(loaders, self._types),
                readers,
                (appenders, loaders, readers),
            )
            return node

    def _committed(self, tenant_id: int, position: int) -> None:
        self._announcer.committed(tenant_id, position)
        if self._doorbell is not None:
            self._doorbell.ring(tenant_id, position)


async def _is_distributed(connection: Connection) -> bool:
    answer: bool = await connection.fetchval("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")
    return answer
