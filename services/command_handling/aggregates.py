"""Aggregates from their streams, with two caches whose staleness can never decide anything.

An aggregate that decides is checked out: nobody else holds it until its events are stored, and a failed append throws
it away. Aggregates that are only read by others' decisions live in a cache of their own, are never mutated by a
decision, and are proved by a condition of the append.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from domain.kernel.aggregate import Aggregate, replayed
from domain.kernel.errors import StreamNotFound
from domain.kernel.event import InitialEvent
from domain.kernel.registry import Registry
from infra.eventstore.codec import restore
from infra.eventstore.interface import EventStore, LogReader, StoredEvent

Key = tuple[int, UUID]
A = TypeVar("A", bound=Aggregate)


class Held:
    """An aggregate and the position of the last event of its stream that it has seen."""

    __slots__ = ("aggregate", "position")

    def __init__(self, aggregate: Aggregate, position: int) -> None:
        self.aggregate, self.position = aggregate, position


class Cache:
    """Least recently used first out; holds at most `size` aggregates."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: OrderedDict[Key, Held] = OrderedDict()

    def take(self, key: Key) -> Held | None:
        """Check an aggregate out."""
        return self._held.pop(key, None)

    def look(self, key: Key) -> Held | None:
        """Read an aggregate without checking it out."""
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
        return held

    def put(self, key: Key, held: Held) -> None:
        """Keep an aggregate whose events are all stored."""
        self._held[key] = held
        self._held.move_to_end(key)
        while len(self._held) > self._size:
            self._held.popitem(last=False)


class Aggregates:
    """Loads aggregates of one store; `size` bounds each of the two caches."""

    def __init__(self, store: EventStore, registry: Registry, size: int = 20_000) -> None:
        self._store, self._registry = store, registry
        self._deciding, self._read = Cache(size), Cache(size)

    async def check_out(self, tenant_id: int, of: type[Aggregate], stream_id: UUID, *, fresh: bool) -> Held:
        """The aggregate for a decision. With `fresh`, everything stored so far is in it.

        Raises: StreamNotFound when the stream is empty or begins another kind of aggregate.
        """
        held = self._deciding.take((tenant_id, stream_id))
        return await self._forwarded(held, tenant_id, of, stream_id, fresh=fresh)

    def give_back(self, tenant_id: int, held: Held) -> None:
        """Keep a checked-out aggregate whose events were stored; whoever only reads it reads it anew."""
        key = (tenant_id, held.aggregate.id)
        self._deciding.put(key, held)
        self._read.take(key)

    async def read(self, tenant_id: int, of: type[Aggregate], stream_id: UUID, *, fresh: bool) -> Held:
        """The aggregate for reading only; do not let it decide.

        Raises: StreamNotFound as `check_out` does.
        """
        held = await self._forwarded(self._read.look((tenant_id, stream_id)), tenant_id, of, stream_id, fresh=fresh)
        self._read.put((tenant_id, stream_id), held)
        return held

    async def replay(
        self,
        tenant_id: int,
        of: type[A],
        stream_id: UUID,
        until: Callable[[StoredEvent], bool],
        log: LogReader | None = None,
    ) -> A:
        """A new aggregate from the leading events of the stream for which `until` holds, read from `log` if given.

        Raises: StreamNotFound also when no event of the stream qualifies.
        """
        held: Held | None = None
        for stored in await (log or self._store).read_stream(tenant_id, stream_id):
            if not until(stored):
                break
            held = self._apply(held, stored)
        if held is None or not isinstance(held.aggregate, of):
            raise StreamNotFound
        return held.aggregate

    async def _forwarded(
        self, held: Held | None, tenant_id: int, of: type[Aggregate], stream_id: UUID, *, fresh: bool
    ) -> Held:
        if held is None or fresh:
            held = await self._load(held, tenant_id, stream_id)
        if held is None or not isinstance(held.aggregate, of):
            raise StreamNotFound
        return held

    async def _load(self, held: Held | None, tenant_id: int, stream_id: UUID) -> Held | None:
        """`held` with everything stored since; None when there is nothing."""
        after = held.aggregate.version if held else 0
        loaded = await self._store.load(tenant_id, stream_id, after)
        if not loaded.runs or (held and held.aggregate.version != after):  # nothing new, or another load was faster
            return held
        aggregate = replayed(held.aggregate if held else None, stream_id, loaded.runs, self._registry)
        if aggregate is None:
            return None
        if held is None:
            return Held(aggregate, loaded.position)
        held.position = loaded.position
        return held

    def _apply(self, held: Held | None, stored: StoredEvent) -> Held:
        event = restore(self._registry, stored)
        if held is None:
            if not isinstance(event, InitialEvent):
                raise StreamNotFound
            return Held(event.mutate(None), stored.position)
        if stored.version > held.aggregate.version:
            event.mutate(held.aggregate)
            held.position = stored.position
        return held
