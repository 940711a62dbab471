"""Figures of what stands still: streams set aside, deadlines nobody acted on, heads nobody cosigned."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from infra.database.lending import fetch_over
from infra.telemetry.instruments import tell_overdue, tell_parked, tell_unwitnessed
from services.bootstrap import System
from services.cosignatures import cosigning
from services.epochs import current
from services.worker.clocks import times
from services.worker.overdue import OVERDUE

_PARKED = "SELECT tenant_id, name, count(*)::int FROM es.parked WHERE tenant_id = ANY ($1) GROUP BY tenant_id, name"
_LATEST = f"""
SELECT d.tenant_id, max(extract(epoch FROM c.now - d.due_at))::float
{OVERDUE}
GROUP BY d.tenant_id
"""  # noqa: S608 - a constant condition


class Standing:
    """Tells what stands in the database, and once that something is over."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._parked: set[tuple[int, str]] = set()
        self._overdue: set[int] = set()
        self._unwitnessed: set[int] = set()

    async def look(self) -> int:
        """Tell of all institutions; of how much. Raises: Unavailable."""
        now = await times(self._system)
        tenants = list(now)
        if not tenants:
            return 0
        auditing = self._system.auditing
        parked = {(row[0], row[1]): row[2] for row in await fetch_over(auditing, tenants, _PARKED)}
        found = await fetch_over(auditing, tenants, _LATEST, tenants, list(now.values()))
        overdue = {row[0]: row[1] for row in found}
        for tenant_id, name in self._parked | parked.keys():
            tell_parked(tenant_id, name, parked.get((tenant_id, name), 0))
        for tenant_id in self._overdue | overdue.keys():
            tell_overdue(tenant_id, overdue.get(tenant_id, 0.0))
        self._parked, self._overdue = {*parked}, {*overdue}
        return len(parked) + len(overdue)

    async def witnesses(self) -> int:
        """Tell for how long heads have waited for their witnesses, where there are any. Raises: Unavailable."""
        if not self._system.quorum.number:
            return 0
        waiting = await self._waiting(list(await times(self._system)), self._system.clock.now())
        for tenant_id in self._unwitnessed | waiting.keys():
            tell_unwitnessed(tenant_id, waiting.get(tenant_id, 0.0))
        self._unwitnessed = {*waiting}
        return len(waiting)

    async def _waiting(self, tenants: Sequence[int], now: datetime) -> Mapping[int, float]:
        trees = self._system.audited_trees
        logs = current([log for tenant_id in tenants for log in await trees.trees(tenant_id)])
        owner = {log.origin: log.tree.tenant_id for log in logs}
        longest: dict[int, float] = {}
        for one in await cosigning(trees, logs, self._system.quorum):
            if one.waiting_since is not None:
                tenant_id, seconds = owner[one.origin], (now - one.waiting_since).total_seconds()
                longest[tenant_id] = max(seconds, longest.get(tenant_id, 0.0))
        return longest
