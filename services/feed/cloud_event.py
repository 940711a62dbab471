"""An event as others are given it: CloudEvents 1.0, structured JSON, the payload byte for byte as the log holds it.

Beside the attributes that every CloudEvent has, an event says where it stands: `tenant`, `epoch` and `sequence` name
its place in a log, `streamversion` its place in the stream that is its `subject`, `leafhash` (SHA-256, base64) is the
leaf at index `sequence - 1` of that log's tree (`infra/eventstore/LEAF.md`), and `recordedtime` is when it was stored,
while `time` is when it happened. In a feed `previous` is the position up to which the reader had been told of the log:
between the two nothing is for that reader. Positions are written with 16 digits, so that they sort as texts.
"""

import base64
from functools import lru_cache

import msgspec

from domain.kernel.ids import event_id
from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of
from infra.tlog.merkle import leaf_hash

MEDIA_TYPE = "application/cloudevents+json"
BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"
TYPE_PREFIX = "xk.pakt."
"""Before the stored name of an event, as it is, so that it leads back: `consultations.ConsultationOpened.v1`."""
_ENVELOPE = (
    b'{"specversion":"1.0","id":"%b","source":%b,"type":%b,"subject":"%b","time":%b,"recordedtime":%b,"tenant":%b,'
    b'"epoch":%d,"sequence":"%016d","streamversion":%d,"leafhash":"%b"'
)
_encode = msgspec.json.Encoder().encode


class _Traced(msgspec.Struct, frozen=True):
    """Of an event's metadata what leaves with it: nothing that names who acted."""

    traceparent: str = ""


_traced = msgspec.json.Decoder(_Traced).decode


def source_of(base: str, slug: str) -> str:
    """What a log's events name as their source; `base` is the installation's address without a slash at its end."""
    return f"{base}/v1/tenants/{slug}"


def address_of(base: str, slug: str, event: StoredEvent) -> str:
    """Where one event can be read, by whom it is told to."""
    return f"{base}/v1/feed/events/{slug}/{event.epoch}/{event.position}"


def cloud_event(
    event: StoredEvent, slug: str, base: str, *, previous: int | None = None, dataref: str | None = None
) -> bytes:
    """The event of the institution `slug`; with `dataref` that address stands in the place of the payload."""
    source, tenant = _of_log(base, slug)
    envelope = _ENVELOPE % (
        str(event_id(event.command_id, event.stream_id, event.version)).encode(),
        source,
        _of_type(event.type_name),
        str(event.stream_id).encode(),
        _encode(event.occurred_at),
        _encode(event.recorded_at),
        tenant,
        event.epoch,
        event.position,
        event.version,
        base64.b64encode(leaf_hash(entry_of(event))),
    )
    parts = [envelope]
    if previous is not None:
        parts.append(b',"previous":"%016d"' % previous)
    if b'"traceparent"' in event.metadata and (parent := _traced(event.metadata).traceparent):
        parts.append(b',"traceparent":' + _encode(parent))
    if dataref is None:
        parts += [b',"datacontenttype":"application/json","data":', event.data, b"}"]
    else:
        parts += [b',"datacontenttype":"application/json","dataref":', _encode(dataref), b"}"]
    return b"".join(parts)


@lru_cache(maxsize=1_024)
def _of_log(base: str, slug: str) -> tuple[bytes, bytes]:
    return _encode(source_of(base, slug)), _encode(slug)


@lru_cache(maxsize=4_096)
def _of_type(name: str) -> bytes:
    return _encode(TYPE_PREFIX + name)
