"""The log as the server sends it: for the projections, which look at few fields of most events."""

from collections.abc import Sequence

from infra.eventstore import replay
from infra.eventstore.replay import Envelope
from infra.eventstore.types import TypeCatalogue
from projections.connections import Connections


class RawLog:
    """A `Log` over connections of a role that may read one tenant's log."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._types = TypeCatalogue()

    async def read_log(self, tenant_id: int, after: int, limit: int) -> Sequence[Envelope]:
        """At most `limit` events with position > `after`: contiguous, ascending; fewer only at the log's end."""
        async with self._connections.borrow(tenant_id) as connection:
            return await replay.page(connection, self._types, tenant_id, after, limit)

    async def head(self, tenant_id: int) -> int:
        """Position of the tenant's last event, 0 for an empty log."""
        async with self._connections.borrow(tenant_id) as connection:
            position: int = await connection.fetchval("SELECT es.head($1)", tenant_id)
        return position
