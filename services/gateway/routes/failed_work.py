"""Work of the system that failed: shown to who administers the institution, and tried anew when they ask for it.

What is still being tried by itself after a failure is shown beside what was given up.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.tenants.commands import RetryFailedWork
from infra.database.scope import scope
from projections.reading import Page
from services.gateway.command_route import CommandRoute, Wanted
from services.gateway.register_route import AtDeskAsked, listed
from services.gateway.routing import Routes

_TROUBLED = """
SELECT kind, subject, CASE state WHEN 'failed' THEN 'given_up' ELSE 'retrying' END AS state, attempts, reason,
    made_at AS first_at, coalesce(tried_at, made_at) AS last_at, CASE state WHEN 'pending' THEN due_at END AS retry_at
FROM es.work WHERE tenant_id = $1 AND reason <> ''
UNION ALL
SELECT kind, subject, CASE retry_at WHEN 'infinity' THEN 'given_up' ELSE 'retrying' END, attempts, reason, first_at,
    last_at, nullif(retry_at, 'infinity')
FROM es.failed_work WHERE tenant_id = $1
"""
_PAGE = f"""
SELECT kind, subject, state, attempts, reason, first_at, last_at, retry_at FROM ({_TROUBLED}) troubled
WHERE ($2::timestamptz IS NULL OR (first_at, kind, subject) > ($2, $3::text, $4::text))
    AND ($6::text IS NULL OR state = $6)
ORDER BY first_at, kind, subject LIMIT $5
"""  # noqa: S608 - a part of our own
_ONE = f"SELECT kind FROM ({_TROUBLED}) troubled WHERE kind = $2 AND subject = $3"  # noqa: S608 - as above


class WorkTrouble(StrEnum):
    """What becomes of work that failed: the system tries again by itself, or not until somebody asks for it."""

    RETRYING = "retrying"
    GIVEN_UP = "given_up"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: Literal["retrying", "given_up"] | None = None


class FailedWorkView(msgspec.Struct, frozen=True):
    """One piece of work: how, about what, what becomes of it, how often it was tried, why it failed last.

    `first_at` is when it was first to be done or first failed, `last_at` the last try. `retry_at` is when the system
    tries again (what is late is being tried, or waits for its turn), none for what it has given up.
    """

    kind: str
    subject: str
    state: WorkTrouble
    attempts: int
    reason: str
    first_at: datetime
    last_at: datetime
    retry_at: datetime | None


@listed("/failed-work", "failed_work", FailedWorkView, by=Filter, past=False)
async def failed_work(asked: AtDeskAsked[Filter]) -> Page[FailedWorkView]:
    """What the system could not do for this institution and has not done since, the oldest first.

    Work in the state `retrying` is tried again by itself, `given_up` only when somebody asks for it.
    """
    desk, limit = asked.place, asked.limit
    at, kind, subject = (None, None, None) if asked.after is None else asked.after
    async with desk.reading(()) as connection:
        rows = await connection.fetch(
            _PAGE, desk.tenant.tenant_id, _instant(at), kind, subject, limit + 1, asked.chosen.state
        )
    found = [msgspec.convert(dict(row), FailedWorkView) for row in rows]
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], None if last is None else (last.first_at.isoformat(), last.kind, last.subject))


async def require_failed(wanted: Wanted) -> None:
    """Only what the list names is tried again. Raises: InvalidValue."""
    reading, tenant, command = wanted.reading, wanted.tenant, wanted.command
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
