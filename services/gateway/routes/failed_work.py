"""Work of the system that failed: shown to who administers the institution, and tried again when they ask for it."""

from datetime import datetime

import msgspec

from domain.kernel.command import Command
from domain.kernel.context import Tenant
from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.tenants.commands import RetryFailedWork
from infra.database.scope import scope
from projections.connections import Connections
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed
from services.gateway.routing import Routes

_PAGE = """
WITH failed (kind, subject, attempts, reason, first_at, last_at, retry_at) AS (
    SELECT kind, subject, attempts, reason, made_at, coalesce(tried_at, made_at), NULL::timestamptz
    FROM es.work WHERE tenant_id = $1 AND state = 'failed'
    UNION ALL
    SELECT kind, subject, attempts, reason, first_at, last_at, retry_at FROM es.failed_work WHERE tenant_id = $1
)
SELECT * FROM failed WHERE $2::timestamptz IS NULL OR (first_at, kind, subject) > ($2, $3::text, $4::text)
ORDER BY first_at, kind, subject LIMIT $5
"""
_ONE = """
SELECT kind FROM es.work WHERE tenant_id = $1 AND kind = $2 AND subject = $3 AND state = 'failed'
UNION ALL SELECT kind FROM es.failed_work WHERE tenant_id = $1 AND kind = $2 AND subject = $3
"""


class FailedWorkView(msgspec.Struct, frozen=True):
    """One piece of work: how, about what, how often it was tried, why it failed last.

    `first_at` is when it was first to be done or first failed, `last_at` the last try. `retry_at` is when the system
    tries again, none for what it has given up.
    """

    kind: str
    subject: str
    attempts: int
    reason: str
    first_at: datetime
    last_at: datetime
    retry_at: datetime | None


@listed("/failed-work", "failed_work", FailedWorkView, past=False)
async def failed_work(asked: AtDeskAsked[NoFilter]) -> Page[FailedWorkView]:
    """What the system could not do for this institution and has not done since, the oldest first."""
    desk, limit = asked.place, asked.limit
    at, kind, subject = (None, None, None) if asked.after is None else asked.after
    async with desk.reading(()) as connection:
        rows = await connection.fetch(_PAGE, desk.tenant.tenant_id, _instant(at), kind, subject, limit + 1)
    found = [FailedWorkView(*row) for row in rows]
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], None if last is None else (last.first_at.isoformat(), last.kind, last.subject))


async def require_failed(reading: Connections, tenant: Tenant, command: Command) -> None:
    """Only what the list names is tried again. Raises: InvalidValue."""
    if not isinstance(command, RetryFailedWork):
        raise TypeError(command)
    async with reading.borrow(tenant.tenant_id) as lent, scope(lent, tenant=tenant.tenant_id) as connection:
        found = await connection.fetchrow(_ONE, tenant.tenant_id, command.kind, command.subject)
    if found is None:
        raise InvalidValue("/subject", N_("No work of this kind and subject has failed."))


def _instant(of: object) -> datetime | None:
    return None if of is None else datetime.fromisoformat(str(of))


ROUTES = Routes(
    commands=(CommandRoute("/failed-work/retry", RetryFailedWork, requires=require_failed),),
    queries=(failed_work,),
)
