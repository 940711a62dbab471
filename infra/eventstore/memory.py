"""The event store in this process's memory: the contract without a database, for tests and for trying things."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from uuid import UUID

from domain.kernel.event import EPOCH, Run
from infra.eventstore.announcer import Announcer
from infra.eventstore.failures import AppendRefused
from infra.eventstore.interface import (
    Append,
    Committed,
    ConditionFailed,
    Duplicate,
    LogEnd,
    NewEvent,
    Outcome,
    StoredEvent,
    StreamSlice,
    TenantInactive,
    VersionConflict,
)

_INT4 = 2**31 - 1
_INT8 = 2**63 - 1
_TICK = timedelta(microseconds=1)


def _now() -> datetime:
    return datetime.now(UTC)


class _Log:
    """One tenant's events and what is looked up in them."""

    def __init__(self) -> None:
        self.active = True
        self.events: list[StoredEvent] = []
        self.streams: dict[UUID, list[StoredEvent]] = {}
        self.tags: dict[str, list[int]] = {}
        self.commands: dict[UUID, tuple[int, int]] = {}


class MemoryEventStore:
    """`EventStore` whose logs live as long as the object. `type_names` closes the set of event types when given."""

    def __init__(
        self,
        tenants: Collection[int] = (),
        *,
        type_names: Collection[str] | None = None,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._logs: dict[int, _Log] = {}
        self._types = None if type_names is None else set(type_names)
        self._clock = clock
        self._announcer = Announcer()
        for tenant in tenants:
            self.provision(tenant)

    def provision(self, tenant_id: int) -> None:
        """Make the tenant known and active."""
        self._logs.setdefault(tenant_id, _Log()).active = True

    def close(self, tenant_id: int) -> None:
        """Take no more appends for the tenant."""
        self._logs[tenant_id].active = False

    def on_commit(self, listener: Callable[[int, int], None]) -> None:
        """Call `listener(tenant_id, last_position)` after each commit."""
        self._announcer.listen(listener)

    async def append(self, append: Append) -> Outcome:
        """See `EventStore.append`."""
        self._check(append)
        await asyncio.sleep(0)  # as with a database, other callers run before the answer is here
        return self._append(append)

    async def append_many(self, appends: Sequence[Append]) -> list[Outcome]:
        """See `EventStore.append_many`."""
        for append in appends:
            self._check(append)
        await asyncio.sleep(0)
        return [self._append(append) for append in appends]

    async def read_stream(self, tenant_id: int, stream_id: UUID, after: int = 0) -> list[StoredEvent]:
        """See `EventStore.read_stream`."""
        return self._log(tenant_id).streams.get(stream_id, [])[max(after, 0) :]

    async def read_streams(self, tenant_id: int, stream_ids: Sequence[UUID], upto: int) -> list[StoredEvent]:
        """See `EventStore.read_streams`."""
        streams = self._log(tenant_id).streams
        return [
            event
            for stream_id in sorted(set(stream_ids))
            for event in streams.get(stream_id, [])
            if event.position <= upto
        ]

    async def load(self, tenant_id: int, stream_id: UUID, after: int = 0) -> StreamSlice:
        """See `EventStore.load`."""
        found = await self.read_stream(tenant_id, stream_id, after)
        if not found:
            return StreamSlice(after, 0, [])
        runs = [_run(name, list(events)) for name, events in groupby(found, key=lambda e: e.type_name)]
        return StreamSlice(found[-1].version, found[-1].position, runs)

    async def read_log(self, tenant_id: int, after: int, limit: int) -> list[StoredEvent]:
        """See `EventStore.read_log`."""
        after = max(after, 0)
        return self._log(tenant_id).events[after : after + limit]

    async def read_tag(self, tenant_id: int, tag: str, after: int = 0) -> list[StoredEvent]:
        """See `EventStore.read_tag`."""
        log = self._log(tenant_id)
        return [log.events[position - 1] for position in log.tags.get(tag, ()) if position > after]

    async def read_types(
        self, tenant_id: int, type_names: Collection[str], after: int, *, limit: int, span: int
    ) -> list[StoredEvent]:
        """See `EventStore.read_types`."""
        looked_at = await self.read_log(tenant_id, after, span)
        return [one for one in looked_at if one.type_name in type_names or one is looked_at[-1]][:limit]

    async def ends(self) -> Mapping[int, LogEnd]:
        """See `EventStore.ends`."""
        logs = ((tenant_id, log.events) for tenant_id, log in self._logs.items())
        return {tenant_id: LogEnd(len(told), told[-1].epoch if told else 0) for tenant_id, told in logs}

    async def find_command(self, tenant_id: int, command_id: UUID) -> tuple[int, int] | None:
        """See `EventStore.find_command`."""
        return self._log(tenant_id).commands.get(command_id)

    async def head(self, tenant_id: int) -> int:
        """See `EventStore.head`."""
        return len(self._log(tenant_id).events)

    async def wait(self, tenant_id: int, position: int, within: float) -> int:
        """See `EventStore.wait`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while (head := await self.head(tenant_id)) < position and (remaining := until - loop.time()) > 0:
            await self._announcer.beyond(tenant_id, head, remaining)
        return head

    async def subscribe(self, tenant_id: int, after: int) -> AsyncIterator[StoredEvent]:
        """See `EventStore.subscribe`."""
        while True:
            for event in await self.read_log(tenant_id, after, 500):
                yield event
                after = event.position
            if after >= await self.head(tenant_id):
                await self._announcer.beyond(tenant_id, after, 3600)

    def _log(self, tenant_id: int) -> _Log:
        return self._logs.get(tenant_id) or _Log()

    def _check(self, append: Append) -> None:
        if not append.events:
            raise AppendRefused("an append without events")
        if not isinstance(append.metadata, bytes) or append.occurred_at.tzinfo is None:
            raise AppendRefused("metadata is bytes and occurred_at has a time zone")
        for event in append.events:
            self._check_event(event)
        for condition in append.conditions:
            if "\0" in condition.tag or not -_INT8 <= condition.after <= _INT8:
                raise AppendRefused("a condition that no log can meet")

    def _check_event(self, event: NewEvent) -> None:
        if self._types is not None and event.type_name not in self._types:
            raise AppendRefused(f"event type {event.type_name!r} is not registered")
        if not isinstance(event.data, bytes) or not isinstance(event.pii, bytes | None):
            raise AppendRefused("payloads are bytes")
        if not -_INT4 <= event.version <= _INT4:
            raise AppendRefused("a version beyond 31 bits")
        if len(set(event.tags)) != len(event.tags) or any("\0" in tag for tag in event.tags):
            raise AppendRefused("tags are unique and hold no NUL")

    def _append(self, append: Append) -> Outcome:
        log = self._logs.get(append.tenant_id)
        if log is None or not log.active:
            return TenantInactive()
        if append.command_id is not None and append.command_id in log.commands:
            return Duplicate(*log.commands[append.command_id])
        ends: dict[UUID, int] = {}
        for event in append.events:
            end = ends.get(event.stream_id, len(log.streams.get(event.stream_id, ())))
            if event.version != end + 1:
                return VersionConflict()
            ends[event.stream_id] = event.version
        for condition in append.conditions:
            positions = log.tags.get(condition.tag)
            if positions and positions[-1] > condition.after:
                return ConditionFailed()
        return self._store(log, append)

    def _store(self, log: _Log, append: Append) -> Committed:
        first = len(log.events) + 1
        at = self._clock()
        if log.events:
            at = max(at, log.events[-1].recorded_at + _TICK)
        for n, event in enumerate(append.events):
            stored = StoredEvent(
                append.tenant_id, first + n, 1, event.stream_id, event.version, event.type_name, append.occurred_at,
                at + n * _TICK, append.command_id, event.subject_id, append.metadata, event.data, event.pii,
            )  # fmt: skip
            log.events.append(stored)
            log.streams.setdefault(event.stream_id, []).append(stored)
            for tag in event.tags:
                log.tags.setdefault(tag, []).append(stored.position)
        last = len(log.events)
        if append.command_id is not None:
            log.commands[append.command_id] = (first, last)
        self._announcer.committed(append.tenant_id, last)
        return Committed(first, last)


def _run(type_name: str, events: Sequence[StoredEvent]) -> Run:
    times = [(e.occurred_at - EPOCH) // _TICK for e in events]
    return Run(type_name, times, [len(e.data) for e in events], b",".join([e.data for e in events]))
