"""Short ways to write down appends."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

from infra.eventstore.interface import Append, Condition, NewEvent, StoredEvent

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HAPPENED = "test.Happened.v1"


def event(
    stream: UUID, version: int = 1, data: bytes = b"{}", *, tags: tuple[str, ...] = (), **rest: object
) -> NewEvent:
    return NewEvent(stream, version, str(rest.pop("type_name", HAPPENED)), data, tags=tags, **rest)


def command(
    *events: NewEvent,
    tenant: int = 1,
    command_id: UUID | None = None,
    at: datetime = NOW,
    conditions: tuple[Condition, ...] = (),
    anonymous: bool = False,
) -> Append:
    """One command; without events it starts a stream of its own. `anonymous` has no command id."""
    return Append(
        tenant_id=tenant,
        command_id=None if anonymous else command_id or uuid4(),
        occurred_at=at,
        metadata=b'{"actor":"a"}',
        events=events or (event(uuid4()),),
        conditions=conditions,
    )


def check_log(events: list[StoredEvent], after: int = 0) -> None:
    """Positions without a gap, recording times strictly rising, each stream's versions without a gap."""
    assert [e.position for e in events] == list(range(after + 1, after + 1 + len(events)))
    assert all(a.recorded_at < b.recorded_at for a, b in pairwise(events))
    versions: dict[UUID, int] = {}
    for stored in events:
        assert stored.version == versions.get(stored.stream_id, 0) + 1 or after
        assert stored.recorded_at.utcoffset() == timedelta(0)
        versions[stored.stream_id] = stored.version
