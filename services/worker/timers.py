"""Deadlines with an action, done when their time has come by the tenant's own clock.

The rows of the deadline register are the timers; there is no second list to lose. A scan finds what is due and sends
a job of ids; the job sends the command as the clock. The command's id follows from the deadline and its date, so any
number of scans, messages and workers make one event.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from domain.catalogue import COMMANDS
from domain.kernel.command import Command
from domain.kernel.errors import CommandRefused, PaktError, StreamNotFound, Unavailable
from domain.kernel.ids import derived_id
from infra.broker.interface import Broker, Job
from infra.database.lending import fetch_over
from infra.telemetry.propagation import current_traceparent
from services.bootstrap import System
from services.command_handling.request import CLOCK, Request
from services.work.failures import FailedWork, Failures, reason_of
from services.worker.clocks import times
from services.worker.overdue import OVERDUE

KIND = "deadline"
AT_MOST = 500
"""Deadlines sent per scan; the rest is found by the next."""
ANSWERED_WITHIN = 10.0
"""Seconds after which a job that was sent and changed nothing is sent again."""
SHOWN_WITHIN = 5.0
"""Seconds for the read models to show what the log holds."""

_DUE = f"""
SELECT d.tenant_id, d.deadline_id, d.stream_id, d.action, d.due_at, d.epoch, d.part_id
{OVERDUE}
    AND NOT EXISTS (SELECT FROM es.failed_work f WHERE f.tenant_id = d.tenant_id AND f.kind = 'deadline'
        AND f.subject = d.deadline_id::text AND f.retry_at > now())
ORDER BY d.due_at, d.deadline_id LIMIT $4
"""  # noqa: S608 - a constant condition
_STILL_DUE = """
SELECT d.tenant_id, d.deadline_id::text
FROM rm.deadline_register d JOIN unnest($2::int[], $3::timestamptz[]) c (tenant_id, now) ON c.tenant_id = d.tenant_id
WHERE d.tenant_id = ANY ($1) AND d.deadline_id = ANY ($4) AND d.state = 'pending' AND d.action <> ''
    AND d.due_at <= c.now
"""


class Due(msgspec.Struct, frozen=True):
    """A deadline whose time has come."""

    tenant_id: int
    deadline_id: UUID
    stream_id: UUID
    action: str
    due_at: datetime
    epoch: int
    part_id: UUID | None = None

    @property
    def command(self) -> Command:
        """What its action asks for; the one field that it may have names the part."""
        asked = COMMANDS[self.action]
        return asked(**dict.fromkeys(asked.__struct_fields__, self.part_id))

    @property
    def command_id(self) -> UUID:
        """One command for one date of one deadline; a moved deadline is another command."""
        return derived_id(KIND, self.tenant_id, self.epoch, self.deadline_id, self.due_at.isoformat())


class Timers:
    """Scans for due deadlines and does what they ask for."""

    def __init__(self, system: System, broker: Broker, failures: Failures) -> None:
        self._system, self._broker, self._failures = system, broker, failures
        self._sent: dict[UUID, float] = {}

    async def scan(self) -> int:
        """Send a job for each deadline that is due and not under way; answers how many were sent."""
        due = await self._find()
        now = asyncio.get_running_loop().time()
        self._sent = {one.command_id: at for one in due if (at := self._sent.get(one.command_id)) is not None}
        waiting = [one for one in due if self._sent.get(one.command_id, -ANSWERED_WITHIN) + ANSWERED_WITHIN <= now]
        for one in waiting:
            await self._broker.send(Job(KIND, msgspec.to_builtins(one)))
            self._sent[one.command_id] = now
        return len(waiting)

    async def perform(self, job: Job) -> None:
        """Do what the deadline asks for; a refusal that is not explained by news is kept with its reason."""
        due = msgspec.convert(job.ids, Due, strict=False)
        institution = (await self._system.handler.authority.national()).by_tenant(due.tenant_id)
        if institution is None:
            raise Unavailable(f"tenant {due.tenant_id}")
        request = Request(
            tenant=institution.slug,
            command=due.command,
            command_id=due.command_id,
            principal=CLOCK,
            stream_id=due.stream_id,
            traceparent=current_traceparent(),
        )
        try:
            await self._system.handler.execute(request)
        except (CommandRefused, StreamNotFound) as refusal:
            await self._weigh(due, refusal)
        else:
            await self._failures.settle(due.tenant_id, KIND, [str(due.deadline_id)])

    async def gave_up(self, job: Job, error: Exception) -> None:
        """Keep why a job ended without success."""
        due = msgspec.convert(job.ids, Due, strict=False)
        await self._failures.record(due.tenant_id, KIND, str(due.deadline_id), reason_of(error))

    async def _weigh(self, due: Due, refusal: PaktError) -> None:
        """A refusal is a failure only if the deadline is still due once everything stored is shown."""
        head = await self._system.store.head(due.tenant_id)
        await self._system.engine.wait_for(due.tenant_id, ("deadline_register",), head, SHOWN_WITHIN)
        await self._failures.record(due.tenant_id, KIND, str(due.deadline_id), reason_of(refusal))
        if not await self._still([due.tenant_id], [due.deadline_id]):
            await self._failures.settle(due.tenant_id, KIND, [str(due.deadline_id)])

    @property
    def failing(self) -> Collection[str]:
        """As `Knowing` says."""
        return (KIND,)

    async def over(self, failed: Sequence[FailedWork]) -> Sequence[FailedWork]:
        """As `Knowing` says: what the register does not show as due was done, moved or withdrawn."""
        tenants = {one.tenant_id for one in failed}
        still = await self._still(tenants, [UUID(one.subject) for one in failed])
        return [one for one in failed if (one.tenant_id, one.subject) not in still]

    async def _still(self, tenants: Collection[int], deadlines: Sequence[UUID]) -> set[tuple[int, str]]:
        """Which of these deadlines are due, by tenant and id."""
        nows = {tenant_id: now for tenant_id, now in (await times(self._system)).items() if tenant_id in tenants}
        auditing, known = self._system.auditing, list(nows)
        rows = await fetch_over(auditing, known, _STILL_DUE, known, list(nows.values()), deadlines)
        return {(row[0], row[1]) for row in rows}

    async def _find(self) -> list[Due]:
        nows = await times(self._system)
        if not nows:
            return []
        auditing, tenants = self._system.auditing, list(nows)
        rows = await fetch_over(auditing, tenants, _DUE, tenants, list(nows.values()), AT_MOST)
        return [Due(*row) for row in rows]
