"""Wrapped keys of persons in the open transaction in which a tenant's rows have come in."""

from collections.abc import AsyncIterator, Collection, Mapping
from uuid import UUID

from infra.database.tenant_rows import TenantRows
from infra.keys.subject_rows import ERASE

PAGE = 1_000
_OPEN = """
SELECT subject_id FROM es.subject_key WHERE tenant_id = $1 AND subject_id = ANY ($2) AND wrapped_dek IS NOT NULL
"""
_PAGE = """
SELECT subject_id, wrapped_dek FROM es.subject_key
 WHERE tenant_id = $1 AND subject_id > $2 AND wrapped_dek IS NOT NULL ORDER BY subject_id LIMIT $3
"""
_PUT = """
UPDATE es.subject_key k SET wrapped_dek = u.wrapped FROM unnest($2::uuid[], $3::bytea[]) u (subject_id, wrapped)
 WHERE k.tenant_id = $1 AND k.subject_id = u.subject_id
"""


class ArrivedKeys:
    """The keys of the tenant whose rows they are."""

    def __init__(self, rows: TenantRows) -> None:
        self._connection, self._tenant_id = rows.connection, rows.tenant_id

    async def there(self, subjects: Collection[UUID]) -> list[UUID]:
        """Those of the persons who have a key that was not destroyed."""
        return [row[0] for row in await self._connection.fetch(_OPEN, self._tenant_id, list(subjects))]

    async def erase(self, subjects: Collection[UUID]) -> None:
        """Destroy the persons' keys, also of those who have none yet."""
        await self._connection.execute(ERASE, self._tenant_id, list(set(subjects)))

    async def pages(self) -> AsyncIterator[dict[UUID, bytes]]:
        """Every wrapped key, some at a time; those of a page may be replaced before the next is asked for."""
        after = UUID(int=0)
        while page := await self._connection.fetch(_PAGE, self._tenant_id, after, PAGE):
            yield {row[0]: row[1] for row in page}
            after = page[-1][0]

    async def replace(self, wrapped: Mapping[UUID, bytes]) -> None:
        """Keep these in place of those that came."""
        await self._connection.execute(_PUT, self._tenant_id, list(wrapped), list(wrapped.values()))
