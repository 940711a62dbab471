"""What changed between two positions of a log: by aggregate and field, old and new value, and who did it.

The events between are read once, and the streams they belong to; nothing else of the log. An aggregate's fields are
those that its decisions rest on, without personal data; a field is named by its JSON Pointer (RFC 6901).
"""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate
from domain.kernel.registry import Registry
from infra.eventstore.codec import decode_metadata, restore
from infra.eventstore.interface import StoredEvent
from projections.history import prove_contiguous

PAGE = 2_000
TOGETHER = 100
"""Streams that are read in one round trip, and held in memory at once."""
_ABSENT = msgspec.UNSET


class Streams(Protocol):
    """The part of the event store that is read here."""

    async def read_log(self, tenant_id: int, after: int, limit: int) -> Sequence[StoredEvent]:
        """At most `limit` events with position > `after`: contiguous, ascending; fewer only at the log's end."""
        ...

    async def read_streams(self, tenant_id: int, stream_ids: Sequence[UUID], upto: int) -> Sequence[StoredEvent]:
        """Events of several streams up to position `upto`, each stream's together and ascending by version."""
        ...


class Touch(msgspec.Struct, frozen=True):
    """An event that changed a field: `action` is its name, `role` and `basis` the mandate it was done on."""

    position: int
    action: str
    occurred_at: datetime
    actor_id: UUID
    role: str
    basis: str
    on_behalf_of: UUID | None = None


class FieldChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field's value at both ends; without `old` it was not there before, without `new` it is no more. `by` in order.

    A field that was changed and changed back stands here too: both values are then the same.
    """

    field: str
    by: tuple[Touch, ...]
    old: Any = _ABSENT
    new: Any = _ABSENT


class AggregateChange(msgspec.Struct, frozen=True):
    """What happened to one aggregate. `from_version` is 0 where it began in between."""

    stream_id: UUID
    kind: str
    from_version: int
    to_version: int
    fields: tuple[FieldChange, ...]


def state_of(aggregate: Aggregate) -> dict[str, Any]:
    """Attributes that appliers set, as JSON values."""
    kept = {name: value for name, value in vars(aggregate).items() if not name.startswith("_")}
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(kept, enc_hook=_plain))
    return plain


async def changes(
    log: Streams, registry: Registry, tenant_id: int, after: int, upto: int, reader: UUID | None = None
) -> list[AggregateChange]:
    """What the events after position `after` up to position `upto` changed, in order of the first of each aggregate.

    An aggregate in a state that the `reader` may not see counts as not there.

    Raises: HistoryCorrupt, Unavailable.
    """
    touched = await _touched(log, tenant_id, after, upto)
    found: dict[UUID, AggregateChange] = {}
    for begin in range(0, len(touched), TOGETHER):
        events = await log.read_streams(tenant_id, touched[begin : begin + TOGETHER], upto)
        for stream_id, own in itertools.groupby(events, key=lambda event: event.stream_id):
            story = _Story(registry, reader)
            for event in own:
                story.take(event, inside=event.position > after)
            if story.changed:
                found[stream_id] = story.told(stream_id)
            await asyncio.sleep(0)  # whoever shares the loop goes on
    return [found[stream_id] for stream_id in touched if stream_id in found]


async def _touched(log: Streams, tenant_id: int, after: int, upto: int) -> list[UUID]:
    streams: dict[UUID, None] = {}
    while after < upto:
        page = await log.read_log(tenant_id, after, min(PAGE, upto - after))
        if not page:
            break
        prove_contiguous(tenant_id, page, after)
        streams |= dict.fromkeys(event.stream_id for event in page)
        after = page[-1].position
    return list(streams)


class _Story:
    """One stream, folded event by event; what is compared begins with the first event inside the span."""

    def __init__(self, registry: Registry, reader: UUID | None) -> None:
        self._registry, self._reader = registry, reader
        self._aggregate: Aggregate | None = None
        self._before: dict[str, Any] = {}
        self._state: dict[str, Any] | None = None
        self._touches: dict[str, list[Touch]] = {}
        self._from_version = 0

    @property
    def changed(self) -> bool:
        """Whether a field was touched."""
        return bool(self._touches)

    def take(self, stored: StoredEvent, *, inside: bool) -> None:
        """The next event of the stream."""
        if inside and self._state is None:
            self._before = self._state = self._fields()
            self._from_version = self._aggregate.version if self._aggregate else 0
        event = restore(self._registry, stored)
        self._aggregate = event.mutate(self._aggregate)
        if not inside or self._state is None:
            return
        after = self._fields()
        before, self._state = self._state, after
        touched = [name for name in before | after if before.get(name, _ABSENT) != after.get(name, _ABSENT)]
        for name in touched:
            self._touches.setdefault(name, []).append(_touch(stored))

    def told(self, stream_id: UUID) -> AggregateChange:
        """What is to be said of the stream."""
        after = self._state or {}
        fields = tuple(
            FieldChange(name, tuple(by), self._before.get(name, _ABSENT), after.get(name, _ABSENT))
            for name, by in sorted(self._touches.items())
        )
        version = self._aggregate.version if self._aggregate else 0
        return AggregateChange(stream_id, type(self._aggregate).__name__, self._from_version, version, fields)

    def _fields(self) -> dict[str, Any]:
        if self._aggregate is None or self._aggregate.withheld_from(self._reader):
            return {}
        return dict(_flat("", state_of(self._aggregate)))


def _flat(pointer: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every leaf of a JSON value with its pointer; arrays are values, for their order has a meaning."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _flat(f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}", member)
    else:
        yield pointer, value


def _touch(stored: StoredEvent) -> Touch:
    metadata = decode_metadata(stored.metadata)
    return Touch(
        stored.position,
        stored.type_name.rpartition(".")[0],
        stored.occurred_at,
        metadata.actor,
        metadata.role,
        metadata.basis,
        metadata.on_behalf_of,
    )


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset | set):
        return sorted(str(one) for one in value)
    return vars(value) if hasattr(value, "__dict__") else str(value)
