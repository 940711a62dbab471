"""Work that could not be done: kept with its reason until it is, for everybody to see (`es.failed_work`)."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from domain.kernel.errors import PaktError
from infra.database.lending import fetch_over
from infra.database.scope import scope
from projections.connections import Connections

_RECORD = """
INSERT INTO es.failed_work AS f (tenant_id, kind, subject, reason, retry_at)
VALUES ($1, $2, $3, $4, now() + interval '5 seconds')
ON CONFLICT (tenant_id, kind, subject) DO UPDATE SET
    attempts = f.attempts + 1, reason = excluded.reason, last_at = now(),
    retry_at = now() + least(interval '1 hour', interval '5 seconds' * power(2, least(f.attempts, 10)))
"""
_SETTLE = "DELETE FROM es.failed_work WHERE tenant_id = $1 AND kind = $2 AND subject = ANY ($3)"
_LIST = """
SELECT tenant_id, kind, subject, attempts, reason, first_at, last_at, nullif(retry_at, 'infinity')
FROM es.failed_work WHERE tenant_id = ANY ($1) ORDER BY tenant_id, first_at, kind, subject
"""
_DUE = "UPDATE es.failed_work SET retry_at = now() WHERE tenant_id = $1 AND kind = $2 AND subject = $3"
_GIVE_UP = """
UPDATE es.failed_work SET retry_at = 'infinity' WHERE tenant_id = $1 AND kind = $2 AND subject = $3
"""
_SOON = """
UPDATE es.failed_work SET retry_at = now()
WHERE tenant_id = $1 AND kind = ANY ($2) AND subject LIKE $3 AND retry_at > now() AND retry_at < 'infinity'
"""
_TRIABLE = """
SELECT tenant_id, kind, subject, attempts, reason, first_at, last_at, nullif(retry_at, 'infinity')
FROM es.failed_work WHERE tenant_id = ANY ($1) AND kind = ANY ($2) AND (retry_at <= now()) = $3
ORDER BY tenant_id, first_at, kind, subject
"""
_FIND = """
SELECT tenant_id, kind, subject, attempts, reason, first_at, last_at, nullif(retry_at, 'infinity')
FROM es.failed_work WHERE tenant_id = $1 AND kind = $2 AND subject = $3
"""


class FailedWork(msgspec.Struct, frozen=True):
    """One piece of work that failed: what it was about, how often it was tried, why it failed last, when it is due.

    What was given up is not due at any time.
    """

    tenant_id: int
    kind: str
    subject: str
    attempts: int
    reason: str
    first_at: datetime
    last_at: datetime
    retry_at: datetime | None


class Failures:
    """`keeping` lends connections of the projector's role, `auditing` of the auditor's."""

    def __init__(self, keeping: Connections, auditing: Connections) -> None:
        self._keeping, self._auditing = keeping, auditing

    async def record(self, tenant_id: int, kind: str, subject: str, reason: str) -> None:
        """Note a failure; it is due again after 5 seconds, then 10, 20 and so on up to an hour."""
        async with self._keeping.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_RECORD, tenant_id, kind, subject, reason[:1000])

    async def settle(self, tenant_id: int, kind: str, subjects: Collection[str]) -> None:
        """The work is done, or no longer to be done."""
        async with self._keeping.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_SETTLE, tenant_id, kind, list(subjects))

    async def find(self, tenant_id: int, kind: str, subject: str) -> FailedWork | None:
        """What is failing by that name."""
        async with self._auditing.borrow(tenant_id) as lent, scope(lent, tenants=[tenant_id]) as connection:
            row = await connection.fetchrow(_FIND, tenant_id, kind, subject)
        return None if row is None else FailedWork(*row)

    async def make_due(self, tenant_id: int, kind: str, subject: str) -> None:
        """Whoever does this work finds that its time has come."""
        async with self._keeping.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_DUE, tenant_id, kind, subject)

    async def give_up(self, tenant_id: int, kind: str, subject: str) -> None:
        """It is not tried again unless somebody asks for it."""
        async with self._keeping.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_GIVE_UP, tenant_id, kind, subject)

    async def make_due_with(self, tenant_id: int, kinds: Collection[str], ending: str) -> None:
        """As `make_due`, of all work of these kinds whose subject ends so."""
        async with self._keeping.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_SOON, tenant_id, list(kinds), f"%{ending}")

    async def due(self, tenants: Collection[int], kinds: Collection[str]) -> list[FailedWork]:
        """Whose time for another try has come, the oldest of each tenant first."""
        return await self._of(tenants, kinds, due=True)

    async def waiting(self, tenants: Collection[int], kinds: Collection[str]) -> list[FailedWork]:
        """What is not to be tried yet."""
        return await self._of(tenants, kinds, due=False)

    async def _of(self, tenants: Collection[int], kinds: Collection[str], *, due: bool) -> list[FailedWork]:
        return [FailedWork(*row) for row in await fetch_over(self._auditing, tenants, _TRIABLE, list(kinds), due)]

    async def all(self, tenants: Collection[int]) -> list[FailedWork]:
        """What is failing in these tenants, the oldest of each first."""
        return [FailedWork(*row) for row in await fetch_over(self._auditing, tenants, _LIST)]


def reason_of(error: Exception) -> str:
    """Why, in words that hold no personal data: a refusal's code and sentence, of any other error only its kind."""
    return f"{error.code}: {error.message}" if isinstance(error, PaktError) else type(error).__name__
