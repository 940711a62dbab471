"""The log as the auditor's own role reads it: the tenants named in the transaction, nothing to write, no way round."""

from collections.abc import Sequence
from uuid import UUID

from infra.database.scope import scope
from infra.eventstore.interface import StoredEvent
from projections.connections import Connections

_EVENTS = """SELECT e.tenant_id, e.position, e.epoch, e.stream_id, e.version, t.name, e.occurred_at, e.recorded_at,
        e.command_id, e.subject_id, e.meta, e.data, e.pii
    FROM es.event e JOIN es.event_type t ON t.type_id = e.type_id"""
_LOG = f"{_EVENTS} WHERE e.tenant_id = $1 AND e.position > $2 ORDER BY e.position LIMIT $3"
_STREAM = f"{_EVENTS} WHERE e.tenant_id = $1 AND e.stream_id = $2 AND e.version > $3 ORDER BY e.version"
_STREAMS = f"""{_EVENTS} WHERE e.tenant_id = $1 AND e.stream_id = ANY ($2) AND e.position <= $3
    ORDER BY e.stream_id, e.version"""
_TAG = f"""{_EVENTS} JOIN es.event_tag g ON g.tenant_id = e.tenant_id AND g.position = e.position
    WHERE e.tenant_id = $1 AND g.tag = $2 AND g.position > $3 ORDER BY e.position"""
_HEAD = "SELECT coalesce(max(position), 0) FROM es.event WHERE tenant_id = $1"


class AuditorLog:
    """A `LogReader` over connections of the auditor's role."""

    def __init__(self, auditing: Connections) -> None:
        self._auditing = auditing

    async def read_log(self, tenant_id: int, after: int, limit: int) -> list[StoredEvent]:
        """At most `limit` events with position > `after`: contiguous, ascending; fewer only at the log's end."""
        async with self._auditing.borrow(tenant_id) as lent, scope(lent, tenants=[tenant_id]) as connection:
            return [StoredEvent(*record) for record in await connection.fetch(_LOG, tenant_id, after, limit)]

    async def read_stream(self, tenant_id: int, stream_id: UUID, after: int = 0) -> list[StoredEvent]:
        """A stream's events with version > `after`: contiguous, ascending."""
        async with self._auditing.borrow(tenant_id) as lent, scope(lent, tenants=[tenant_id]) as connection:
            return [StoredEvent(*record) for record in await connection.fetch(_STREAM, tenant_id, stream_id, after)]

    async def read_streams(self, tenant_id: int, stream_ids: Sequence[UUID], upto: int) -> list[StoredEvent]:
        """Events of several streams up to position `upto`, each stream's together and ascending by version."""
        async with self._auditing.borrow(tenant_id) as lent, scope(lent, tenants=[tenant_id]) as connection:
            records = await connection.fetch(_STREAMS, tenant_id, list(stream_ids), upto)
            return [StoredEvent(*record) for record in records]

    async def read_tag(self, tenant_id: int, tag: str, after: int = 0) -> list[StoredEvent]:
        """All events that carry `tag` with position > `after`, ascending by position."""
        async with self._auditing.borrow(tenant_id) as lent, scope(lent, tenants=[tenant_id]) as connection:
            return [StoredEvent(*record) for record in await connection.fetch(_TAG, tenant_id, tag, after)]

    async def head(self, tenant_id: int) -> int:
        """Position of the tenant's last event, 0 for an empty log."""
        async with self._auditing.borrow(tenant_id) as lent, scope(lent, tenants=[tenant_id]) as connection:
            position: int = await connection.fetchval(_HEAD, tenant_id)
        return position
