"""Uses of institutions in `es.tenant_use`, each in its tenant's rows."""

import math
from collections.abc import Mapping
from typing import Any

from infra.database.lending import Lender
from infra.database.scope import scope
from infra.identity.interface import Use

_TAKE = """
INSERT INTO es.tenant_use AS u (tenant_id, what, began_at, used)
VALUES ($1, $2, to_timestamp(floor(extract(epoch FROM now()) / $4::int) * $4::int), $3)
ON CONFLICT (tenant_id, what) DO UPDATE SET began_at = greatest(u.began_at, excluded.began_at),
    used = CASE WHEN u.began_at >= excluded.began_at THEN u.used + excluded.used ELSE excluded.used END
RETURNING used, extract(epoch FROM began_at - clock_timestamp())::float + $4::int
"""
_USED = """
SELECT what, used, extract(epoch FROM began_at - clock_timestamp())::float FROM es.tenant_use WHERE tenant_id = $1
"""


class PostgresTenantUses:
    """Over connections of the gateway's role. A count does not wait until it is on disk."""

    def __init__(self, connections: Lender) -> None:
        self._connections = connections

    async def take(self, tenant_id: int, what: str, amount: int, seconds: int) -> Use:
        """As the port says."""
        async with (
            self._connections.borrow(tenant_id) as lent,
            scope(lent, tenant=tenant_id, relaxed=True) as connection,
        ):
            row = await connection.fetchrow(_TAKE, tenant_id, what, amount, seconds)
        if row is None:
            raise AssertionError(what)
        return Use(row[0], _seconds(row[1]))

    async def used(self, tenant_id: int, windows: Mapping[Any, int]) -> Mapping[str, Use]:
        """As the port says."""
        async with self._connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            rows = await connection.fetch(_USED, tenant_id)
        left = {row[0]: (row[1], row[2] + windows[row[0]]) for row in rows if row[0] in windows}
        return {what: Use(used, _seconds(ends)) for what, (used, ends) in left.items() if ends > 0}


def _seconds(left: float) -> int:
    return max(1, math.ceil(left))
