"""Appends of many callers in few transactions: what arrives while a flush is under way is the next flush.

No timer: a flush takes what waits, one command per tenant and turn, up to half of all that are here, waiting or under
way, so that two flushes of one size share the work of encoding and of writing. A second one leaves only when it
would carry as many as the first: a flush costs the server as much as thirty commands before the first of its own, and
two that meet at a tenant's lock are one after the other anyway. A tenant that floods flies apart from the others, so
that theirs is never the flush that waits for its lock or is long because of it. Each command has an outcome of its own.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import cast

import asyncpg

from domain.kernel.errors import Overloaded
from infra.database.failures import DRIVER_ERRORS
from infra.eventstore.columns import APPEND, APPEND_ONE, Columns, one_arguments
from infra.eventstore.failures import PART, REFUSED, AppendRefused, is_unavailable, leaves_in_doubt, unavailable
from infra.eventstore.interface import (
    Append,
    Committed,
    ConditionFailed,
    Duplicate,
    Outcome,
    TenantInactive,
    VersionConflict,
)
from infra.eventstore.lanes import ANSWER_WITHIN, Lane, Lanes
from infra.shares import has_room
from infra.telemetry.instruments import count_flush
from infra.telemetry.spans import current_context

STATEMENTS = (APPEND, APPEND_ONE)
SMALLEST = 16  # commands in a flush when that many wait
LARGEST = 256
FLOOD = 64  # commands of one tenant that wait beyond which it floods; as many it may send at once beside the others
DOUBT = 64  # flushes that look first after one whose key was taken: whoever repeats commands repeats many

_TAKEN = frozenset({asyncpg.UniqueViolationError.sqlstate, "PK003"})
_LOOK_EVERY = 0.02  # seconds, while draining
_FIRST = asyncio.FIRST_COMPLETED
_REFUSALS: dict[str, Outcome] = {"v": VersionConflict(), "c": ConditionFailed(), "t": TenantInactive()}
_ERRORS = (*DRIVER_ERRORS, *REFUSED)


class Waiting:
    """An append and whom to tell. `more`: the next one in the tenant's queue belongs into the same flush."""

    __slots__ = ("append", "context", "future", "more")

    def __init__(self, append: Append, future: "asyncio.Future[Outcome]", *, more: bool) -> None:
        self.append = append
        self.context = current_context()
        self.future = future
        self.more = more


class Batcher:
    """The queue of one node. `committed` is called with tenant and last position after each commit."""

    def __init__(
        self,
        lanes: Lanes,
        types: Mapping[str, int],
        committed: Callable[[int, int], None],
        *,
        limit: int,
        distributed: bool,
    ) -> None:
        self._lanes = lanes
        self._types = types
        self._committed = committed
        self._limit = limit
        self._distributed = distributed
        self._queues: dict[int, deque[Waiting]] = {}
        self._calm: deque[int] = deque()
        self._floods: deque[int] = deque()
        self._waiting = 0
        self._under_way = 0
        self._calm_flights = 0
        self._calm_left_last = False
        self._doubtful = 0
        self._scheduled = False
        self._flushes: set[asyncio.Task[None]] = set()
        lanes.on_free = self._wake
        lanes.on_out = self._fail_waiting

    @property
    def waiting(self) -> int:
        """Appends that are not yet under way."""
        return self._waiting

    def submit(self, append: Append, *, more: bool = False) -> "asyncio.Future[Outcome]":
        """Queue an append. The future may be cancelled; the append, once under way, may not.

        Raises:
            Overloaded: too many of the tenant wait; of one that floods half of what may wait in all.
            Unavailable: the database has been away for a while.
        """
        queue = self._queues.get(append.tenant_id)
        if not has_room(0 if queue is None else len(queue), self._waiting, self._limit):
            raise Overloaded(PART)
        if self._lanes.out:
            raise unavailable()
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        if queue is None:
            self._queues[append.tenant_id] = queue = deque()
            self._calm.append(append.tenant_id)
        queue.append(Waiting(append, future, more=more))
        self._waiting += 1
        self._wake()
        return future

    async def drain(self) -> None:
        """Return when nothing waits and no flush is under way; while the database is away, those who wait are told."""
        while self._flushes or (self._waiting and not self._lanes.out):
            await asyncio.wait({*self._flushes, asyncio.ensure_future(asyncio.sleep(_LOOK_EVERY))}, return_when=_FIRST)
        self._fail_waiting()

    def _wake(self) -> None:
        if self._worth_it() and not self._scheduled and self._lanes.free:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._kick)

    def _worth_it(self) -> bool:
        """Whether what waits should leave now, rather than with those who come until the flush under way is back."""
        return self._waiting > 0 and (self._waiting >= min(self._under_way, LARGEST // 2) or self._calm_is_held_up)

    @property
    def _calm_is_held_up(self) -> bool:
        """Whether somebody waits beside a flood and nobody like him is under way."""
        return bool(self._floods and self._calm) and not self._calm_flights

    def _is_calms_turn(self) -> bool:
        """Who leaves next; on the only lane that is left both take turns."""
        if not (self._floods and self._calm):
            return bool(self._calm)
        return not self._calm_flights and not (self._calm_left_last and not self._under_way)

    def _kick(self) -> None:
        self._scheduled = False
        loop = asyncio.get_running_loop()
        while self._worth_it() and (lane := self._lanes.pop()) is not None:
            calm = self._is_calms_turn()
            batch = self._pick(self._calm if calm else self._floods, self._size(calm=calm))
            if not batch:
                self._lanes.free.append(lane)
            else:
                self._under_way += len(batch)
                self._calm_flights += calm
                self._calm_left_last = calm
                task = loop.create_task(self._flush(lane, batch, calm=calm))
                self._flushes.add(task)
                task.add_done_callback(self._flushes.discard)

    def _size(self, *, calm: bool) -> int:
        if not calm and (self._calm or self._calm_flights):
            return FLOOD
        return max(SMALLEST, min(LARGEST, (self._waiting + self._under_way + 1) // 2))

    def _pick(self, turns: deque[int], size: int) -> list[Waiting]:
        """One command of each tenant in turn; whose caller has gone is dropped, nothing of it was sent."""
        batch: list[Waiting] = []
        queues = self._queues
        while turns and len(batch) < size:
            tenant = turns.popleft()
            queue = queues[tenant]
            if turns is self._calm and len(queue) > FLOOD:
                self._floods.append(tenant)
                continue
            more = True
            while more and queue:
                entry = queue.popleft()
                self._waiting -= 1
                more = entry.more
                if not entry.future.done():
                    batch.append(entry)
            if queue:
                turns.append(tenant)
            else:
                del queues[tenant]
        if turns is self._floods:
            self._calm.extend(tenant for tenant in turns if len(queues[tenant]) <= FLOOD)
            self._floods = deque(tenant for tenant in turns if len(queues[tenant]) > FLOOD)
        return batch

    async def _flush(self, lane: Lane, batch: list[Waiting], *, calm: bool) -> None:
        batch.sort(key=_tenant)  # stable: order inside a tenant survives
        began, count = monotonic(), len(batch)
        try:
            await self._send(lane, batch)
            count_flush(count, monotonic() - began, batch[0].context)
        finally:
            self._under_way -= count
            self._calm_flights -= calm
            _fail(batch, unavailable)  # whoever is not told by now: a cancelled flush, an error nobody foresaw
            self._lanes.give(lane)
            self._wake()  # a broken lane does not come back at once: the other may take what waited for this one

    async def _send(self, lane: Lane, batch: list[Waiting]) -> None:
        try:
            if len(batch) == 1 and await self._send_one(lane, batch[0]):
                return
            columns = Columns(self._types, self._distributed).fill([w.append for w in batch])
            row = await self._ask(lane, columns)
        except _ERRORS as error:
            if leaves_in_doubt(error):
                lane.connection.terminate()
            if is_unavailable(error):
                _fail(batch, unavailable, error)
            elif len(batch) == 1:
                refusal = AppendRefused(str(error))
                _fail(batch, lambda: refusal, error)
            else:  # one of them is at fault: halve until it stands alone
                half = len(batch) // 2
                await self._send(lane, batch[:half])
                await self._send(lane, batch[half:])
            return
        assert row is not None  # noqa: S101 (a function with OUT parameters always answers one row)
        self._resolve(batch, columns, row)

    async def _ask(self, lane: Lane, columns: Columns) -> asyncpg.Record | None:
        """One flush, hoping that no key of it is taken; one that is undoes it, and it is sent again to look first."""
        ask = lane.statements[0].fetchrow
        if self._doubtful:
            self._doubtful -= 1
        elif columns.plain:
            try:
                return await ask(*columns.arguments(hope=True), timeout=ANSWER_WITHIN)
            except asyncpg.PostgresError as error:
                if error.sqlstate not in _TAKEN:
                    raise
                self._doubtful = DOUBT
        return await ask(*columns.arguments(hope=False), timeout=ANSWER_WITHIN)

    async def _send_one(self, lane: Lane, entry: Waiting) -> bool:
        arguments = one_arguments(entry.append, self._types)
        if arguments is None:
            return False
        row = await lane.statements[1].fetchrow(*arguments, timeout=ANSWER_WITHIN)
        assert row is not None  # noqa: S101 (as above)
        self._tell(entry, row[0], row[1], row[2])
        if row[0] == "o":
            self._committed(entry.append.tenant_id, row[2])
        return True

    def _resolve(self, batch: Sequence[Waiting], columns: Columns, row: asyncpg.Record) -> None:
        status, first, last = row
        ends: dict[int, int] = {}
        if status is None:
            for entry, tn, ordinal, count in zip(batch, columns.c_tn, columns.c_ord, columns.c_n, strict=True):
                start = first[tn - 1] + ordinal
                ends[tn] = end = start + count - 1
                if not entry.future.done():
                    entry.future.set_result(Committed(start, end))
        else:
            for index, entry in enumerate(batch):
                self._tell(entry, status[index], first[index], last[index])
                if status[index] == "o":
                    ends[columns.c_tn[index]] = cast("int", last[index])
        for tn, end in ends.items():
            self._committed(columns.t_id[tn - 1], end)

    def _tell(self, entry: Waiting, letter: str, first: int, last: int) -> None:
        if entry.future.done():
            return
        if letter == "o":
            entry.future.set_result(Committed(first, last))
        elif letter == "d":
            entry.future.set_result(Duplicate(first, last))
        else:
            entry.future.set_result(_REFUSALS[letter])

    def _fail_waiting(self) -> None:
        while self._waiting:
            _fail(self._pick(self._calm or self._floods, self._waiting), unavailable)


def _tenant(entry: Waiting) -> int:
    return entry.append.tenant_id


def _fail(batch: Sequence[Waiting], make: Callable[[], Exception], cause: BaseException | None = None) -> None:
    for entry in batch:
        if not entry.future.done():
            error = make()
            error.__cause__ = cause
            entry.future.set_exception(error)
