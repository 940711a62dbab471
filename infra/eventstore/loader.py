"""Stream loads of many callers in few round trips; each tenant's rows are read under that tenant's policy."""

import asyncio
import sys
from array import array
from collections.abc import Mapping, Sequence
from itertools import compress, pairwise
from operator import ne
from typing import Any
from uuid import UUID

from domain.kernel.errors import Overloaded
from domain.kernel.event import Run
from infra.database.failures import DRIVER_ERRORS
from infra.eventstore.failures import PART, REFUSED, AppendRefused, is_unavailable, leaves_in_doubt, unavailable
from infra.eventstore.interface import StreamSlice
from infra.eventstore.lanes import ANSWER_WITHIN, Lane, Lanes
from infra.eventstore.types import TypeCatalogue
from infra.shares import Shares

LOAD_MANY = "SELECT * FROM es.load_many($1::int,$2::int[],$3::int[],$4::uuid[],$5::int[])"
LOAD_ONE = "SELECT * FROM es.load_one($1::int,$2::uuid,$3::int)"
STATEMENTS = (LOAD_MANY, LOAD_ONE)
SMALLEST = 8  # streams in a call when that many wait
LARGEST = 64

Rows = Sequence[Any]
"""A stream's number in the call from 1, then its columns."""

_ERRORS = (*DRIVER_ERRORS, *REFUSED)


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
        self._waiting = Shares[_Waiting](lanes.most_waiting)
        self._scheduled = False
        self._calls: set[asyncio.Task[None]] = set()
        lanes.on_free = self._wake
        lanes.on_out = self._fail_waiting

    def load(self, tenant_id: int, stream_id: UUID, after: int) -> "asyncio.Future[StreamSlice]":
        """The stream's events after version `after`.

        Raises:
            Unavailable: the database has been away for a while.
            Overloaded: too many of the tenant wait.
        """
        if self._lanes.out:
            raise unavailable()
        future: asyncio.Future[StreamSlice] = asyncio.get_running_loop().create_future()
        if not self._waiting.add(tenant_id, _Waiting(tenant_id, stream_id, after, future)):
            raise Overloaded(PART)
        self._wake()
        return future

    def _wake(self) -> None:
        if len(self._waiting) and not self._scheduled and self._lanes.free:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._kick)

    def _kick(self) -> None:
        self._scheduled = False
        loop = asyncio.get_running_loop()
        while len(self._waiting) and (lane := self._lanes.pop()) is not None:
            size = max(SMALLEST, min(LARGEST, len(self._waiting) // 2))
            batch = [w for w in self._taken(size) if not w.future.done()]
            if not batch:
                self._lanes.free.append(lane)
            else:
                task = loop.create_task(self._call(lane, batch))
                self._calls.add(task)
                task.add_done_callback(self._calls.discard)

    def _taken(self, most: int) -> list[_Waiting]:
        return [self._waiting.take() for _ in range(min(most, len(self._waiting)))]

    async def _call(self, lane: Lane, batch: list[_Waiting]) -> None:
        batch.sort(key=lambda w: w.tenant_id)
        try:
            await self._send(lane, batch)
        finally:
            _fail(batch, unavailable())
            self._lanes.give(lane)

    async def _send(self, lane: Lane, batch: Sequence[_Waiting]) -> None:
        try:
            rows = await (_one(lane, batch[0]) if len(batch) == 1 else _many(lane, batch))
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

    def _resolve(self, batch: Sequence[_Waiting], rows: Rows) -> None:
        found = {n: _slice(batch[n - 1].after, columns, self._types.names) for n, *columns in rows}
        for n, entry in enumerate(batch, 1):
            if not entry.future.done():
                entry.future.set_result(found.get(n) or StreamSlice(entry.after, 0, []))

    def _fail_waiting(self) -> None:
        _fail(self._taken(len(self._waiting)), unavailable())


def _fail(batch: Sequence[_Waiting], error: Exception, cause: BaseException | None = None) -> None:
    error.__cause__ = cause
    for entry in batch:
        if not entry.future.done():
            entry.future.set_exception(error)


async def _one(lane: Lane, entry: _Waiting) -> Rows:
    row = await lane.statements[1].fetchrow(entry.tenant_id, entry.stream_id, entry.after, timeout=ANSWER_WITHIN)
    return [(1, *row)] if row is not None and row[0] is not None else []


async def _many(lane: Lane, batch: Sequence[_Waiting]) -> Rows:
    tenants: list[int] = []
    counts: list[int] = []
    for entry in batch:
        if not tenants or tenants[-1] != entry.tenant_id:
            tenants.append(entry.tenant_id)
            counts.append(0)
        counts[-1] += 1
    streams, afters = [w.stream_id for w in batch], [w.after for w in batch]
    return await lane.statements[0].fetch(tenants[0], tenants, counts, streams, afters, timeout=ANSWER_WITHIN)


def _slice(after: int, columns: Sequence[Any], names: Mapping[int, str]) -> StreamSlice:
    """The columns of a stream; array and list operations only, since one by one is what takes the time."""
    position, types, lengths, times, body = columns
    kinds, sizes, ats = _numbers("i", types), _numbers("i", lengths), _numbers("q", times)
    ends = [*compress(range(1, len(kinds)), map(ne, kinds, kinds[1:])), len(kinds)]
    runs: list[Run] = []
    begin = 0
    for start, end in pairwise([0, *ends]):
        stop = begin + sum(sizes[start:end]) + end - start - 1  # a comma between two
        runs.append(Run(names[kinds[start]], ats[start:end], sizes[start:end], body[begin:stop]))
        begin = stop + 1
    return StreamSlice(after + len(kinds), position, runs)


def _numbers(code: str, data: bytes) -> "array[int]":
    numbers = array(code, data)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
