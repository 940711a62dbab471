"""The logs as the sealer's own role reads them: one tenant at a time, and of all tenants only how long they are."""

from collections.abc import Mapping, Sequence

from infra.database.scope import scope
from infra.eventstore.replay import Envelope
from projections.connections import Connections
from projections.raw_log import RawLog

_EPOCH = "SELECT epoch FROM es.tenant_lock WHERE tenant_id = $1"


class SealerLog:
    """Over connections of the sealer's role."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._raw = RawLog(connections)

    async def read_log(self, tenant_id: int, after: int, limit: int) -> Sequence[Envelope]:
        """At most `limit` events with position > `after`, ascending, as they came from the server."""
        return await self._raw.read_log(tenant_id, after, limit)

    async def epoch(self, tenant_id: int) -> int:
        """The epoch of the tenant's log."""
        async with self._connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            epoch: int = await connection.fetchval(_EPOCH, tenant_id)
        return epoch

    async def heads(self) -> Mapping[int, int]:
        """The position of the last event of every tenant's log."""
        return {row[0]: row[1] for row in await self._connections.everywhere("SELECT * FROM es.heads()")}

    async def slug(self, tenant_id: int) -> str:
        """The tenant's slug."""
        async with self._connections.borrow(tenant_id) as connection:
            slug: str = await connection.fetchval("SELECT slug FROM es.tenant WHERE tenant_id = $1", tenant_id)
        return slug
