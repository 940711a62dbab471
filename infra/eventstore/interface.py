"""The event store's port: what a log of one tenant promises, whoever keeps it.

Every adapter runs the same contract suite (`tests/contracts/test_eventstore.py`). The store moves bytes: it knows
nothing of event classes, of commands as types, or of what a tag means.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from domain.kernel.event import Run


class NewEvent(msgspec.Struct, frozen=True):
    """An event that asks to be stored. `version` counts 1, 2, 3 … within its stream; `tags` are unique."""

    stream_id: UUID
    version: int
    type_name: str
    data: bytes
    subject_id: UUID | None = None
    pii: bytes | None = None
    tags: tuple[str, ...] = ()


class Condition(msgspec.Struct, frozen=True):
    """Holds while no event tagged `tag` stands after position `after` (a dynamic consistency boundary)."""

    tag: str
    after: int


class Append(msgspec.Struct, frozen=True):
    """One command's events, stored together or not at all.

    `events` is never empty; events of one stream are in order of version and the first of them expects the stream to
    end at `version - 1`. `occurred_at` is UTC. `command_id` makes the append idempotent for ever.
    """

    tenant_id: int
    command_id: UUID | None
    occurred_at: datetime
    metadata: bytes
    events: tuple[NewEvent, ...]
    conditions: tuple[Condition, ...] = ()


class Committed(msgspec.Struct, frozen=True):
    """The events are on disk at positions `first` to `last` of the tenant's log."""

    first: int
    last: int


class Duplicate(msgspec.Struct, frozen=True):
    """The command id was stored before, at positions `first` to `last`; nothing was added now."""

    first: int
    last: int


class VersionConflict(msgspec.Struct, frozen=True):
    """A stream did not end where the command expected; nothing was added."""


class ConditionFailed(msgspec.Struct, frozen=True):
    """A tagged event stands after the position the command had seen; nothing was added."""


class TenantInactive(msgspec.Struct, frozen=True):
    """The tenant is unknown, moving or closed; nothing was added."""


Outcome = Committed | Duplicate | VersionConflict | ConditionFailed | TenantInactive


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """An event as the log keeps it. `position` counts 1, 2, 3 … within the tenant without a gap; times are UTC.

    `recorded_at` rises strictly with `position`; `occurred_at` is what the command said.
    """

    tenant_id: int
    position: int
    epoch: int
    stream_id: UUID
    version: int
    type_name: str
    occurred_at: datetime
    recorded_at: datetime
    command_id: UUID | None
    subject_id: UUID | None
    metadata: bytes
    data: bytes
    pii: bytes | None


class StreamSlice(msgspec.Struct, frozen=True, gc=False):
    """Consecutive events of a stream with nothing but what folding them takes.

    `runs` are its events in order, neighbours of one type together; the last of them has version `version` and stands
    at `position`. Without events `version` is the one asked for and `position` 0.
    """

    version: int
    position: int
    runs: list[Run]


class LogEnd(msgspec.Struct, frozen=True, gc=False):
    """Where a log ends: the position and the epoch of its last event, both 0 for an empty log."""

    position: int
    epoch: int


class LogReader(Protocol):
    """The part of the event store that shows events: whoever reads in another role than the store's has it too."""

    async def read_stream(self, tenant_id: int, stream_id: UUID, after: int = 0) -> list[StoredEvent]:
        """See `EventStore.read_stream`."""
        ...

    async def read_streams(self, tenant_id: int, stream_ids: Sequence[UUID], upto: int) -> list[StoredEvent]:
        """See `EventStore.read_streams`."""
        ...

    async def read_log(self, tenant_id: int, after: int, limit: int) -> list[StoredEvent]:
        """See `EventStore.read_log`."""
        ...

    async def read_tag(self, tenant_id: int, tag: str, after: int = 0) -> list[StoredEvent]:
        """See `EventStore.read_tag`."""
        ...

    async def head(self, tenant_id: int) -> int:
        """See `EventStore.head`."""
        ...


class EventStore(Protocol):
    """Append-only logs, one per tenant.

    Raises, from every method: `domain.kernel.errors.Unavailable` when the database cannot be reached or the outcome is
    unknown (repeat with the same command id), `domain.kernel.errors.Overloaded` when too many appends wait.
    """

    async def append(self, append: Append) -> Outcome:
        """Store one command's events durably, or say why not.

        The caller may be cancelled; the append may then still be stored, never in part.
        """
        ...

    async def append_many(self, appends: Sequence[Append]) -> list[Outcome]:
        """Store several commands; outcomes in the given order, each decided on its own as if sent one by one."""
        ...

    async def read_stream(self, tenant_id: int, stream_id: UUID, after: int = 0) -> list[StoredEvent]:
        """A stream's events with version > `after`: contiguous, ascending, complete to the last commit."""
        ...

    async def read_streams(self, tenant_id: int, stream_ids: Sequence[UUID], upto: int) -> list[StoredEvent]:
        """Events of several streams up to position `upto`, in one round trip: each stream's together, by version."""
        ...

    async def load(self, tenant_id: int, stream_id: UUID, after: int = 0) -> StreamSlice:
        """What `read_stream` reads, lean, for rehydrating aggregates; waiting loads share a round trip."""
        ...

    async def read_log(self, tenant_id: int, after: int, limit: int) -> list[StoredEvent]:
        """At most `limit` events with position > `after`: contiguous, ascending; fewer only at the log's end."""
        ...

    async def read_types(
        self, tenant_id: int, type_names: Collection[str], after: int, *, limit: int, span: int
    ) -> list[StoredEvent]:
        """Events of these types with position > `after`, ascending, among the `span` positions after it.

        With them the last event that was looked at, whatever its type; whoever goes on after the last of them (at most
        `limit`, none only at the log's end) misses none. A type that no log knows is no error.
        """
        ...

    async def ends(self) -> Mapping[int, LogEnd]:
        """Where the log of every tenant ends, by tenant id."""
        ...

    def on_commit(self, listener: Callable[[int, int], None]) -> None:
        """Call `listener(tenant_id, last_position)` after each commit heard of; it must not block or raise.

        A hint: commits elsewhere may be missed. The listener is held for as long as the store is.
        """
        ...

    async def read_tag(self, tenant_id: int, tag: str, after: int = 0) -> list[StoredEvent]:
        """All events that carry `tag` with position > `after`, ascending by position."""
        ...

    async def find_command(self, tenant_id: int, command_id: UUID) -> tuple[int, int] | None:
        """First and last position of the command's events, or None when it was never stored."""
        ...

    async def head(self, tenant_id: int) -> int:
        """Position of the tenant's last event, 0 for an empty log."""
        ...

    async def wait(self, tenant_id: int, position: int, within: float) -> int:
        """The head, once it has reached `position` or `within` seconds have passed."""
        ...

    def subscribe(self, tenant_id: int, after: int) -> AsyncIterator[StoredEvent]:
        """Every event after `after`, in order, first the stored ones and then new ones as they commit; never ends."""
        ...
