"""Stream loads of many callers in few round trips; each tenant's rows are read under that tenant's policy."""

import asyncio
import struct
from collections.abc import Mapping, Sequence
from uuid import UUID

import asyncpg

from infra.eventstore.failures import LOST, REFUSED, AppendRefused, is_unavailable, leaves_in_doubt, unavailable
from infra.eventstore.interface import StreamSlice
from infra.eventstore.lanes import ANSWER_WITHIN, Lane, Lanes
from infra.eventstore.types import TypeCatalogue

LOAD_MANY = "SELECT * FROM es.load_many($1::int,$2::int[],$3::int[],$4::uuid[],$5::int[])"
STATEMENTS = (LOAD_MANY,)
SMALLEST = 8  # streams in a call when that many wait
LARGEST = 64

_HEAD = struct.Struct(">iiq")
_EPOCH_2000 = 946_684_800_000_000  # microseconds from 1970 to 2000, where PostgreSQL begins to count

_ERRORS = (*LOST, *REFUSED, asyncpg.InterfaceError, TimeoutError)


class _Waiting:
    __slots__ = ("after", "future", "stream_id", "tenant_id")

    def __init__(self, tenant_id: int, stream_id: UUID, after: int, future: "asyncio.Future[StreamSlice]") -> None:
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

    def load(self, tenant_id: int, stream_id: UUID, after: int) -> "asyncio.Future[StreamSlice]":
        """The stream's events after version `after`.

        Raises:
            Unavailable: the database has been away for a while.
        """
        if self._lanes.out:
            raise unavailable()
        future: asyncio.Future[StreamSlice] = asyncio.get_running_loop().create_future()
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
                tenants[0],
                tenants,
                counts,
                [w.stream_id for w in batch],
                [w.after for w in batch],
                timeout=ANSWER_WITHIN,
            )
        except _ERRORS as error:
            if leaves_in_doubt(error):
                lane.connection.terminate()
            if is_unavailable(error):
                _fail(batch, unavailable(), error)
            elif len(batch) == 1:
                _fail(batch, AppendRefused(str(error)), error)
            else:
                for entry in batch:
                    await self._send(lane, [entry])
            return
        try:
            self._resolve(batch, rows)
        except KeyError:  # a type that was registered since
            await self._types.refresh(lane.connection)
            self._resolve(batch, rows)

    def _resolve(self, batch: Sequence[_Waiting], rows: Sequence[asyncpg.Record]) -> None:
        found = {
            n: _slice(version, position, heads, body, self._types.names) for n, version, position, heads, body in rows
        }
        for n, entry in enumerate(batch, 1):
            if not entry.future.done():
                entry.future.set_result(found.get(n) or StreamSlice(entry.after, 0, []))

    def _fail_waiting(self) -> None:
        batch, self._waiting = self._waiting, []
        _fail(batch, unavailable())


def _fail(batch: Sequence[_Waiting], error: Exception, cause: BaseException | None = None) -> None:
    error.__cause__ = cause
    for entry in batch:
        if not entry.future.done():
            entry.future.set_exception(error)


def _slice(version: int, position: int, heads: bytes, body: bytes, names: Mapping[int, str]) -> StreamSlice:
    events: list[tuple[str, int, bytes]] = []
    start = 0
    for kind, length, at in _HEAD.iter_unpack(heads):
        end = start + length
        events.append((names[kind], at + _EPOCH_2000, body[start:end]))
        start = end
    return StreamSlice(version, position, events)
