"""Failed work that somebody had tried again: brought back by work of its own, which follows from the event.

What has no time of its own to wait for is forgotten: whoever does it looks at it all the time, and says it again when
it still fails.
"""

from collections.abc import Sequence

from domain.tenants.events import FailedWorkRetried
from infra.database.interface import Connection
from infra.eventstore.codec import restore
from infra.eventstore.interface import StoredEvent
from infra.work.interface import Done, Outcome, Work
from services.bootstrap import System
from services.work.failures import Failures
from services.work.kinds import Kind
from services.work.relay import Relayed, traceparent_of
from services.worker import computing, timers
from services.worker.policies import Policies

RETRY = "retry"
QUEUE = "retries"
TIMED = frozenset({timers.KIND, computing.KIND})
"""Kinds whose failures wait until `retry_at`."""


class Retries:
    """Brings back what the events of a log name."""

    def __init__(self, system: System, failures: Failures, policies: Policies) -> None:
        self._system, self._failures, self._policies = system, failures, policies

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """How the work is done."""
        return (Kind(RETRY, self.retry, QUEUE),)

    @property
    def relayed(self) -> Relayed:
        """What follows from being asked."""
        return Relayed("retries", self.follow, self._system.registry.stored_names(FailedWorkRetried))

    async def follow(self, tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
        """A piece of work for each time."""
        return [Work(tenant_id, RETRY, str(one.position), traceparent=traceparent_of(one)) for one in events]

    async def retry(self, work: Work) -> Outcome:
        """Bring back what has not been done meanwhile."""
        tenant_id = work.tenant_id
        (stored,) = await self._system.store.read_log(tenant_id, int(work.subject) - 1, 1)
        asked = restore(self._system.registry, stored)
        if not isinstance(asked, FailedWorkRetried):
            raise TypeError(asked)
        kind, subject = asked.kind, asked.subject
        if await self._failures.find(tenant_id, kind, subject) is not None:
            await self._bring_back(tenant_id, kind, subject)

        async def revive(connection: Connection) -> None:
            await self._system.works.revive(tenant_id, kind, subject, within=connection)

        return Done(revive)

    async def _bring_back(self, tenant_id: int, kind: str, subject: str) -> None:
        if kind in TIMED:
            await self._failures.make_due(tenant_id, kind, subject)
        elif not await self._policies.again(tenant_id, kind, subject):
            await self._failures.settle(tenant_id, kind, [subject])
