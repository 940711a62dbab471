"""How much work waits and how much has failed, per institution and kind: for figures, and for who looks for trouble."""

from collections.abc import Collection
from datetime import datetime

import msgspec

from infra.database.lending import fetch_over
from infra.telemetry.instruments import tell_failed_work, tell_waiting_work
from projections.connections import Connections
from services.bootstrap import System

_BACKLOG = """
SELECT tenant_id, kind, sum(waiting)::int, coalesce(extract(epoch FROM $2 - min(due_at)), 0)::float, sum(failed)::int,
    coalesce(extract(epoch FROM clock_timestamp() - min(failed_at)), 0)::float
FROM (
    SELECT tenant_id, kind, count(*) FILTER (WHERE state = 'pending') AS waiting,
        min(due_at) FILTER (WHERE state = 'pending' AND due_at <= $2) AS due_at,
        count(*) FILTER (WHERE state = 'failed') AS failed, min(made_at) FILTER (WHERE state = 'failed') AS failed_at
    FROM es.work WHERE tenant_id = ANY ($1) GROUP BY tenant_id, kind
    UNION ALL
    SELECT tenant_id, kind, 0, NULL, count(*), min(first_at)
    FROM es.failed_work WHERE tenant_id = ANY ($1) GROUP BY tenant_id, kind
) both_lists GROUP BY tenant_id, kind ORDER BY tenant_id, kind
"""


class Backlog(msgspec.Struct, frozen=True):
    """What an institution's work of a kind stands at.

    `waiting` is to be done, also again, and `late` the seconds since the oldest of it was due. `failed` was given up or
    refused, and `failing` the seconds since the oldest of it was first to be done.
    """

    tenant_id: int
    kind: str
    waiting: int = 0
    late: float = 0.0
    failed: int = 0
    failing: float = 0.0


async def backlogs(auditing: Connections, tenants: Collection[int], now: datetime) -> list[Backlog]:
    """Of these tenants, where there is anything; one round trip to each node. Raises: Unavailable."""
    return [Backlog(*row) for row in await fetch_over(auditing, tenants, _BACKLOG, now)]


class WorkFigures:
    """Tells what stands in the database, and once that something is over."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._told: set[tuple[int, str]] = set()

    async def look(self) -> int:
        """Tell of all institutions; of how many kinds of theirs."""
        institutions = (await self._system.handler.authority.national()).institutions.values()
        tenants = [one.tenant_id for one in institutions]
        found = await backlogs(self._system.auditing, tenants, self._system.clock.now())
        there = {(one.tenant_id, one.kind) for one in found}
        for one in (*found, *(Backlog(*key) for key in self._told - there)):
            tell_waiting_work(one.tenant_id, one.kind, one.waiting, one.late)
            tell_failed_work(one.tenant_id, one.kind, one.failed, one.failing)
        self._told = there
        return len(found)
