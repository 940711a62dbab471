"""Stream loads of many callers in few round trips; each tenant's rows are read under that tenant's policy."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from infra.eventstore.failures import REFUSED, AppendRefused, is_unavailable, unavailable
from infra.eventstore.interface import StoredEvent
from infra.eventstore.lanes import Lane, Lanes
from infra.eventstore.types import TypeCatalogue

LOAD_MANY = "SELECT * FROM es.load_many($1::int,$2::int[],$3::int[],$4::uuid[],$5::int[])"
STATEMENTS = (LOAD_MANY,)
SMALLEST = 8  # streams in a call when that many wait
LARGEST = 64

_ERRORS = (*REFUSED, asyncpg.InterfaceError, OSError, TimeoutError)


class _Waiting:
    __slots__ = ("after", "future", "stream_id", "tenant_id")

    def __init__(
        self, tenant_id: int, stream_id: UUID, after: int, future: "asyncio.Future[list[StoredEvent]]"
    ) -> None:
        self.tenant_id = tenant_id
        self.stream_id = stream_id
        self.after = after
        self.future = future


class Loader:
    """The queue of one node's loads."""

    def __init__(self, lanes: Lanes, types: TypeCatalogue) -> None:
        self._lanes = lanes
        self._types = types
        self._waiting: list[_Waiting] = []
        self._scheduled = False
        self._calls: set[asyncio.Task[None]] = set()
        lanes.on_free = self._wake
        lanes.on_out = self._fail_waiting

    def load(self, tenant_id: int, stream_id: UUID, after: int) -> "asyncio.Future[list[StoredEvent]]":
        """The stream's events after version `after`, ascending.

        Raises:
            Unavailable: the database has been away for a while.
        """
        if self._lanes.out:
            raise unavailable()
        future: asyncio.Future[list[StoredEvent]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(tenant_id, stream_id, after, future))
        self._wake()
        return future

    def _wake(self) -> None:
        if self._waiting and not self._scheduled and self._lanes.free:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._kick)

    def _kick(self) -> None:
        self._scheduled = False
        loop = asyncio.get_running_loop()
        while self._waiting and (lane := self._lanes.pop()) is not None:
            size = max(SMALLEST, min(LARGEST, len(self._waiting) // 2))
            batch = [w for w in self._waiting[:size] if not w.future.done()]
            del self._waiting[:size]
            if not batch:
                self._lanes.free.append(lane)
            else:
                task = loop.create_task(self._call(lane, batch))
                self._calls.add(task)
                task.add_done_callback(self._calls.discard)

    async def _call(self, lane: Lane, batch: list[_Waiting]) -> None:
        batch.sort(key=lambda w: w.tenant_id)
        try:
            await self._send(lane, batch)
        finally:
            _fail(batch, unavailable())
            self._lanes.give(lane)

    async def _send(self, lane: Lane, batch: Sequence[_Waiting]) -> None:
        tenants: list[int] = []
        counts: list[int] = []
        for entry in batch:
            if not tenants or tenants[-1] != entry.tenant_id:
                tenants.append(entry.tenant_id)
                counts.append(0)
            counts[-1] += 1
        try:
            rows = await lane.statements[0].fetch(
                tenants[0], tenants, counts, [w.stream_id for w in batch], [w.after for w in batch]
            )
        except _ERRORS as error:
            if is_unavailable(error):
                _fail(batch, unavailable(), error)
            elif len(batch) == 1:
                _fail(batch, AppendRefused(str(error)), error)
            else:
                for entry in batch:
                    await self._send(lane, [entry])
            return
        if any(row[5] not in self._types.names for row in rows):
            await self._types.refresh(lane.connection)
        self._resolve(batch, rows)

    def _resolve(self, batch: Sequence[_Waiting], rows: Sequence[asyncpg.Record]) -> None:
        found: list[list[StoredEvent]] = [[] for _ in batch]
        names = self._types.names
        for n, tenant, position, epoch, version, kind, said, recorded, command, subject, meta, data, pii in rows:
            stream = batch[n - 1].stream_id
            event = StoredEvent(
                tenant, position, epoch, stream, version, names[kind], said, recorded, command, subject, meta, data, pii
            )
            found[n - 1].append(event)
        for entry, events in zip(batch, found, strict=True):
            if not entry.future.done():
                entry.future.set_result(events)

    def _fail_waiting(self) -> None:
        batch, self._waiting = self._waiting, []
        _fail(batch, unavailable())


def _fail(batch: Sequence[_Waiting], error: Exception, cause: BaseException | None = None) -> None:
    error.__cause__ = cause
    for entry in batch:
        if not entry.future.done():
            entry.future.set_exception(error)
