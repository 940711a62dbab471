"""Between the store's bytes and the domain's events."""

from uuid import UUID

import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.event import Event, Metadata, RecordedEvent
from domain.kernel.message import N_
from domain.kernel.registry import Registry
from infra.eventstore.interface import NewEvent, StoredEvent

_metadata = msgspec.json.Decoder(Metadata)
_encoder = msgspec.json.Encoder()


def encode_metadata(metadata: Metadata) -> bytes:
    """Metadata as JSON; defaults are left out."""
    return _encoder.encode(metadata)


def decode_metadata(data: bytes) -> Metadata:
    """Metadata of a stored event. Raises: HistoryCorrupt."""
    try:
        return _metadata.decode(data)
    except msgspec.DecodeError as error:
        raise HistoryCorrupt(N_("The metadata of an event cannot be read: {error}."), error=str(error)) from error


def restore(registry: Registry, stored: StoredEvent) -> Event:
    """The event with its envelope, ready to be applied to its aggregate. Raises: HistoryCorrupt."""
    return registry.restore(stored.type_name, stored.data, stored.stream_id, stored.version, stored.occurred_at)


def recorded(registry: Registry, stored: StoredEvent) -> RecordedEvent:
    """The event with its whole envelope, as projections read it. Raises: HistoryCorrupt."""
    return RecordedEvent(
        tenant_id=stored.tenant_id,
        epoch=stored.epoch,
        position=stored.position,
        stream_id=stored.stream_id,
        version=stored.version,
        type_name=stored.type_name,
        occurred_at=stored.occurred_at,
        recorded_at=stored.recorded_at,
        command_id=stored.command_id,
        subject_id=stored.subject_id,
        metadata=decode_metadata(stored.metadata),
        event=restore(registry, stored),
        pii=stored.pii,
    )


def new_event(registry: Registry, event: Event, *, pii: bytes | None, tags: tuple[str, ...]) -> NewEvent:
    """A stamped event as the store takes it; the first subject is the one the row is indexed by."""
    stream_id: UUID = event.__dict__["originator_id"]
    return NewEvent(
        stream_id=stream_id,
        version=event.__dict__["originator_version"],
        type_name=event.TOPIC,
        data=registry.encode(event),
        subject_id=event.personal[0].subject_id if event.personal else None,
        pii=pii,
        tags=tags,
    )
