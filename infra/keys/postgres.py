"""Wrapped data keys of persons in `es.subject_key`, under row-level security like everything of a tenant."""

from collections.abc import Collection, Mapping
from uuid import UUID

from infra.database.lending import Lender
from infra.database.scope import scope
from infra.keys.subject_rows import ERASE

FIND = "SELECT subject_id, wrapped_dek FROM es.subject_key WHERE tenant_id = $1 AND subject_id = ANY ($2)"
ADD = """
INSERT INTO es.subject_key (tenant_id, subject_id, wrapped_dek)
SELECT $1, u.subject_id, u.wrapped FROM unnest($2::uuid[], $3::bytea[]) u (subject_id, wrapped)
ORDER BY u.subject_id
ON CONFLICT (tenant_id, subject_id) DO NOTHING
"""


class PostgresSubjectKeys:
    """Over connections of the gateway's role, which may read and add the keys of the tenant it is scoped to."""

    def __init__(self, connections: Lender) -> None:
        self.connections = connections

    async def find(self, tenant_id: int, subjects: Collection[UUID]) -> Mapping[UUID, bytes | None]:
        """As the port says."""
        async with self.connections.borrow(tenant_id) as connection, scope(connection, tenant=tenant_id):
            rows = await connection.fetch(FIND, tenant_id, list(subjects))
        return {row["subject_id"]: row["wrapped_dek"] for row in rows}

    async def add(self, tenant_id: int, wrapped: Mapping[UUID, bytes]) -> Mapping[UUID, bytes | None]:
        """As the port says; rows go in by subject, so that two callers cannot lock each other out."""
        async with self.connections.borrow(tenant_id) as connection, scope(connection, tenant=tenant_id):
            await connection.execute(ADD, tenant_id, list(wrapped), list(wrapped.values()))
            rows = await connection.fetch(FIND, tenant_id, list(wrapped))
        return {row["subject_id"]: row["wrapped_dek"] for row in rows}

    async def erase(self, tenant_id: int, subjects: Collection[UUID]) -> int:
        """As the port says."""
        async with self.connections.borrow(tenant_id) as connection, scope(connection, tenant=tenant_id):
            done: str = await connection.execute(ERASE, tenant_id, list(set(subjects)))
        return int(done.rsplit(" ", 1)[1])
