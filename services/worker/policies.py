"""Policies: an event of one log answered by commands elsewhere.

The policies of a domain read a log together, in order, from a checkpoint of their own (`es.policy`): what an earlier
event leads to is there before what a later one does. What they send has ids that follow from the event, so reading an
event again changes nothing; the checkpoint moves when all commands of the event are answered. A refused command is kept
as failed work and does not hold up the rest; a log that cannot take one now holds up its sender, and nobody else.
"""

import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from domain.catalogue import DOMAINS
from domain.consultations.commands import RecomputeDeadlines
from domain.contracts.commands.call import RecomputeServiceCallDeadline
from domain.erasure.events import SubjectErased
from domain.grants.commands.grant_call import RecomputeCallDeadline
from domain.kernel.command import Command
from domain.kernel.errors import (
    CommandRefused,
    ConcurrencyConflict,
    HistoryCorrupt,
    IllegalTransition,
    RequestKeyReused,
    RuleViolated,
    StreamNotFound,
    Unavailable,
)
from domain.kernel.event import RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Reaction
from domain.rules.events import EstimatedHolidayMoved, NonWorkingDayDeclared
from domain.tenants.auditing import audit_mandate_id
from domain.tenants.commands import GrantAudit, RevokeAudit
from domain.tenants.events import AppointmentRevoked, AuditorAppointed, InstitutionsMerged, InstitutionSplit
from domain.volunteering.commands.volunteer import ForgetVolunteer
from domain.volunteering.events.volunteer import volunteer_id
from infra.database.lending import fetch_over
from infra.database.scope import scope
from infra.eventstore.codec import decode_metadata, recorded
from infra.telemetry.propagation import continued
from services.bootstrap import System
from services.command_handling.attempt import UNCHANGED
from services.command_handling.request import CLOCK, Request
from services.pages import AT_ONCE, Pages
from services.work.failures import FailedWork, Failures, reason_of
from services.worker import successions
from services.worker.policy import Line, Policy, lines, of_domain
from services.worker.timers import SHOWN_WITHIN

_POSITIONS = "SELECT tenant_id, name, position FROM es.policy WHERE tenant_id = ANY ($1)"
_HEADS = "SELECT tenant_id, max(position) FROM es.checkpoint WHERE tenant_id = ANY ($1) GROUP BY tenant_id"
_WAITING = """
SELECT tenant_id, kind, subject FROM es.failed_work
WHERE tenant_id = ANY ($1) AND starts_with(subject, $2) AND retry_at > now()
"""
_MOVE = """
INSERT INTO es.policy AS p (tenant_id, name, position)
SELECT $1, moved.name, moved.position FROM unnest($2::text[], $3::bigint[]) moved (name, position)
ON CONFLICT (tenant_id, name) DO UPDATE SET position = greatest(p.position, excluded.position), updated_at = now()
"""
_PENDING = """
SELECT DISTINCT tenant_id, stream_id, kind FROM rm.deadline_register
WHERE tenant_id = ANY ($1) AND state = 'pending' AND rule <> '' AND kind = ANY ($2) ORDER BY tenant_id, stream_id, kind
"""
RECOUNTED: Mapping[str, type[Command]] = {
    "window": RecomputeDeadlines,
    "report": RecomputeDeadlines,
    "call": RecomputeCallDeadline,
    "service_call": RecomputeServiceCallDeadline,
    "bid_opening": RecomputeServiceCallDeadline,
}
"""Kinds of deadlines that are counted in working days, each with the command that counts it again."""


log = logging.getLogger("pakt.worker")


async def recompute_deadlines(system: System, _event: RecordedEvent) -> AsyncIterator[Reaction]:
    """The calendar changed: whatever has a pending deadline in working days counts it again."""
    tenants = [one.tenant_id for one in (await system.handler.authority.national(fresh=True)).institutions.values()]
    for tenant_id in tenants:
        head = await system.store.head(tenant_id)
        if not await system.engine.wait_for(tenant_id, ("deadline_register",), head, SHOWN_WITHIN):
            raise Unavailable(f"deadline register of tenant {tenant_id}")
    for row in await fetch_over(system.auditing, tenants, _PENDING, list(RECOUNTED)):
        yield Reaction(row["stream_id"], RECOUNTED[row["kind"]](), row["tenant_id"])


async def destroy_keys(system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
    """A person was erased: what the process that took the command has not done is done here."""
    (stored,) = await system.store.read_log(event.tenant_id, event.position - 1, 1)
    yield Reaction(event.stream_id, await system.eraser.destroy(stored))


async def forget_volunteers(_system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
    """Who was erased nationally is no volunteer any more, where they were one: nothing is agreed with them."""
    if isinstance(event.event, SubjectErased):
        yield Reaction(volunteer_id(event.event.subject_id), ForgetVolunteer())


async def relay_appointments(system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
    """An auditor's appointment goes into the log of every institution that it names, and so does its end."""
    national = await system.handler.authority.national(fresh=True)
    appointment = national.appointments[event.stream_id]
    for slug in appointment.tenants:
        tenant_id = national.institutions[slug].tenant_id
        command: Command = RevokeAudit(mandate_id=event.stream_id)
        if isinstance(event.event, AuditorAppointed):
            command = GrantAudit(
                mandate_id=event.stream_id,
                person_id=appointment.person_id,
                tenants=appointment.tenants,
                legal_basis=appointment.legal_basis,
                valid_from=appointment.valid_from,
                valid_to=appointment.valid_to,
            )
        yield Reaction(audit_mandate_id(tenant_id, event.stream_id), command, tenant_id)


POLICIES = (
    Policy(
        "recompute_deadlines",
        (NonWorkingDayDeclared, EstimatedHolidayMoved),
        recompute_deadlines,
        national=True,
        lasting=True,
        settle=timedelta(seconds=2),
        needless=frozenset(
            {"consultation.deadlines.unchanged", "grant.call.deadline_unchanged", "contract.call.deadline_unchanged"}
        ),
    ),
    Policy("destroy_keys", (SubjectErased,), destroy_keys, lasting=True, needless=frozenset({"illegal-transition"})),
    Policy(
        "forget_volunteers",
        (SubjectErased,),
        forget_volunteers,
        national=True,
        lasting=True,
        needless=frozenset({IllegalTransition.code, StreamNotFound.code}),
    ),
    Policy(
        "relay_appointments",
        (AuditorAppointed, AppointmentRevoked),
        relay_appointments,
        national=True,
        needless=frozenset({UNCHANGED}),
    ),
    Policy(
        "relay_successions",
        (InstitutionsMerged, InstitutionSplit),
        successions.relay_successions,
        national=True,
        needless=successions.NEEDLESS,
    ),
    *(policy for domain in DOMAINS for policy in of_domain(domain)),
)


_HELD_UP = "log after "
"""Before the position at which a line cannot go on."""


Held = tuple[int, str, str]
"""Tenant, line, and as what it is kept that the line cannot go on."""


class Policies:
    """Runs all policies over all logs."""

    def __init__(self, system: System, failures: Failures, policies: tuple[Policy, ...] = POLICIES) -> None:
        self._system, self._failures, self._lines = system, failures, lines(policies)
        self._policies, self._names = policies, {policy.name for policy in policies}
        self._held_up: dict[tuple[int, str], int] = {}

    async def run_once(self) -> int:
        """Answer what has come since the last run; how many commands were sent."""
        if not (tenants := await self._tenants()):
            return 0
        heads, stands, waiting = await self._reached(tenants)
        sent = 0
        for tenant_id, head in heads.items():
            behind = {
                line: after
                for line in self._lines
                if (not line.national or tenant_id == NATIONAL_TENANT)
                and (after := stands.get((tenant_id, line.name), 0)) < head
                and (tenant_id, line.name, f"{_HELD_UP}{after}") not in waiting
            }
            sent += await self._catch_up(Pages(self._system.store, tenant_id), behind) if behind else 0
        return sent

    async def _tenants(self) -> list[int]:
        national = await self._system.handler.authority.national()
        return [institution.tenant_id for institution in national.institutions.values()]

    async def _reached(self, of: Collection[int]) -> tuple[dict[int, int], dict[tuple[int, str], int], set[Held]]:
        """How far each log is shown, where each line stands in it, and which are not to go on yet."""
        heads: dict[int, int] = {}
        stands: dict[tuple[int, str], int] = {}
        waiting: set[Held] = set()
        for own in self._system.auditing.by_node(of):
            async with self._system.auditing.borrow(own[0]) as lent, scope(lent, tenants=own) as connection:
                heads |= {row[0]: row[1] for row in await connection.fetch(_HEADS, own)}
                stands |= {(row[0], row[1]): row[2] for row in await connection.fetch(_POSITIONS, own)}
                waiting |= {(row[0], row[1], row[2]) for row in await connection.fetch(_WAITING, own, _HELD_UP)}
        return heads, stands, waiting

    async def again(self, tenant_id: int, name: str, subject: str) -> bool:
        """React anew to what the subject of a failure of that log names; False when it names no reaction.

        What is refused again stays a failure. Raises: ConcurrencyConflict, HistoryCorrupt, Unavailable.
        """
        cause, _, stream_id = subject.partition(">")
        if not stream_id:
            return False
        origin, epoch, position = (int(part) for part in cause.split(":"))
        found = await self._system.store.read_log(origin, position - 1, 1)
        sent = 0
        for stored in found:
            event = recorded(self._system.registry, stored)
            for policy in self._policies:
                if policy.name == name and isinstance(event.event, policy.on) and event.epoch == epoch:
                    sent += await self._react(policy, event, only=(tenant_id, UUID(stream_id)))
        if not sent:  # the policy asks for something else by now, or a restore has put another event there
            await self._failures.settle(tenant_id, name, [subject])
        return True

    async def try_again(self) -> int:
        """React anew to what was refused and whose time has come; how much that was."""
        due = await self._failures.due(await self._tenants(), self._names)
        return sum([await self._anew(one) for one in due])

    async def _anew(self, failed: FailedWork) -> bool:
        """What else the stream refused may have waited for this: when it is done, the rest need not wait."""
        tenant_id, kind, subject = failed.tenant_id, failed.kind, failed.subject
        if await self._overtaken(failed):
            log.critical("%s %s of tenant %d failed and was overtaken: %s", kind, subject, tenant_id, failed.reason)
            await self._failures.give_up(tenant_id, kind, subject)
            return False
        try:
            again = await self.again(tenant_id, kind, subject)
        except ConcurrencyConflict:
            return False  # others were faster every time: the next look tries again
        except (HistoryCorrupt, Unavailable) as error:
            await self._failures.record(tenant_id, kind, subject, reason_of(error))
            return False
        if again and await self._failures.find(tenant_id, kind, subject) is None:
            await self._failures.make_due_with(tenant_id, self._names, f">{subject.partition('>')[2]}")
        return again

    async def _overtaken(self, failed: FailedWork) -> bool:
        """Whether a stream has taken what a later event of the same log asks of it: the earlier would not be meant now.

        It is not where the effect is there, nor where reactions follow from how things stand.
        """
        cause, _, stream_id = failed.subject.partition(">")
        if not stream_id or any(one.lasting for one in self._policies if one.name == failed.kind):
            return False
        stored = await self._system.store.read_stream(failed.tenant_id, UUID(stream_id))
        if _command_id(failed.kind, cause, failed.tenant_id, UUID(stream_id)) in {one.command_id for one in stored}:
            return False
        origin, _, position = cause.split(":")
        causes = [decode_metadata(one.metadata).cause.split(":") for one in stored]
        return any(len(c) == len(cause.split(":")) and c[0] == origin and int(c[-1]) > int(position) for c in causes)

    @property
    def failing(self) -> Collection[str]:
        """As `Knowing` says."""
        return {line.name for line in self._lines}

    async def over(self, failed: Sequence[FailedWork]) -> Sequence[FailedWork]:
        """As `Knowing` says: the line has gone on. What a reaction asked for is settled by trying it again."""
        held_up = [one for one in failed if one.subject.startswith(_HELD_UP)]
        if not held_up:
            return []
        _, stands, _ = await self._reached({one.tenant_id for one in held_up})
        return [
            one for one in held_up if stands.get((one.tenant_id, one.kind), 0) > int(one.subject.removeprefix(_HELD_UP))
        ]

    async def _catch_up(self, pages: Pages, behind: Mapping[Line, int]) -> int:
        """Each line as far as it comes; what stops one does not stop the others."""
        reached, sent = dict(behind), 0
        for line in behind:
            sent += await self._bounded(line, pages, reached)
        await self._move(pages.tenant_id, {line.name: at for line, at in reached.items() if at > behind[line]})
        return sent

    async def _bounded(self, line: Line, pages: Pages, reached: dict[Line, int]) -> int:
        """A log that cannot be read stops its own tenant's line only, and is seen."""
        try:
            return await self._follow(line, pages, reached)
        except HistoryCorrupt as error:
            subject = f"{_HELD_UP}{reached[line]}"
            await self._failures.record(pages.tenant_id, line.name, subject, reason_of(error))
        except ConcurrencyConflict:  # others were faster every time: the next look begins at the same event
            pass
        except Unavailable as error:  # so it does when a log cannot take a command now
            if self._held_up.get((pages.tenant_id, line.name)) != reached[line]:
                log.warning("%s of tenant %d wait after %d: %s", line.name, pages.tenant_id, reached[line], error)
            self._held_up[pages.tenant_id, line.name] = reached[line]
        return 0

    async def _follow(self, line: Line, pages: Pages, reached: dict[Line, int]) -> int:
        """How many commands were sent; `reached` says up to which event all are answered."""
        sent, whole = 0, True
        while whole:
            events = await pages.after(reached[line])
            for stored in events:
                for policy in line.by_type.get(stored.type_name, ()):
                    if policy.settle and stored.recorded_at > self._system.clock.now() - policy.settle:
                        return sent
                    sent += await self._react(policy, recorded(self._system.registry, stored))
                reached[line] = stored.position
            whole = len(events) == AT_ONCE
            if whole:
                await self._move(pages.tenant_id, {line.name: reached[line]})
        return sent

    async def _react(self, policy: Policy, event: RecordedEvent, only: tuple[int, UUID] | None = None) -> int:
        """How many commands were sent; `only` is the tenant and stream of one that was refused before."""
        sent, cause = 0, f"{event.tenant_id}:{event.epoch}:{event.position}"
        with continued(event.metadata.traceparent):
            async for reaction in policy.react(self._system, event):
                if only in (None, (_tenant_of(reaction, event), reaction.stream_id)):
                    sent += await self._send(policy, event, reaction, cause, again=only is not None)
        return sent

    async def _send(
        self, policy: Policy, event: RecordedEvent, reaction: Reaction, cause: str, *, again: bool = False
    ) -> int:
        """Once, however often it is sent; how many that were: nothing leaves a sandbox."""
        national = await self._system.handler.authority.national()
        tenant_id = _tenant_of(reaction, event)
        institution, own = national.by_tenant(tenant_id), national.by_tenant(event.tenant_id)
        if institution is None:
            raise Unavailable(f"tenant {tenant_id}")
        if tenant_id != event.tenant_id and own is not None and own.sandbox:
            return 0
        request = Request(
            tenant=institution.slug,
            command=reaction.command,
            command_id=_command_id(policy.name, cause, tenant_id, reaction.stream_id),
            principal=CLOCK,
            stream_id=reaction.stream_id,
            cause=cause,
            correlation=event.metadata.correlation,
            traceparent=event.metadata.traceparent,
        )
        subject = f"{cause}>{reaction.stream_id}"
        try:
            await self._system.handler.execute(request)
        except ConcurrencyConflict as lost:
            if lost.expected != 0:  # else what the command would begin has begun
                raise
        except (CommandRefused, StreamNotFound, RequestKeyReused) as refusal:
            said = refusal.rule if isinstance(refusal, RuleViolated) else refusal.code
            if said not in policy.needless:
                await self._failures.record(tenant_id, policy.name, subject, reason_of(refusal))
                return 1
        if again:
            await self._failures.settle(tenant_id, policy.name, [subject])
        return 1

    async def _move(self, tenant_id: int, reached: Mapping[str, int]) -> None:
        if not reached:
            return
        connections = self._system.engine.connections
        async with connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_MOVE, tenant_id, list(reached), list(reached.values()))


def _tenant_of(reaction: Reaction, event: RecordedEvent) -> int:
    return event.tenant_id if reaction.tenant_id is None else reaction.tenant_id


def _command_id(policy: str, cause: str, tenant_id: int, stream_id: UUID) -> UUID:
    """One command for what an event asks of a stream."""
    return derived_id("policy", policy, cause, tenant_id, stream_id)
