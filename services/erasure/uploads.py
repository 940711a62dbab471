"""Who brought which file, and what else of the log names it."""

from collections.abc import Collection
from uuid import UUID

from infra.database.scope import scope
from projections.connections import Connections

_NOTE = """
INSERT INTO es.upload (tenant_id, sha256, person_id, size) VALUES ($1, $2, $3, $4)
ON CONFLICT (tenant_id, sha256, person_id) DO NOTHING
"""
_STORED = """
SELECT coalesce(sum(u.size) FILTER (WHERE u.sha256 <> $2), 0)::bigint
FROM (SELECT sha256, max(size) AS size FROM es.upload WHERE tenant_id = $1 GROUP BY sha256) u
"""
_BY = "SELECT sha256 FROM es.upload WHERE tenant_id = $1 AND person_id = $2"
_FORGET = "DELETE FROM es.upload WHERE tenant_id = $1 AND person_id = $2"
NAMED = """
SELECT u.sha256 FROM unnest($2::text[]) u (sha256) WHERE EXISTS (
    SELECT FROM es.event e WHERE e.tenant_id = $1 AND e.position <> ALL ($3)
        AND position(u.sha256::bytea IN e.data) > 0)
"""


class Uploads:
    """Over connections of the gateway's role."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def stored(self, tenant_id: int, beside: str = "") -> int:
        """Bytes of all that was uploaded and not forgotten, each file once; without that of the hash `beside`."""
        async with self._connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            found: int = await connection.fetchval(_STORED, tenant_id, beside)
        return found

    async def note(self, tenant_id: int, sha256: str, person_id: UUID, size: int) -> None:
        """Remember that the person uploaded these bytes, and how many they are."""
        async with self._connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_NOTE, tenant_id, sha256, person_id, size)

    async def by(self, tenant_id: int, person_id: UUID) -> set[str]:
        """Hashes of what the person uploaded."""
        async with self._connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            return {row["sha256"] for row in await connection.fetch(_BY, tenant_id, person_id)}

    async def forget(self, tenant_id: int, person_id: UUID) -> None:
        """Forget what the person uploaded."""
        async with self._connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_FORGET, tenant_id, person_id)

    async def named_beside(self, tenant_id: int, hashes: Collection[str], positions: Collection[int]) -> set[str]:
        """Those of the hashes that an event at another position than these names. Reads the tenant's whole log."""
        if not hashes:
            return set()
        async with self._connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            return {row["sha256"] for row in await connection.fetch(NAMED, tenant_id, list(hashes), list(positions))}
