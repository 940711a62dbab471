"""An event as the entry of its transparency log: the bytes whose hash is a leaf. LEAF.md is the specification."""

import struct
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from infra.eventstore.columns import microseconds
from infra.eventstore.interface import StoredEvent
from infra.eventstore.replay import Envelope

FORMAT = 1
HAS_COMMAND, HAS_SUBJECT, HAS_PII = 1, 2, 4

HEAD = struct.Struct(">BBIIQ16sIqq16s16sHIII")
_NONE = bytes(16)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SERVERS_EPOCH = 946_684_800_000_000  # microseconds from 1970 to 2000, where PostgreSQL begins to count


class EntryRefused(ValueError):
    """Bytes that are not an entry of this format."""


def entry_of(event: StoredEvent) -> bytes:
    """The entry of a stored event."""
    return _packed(
        event.tenant_id,
        event.type_name,
        (
            event.position, event.epoch, event.stream_id, event.version,
            microseconds(event.occurred_at), microseconds(event.recorded_at),
            event.command_id, event.subject_id, event.metadata, event.data, event.pii,
        ),
    )  # fmt: skip


def entry_of_envelope(envelope: Envelope) -> bytes:
    """The entry of an event as a whole-log reader gets it; its times are never made."""
    position, epoch, stream, version, _, occurred, recorded, *rest = envelope.raw
    at, recorded_at = int.from_bytes(occurred, signed=True), int.from_bytes(recorded, signed=True)
    row = (position, epoch, stream, version, at + _SERVERS_EPOCH, recorded_at + _SERVERS_EPOCH, *rest)
    return _packed(envelope.tenant_id, envelope.type_name, row)


def parse_entry(entry: bytes) -> StoredEvent:
    """The event that an entry is of. Raises: EntryRefused when the bytes are not exactly one entry."""
    try:
        (
            number, flags, tenant_id, epoch, position, stream, version, occurred, recorded, command, subject,
            of_type, of_meta, of_data, of_pii,
        ) = HEAD.unpack_from(entry)  # fmt: skip
        ends = [HEAD.size]
        for length in (of_type, of_meta, of_data, of_pii):
            ends.append(ends[-1] + length)
        event = StoredEvent(
            tenant_id=tenant_id,
            position=position,
            epoch=epoch,
            stream_id=UUID(bytes=stream),
            version=version,
            type_name=entry[ends[0] : ends[1]].decode(),
            occurred_at=_EPOCH + timedelta(microseconds=occurred),
            recorded_at=_EPOCH + timedelta(microseconds=recorded),
            command_id=UUID(bytes=command) if flags & HAS_COMMAND else None,
            subject_id=UUID(bytes=subject) if flags & HAS_SUBJECT else None,
            metadata=entry[ends[1] : ends[2]],
            data=entry[ends[2] : ends[3]],
            pii=entry[ends[3] : ends[4]] if flags & HAS_PII else None,
        )
    except (struct.error, UnicodeDecodeError, OverflowError) as error:
        raise EntryRefused(f"not an entry: {error}") from error
    if number != FORMAT or len(entry) != ends[-1] or entry_of(event) != entry:
        raise EntryRefused("not an entry of this format, or not the only form of it")
    return event


def differing_fields(entry: bytes, other: bytes) -> tuple[str, ...]:
    """Names of the fields in which two entries differ, in the order of the specification."""
    one, two = parse_entry(entry), parse_entry(other)
    names = (field.name for field in msgspec.structs.fields(StoredEvent))
    return tuple(name for name in names if getattr(one, name) != getattr(two, name))


def _packed(tenant_id: int, type_name: str, row: tuple[Any, ...]) -> bytes:
    """`row`: position, epoch, stream, version, both times in microseconds since 1970, command, subject, payloads."""
    position, epoch, stream_id, version, occurred, recorded, command_id, subject_id, metadata, data, pii = row
    name, sealed = type_name.encode(), pii or b""
    flags = (
        (HAS_COMMAND if command_id is not None else 0)
        | (HAS_SUBJECT if subject_id is not None else 0)
        | (HAS_PII if pii is not None else 0)
    )
    head = HEAD.pack(
        FORMAT, flags, tenant_id, epoch, position, stream_id.bytes, version, occurred, recorded,
        _NONE if command_id is None else command_id.bytes, _NONE if subject_id is None else subject_id.bytes,
        len(name), len(metadata), len(data), len(sealed),
    )  # fmt: skip
    return b"".join((head, name, metadata, data, sealed))
