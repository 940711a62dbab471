"""Policies: an event of one log answered by commands elsewhere.

A policy reads a log in order from its own checkpoint (`es.policy`). What it sends has ids that follow from the event,
so reading an event again changes nothing; the checkpoint moves when all commands of the event are answered. A refused
command is kept as failed work and does not hold up the rest.
"""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import UUID

import msgspec

from domain.catalogue import DOMAINS
from domain.consultations.commands import RecomputeDeadlines
from domain.erasure.events import SubjectErased
from domain.kernel.command import Command
from domain.kernel.errors import (
    CommandRefused,
    ConcurrencyConflict,
    HistoryCorrupt,
    RequestKeyReused,
    RuleViolated,
    StreamNotFound,
    Unavailable,
)
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Policy as DomainPolicy
from domain.rules.events import EstimatedHolidayMoved, NonWorkingDayDeclared
from domain.tenants.auditing import audit_mandate_id
from domain.tenants.commands import GrantAudit, RevokeAudit
from domain.tenants.events import AppointmentRevoked, AuditorAppointed
from infra.database.scope import scope
from infra.eventstore.codec import recorded
from infra.telemetry.propagation import continued
from services.bootstrap import System
from services.command_handling.request import Request
from services.worker.failures import Failures
from services.worker.timers import CLOCK, SHOWN_WITHIN, reason_of

AT_ONCE = 500
"""Events read at a time."""

_POSITIONS = "SELECT tenant_id, name, position FROM es.policy WHERE tenant_id = ANY ($1)"
_HEADS = "SELECT tenant_id, max(position) FROM es.checkpoint WHERE tenant_id = ANY ($1) GROUP BY tenant_id"
_MOVE = """
INSERT INTO es.policy AS p (tenant_id, name, position) VALUES ($1, $2, $3)
ON CONFLICT (tenant_id, name) DO UPDATE SET position = greatest(p.position, excluded.position), updated_at = now()
"""
_PENDING = """
SELECT DISTINCT tenant_id, stream_id FROM rm.deadline_register
WHERE tenant_id = ANY ($1) AND state = 'pending' AND rule <> '' ORDER BY tenant_id, stream_id
"""


class Reaction(msgspec.Struct, frozen=True):
    """A command that an event leads to, and the stream it is for."""

    tenant_id: int
    stream_id: UUID
    command: Command


React = Callable[[System, RecordedEvent], AsyncIterator[Reaction]]


class Policy(msgspec.Struct, frozen=True):
    """What it is called, which events it answers, and how; `national` policies read the national log only.

    `settle` is how old an event must be: processes may decide by what was in force before for so long. `needless` are
    rules and codes of refusals which say that there is nothing (more) to do.
    """

    name: str
    on: tuple[type[Event], ...]
    react: React
    national: bool = False
    settle: timedelta = timedelta()
    needless: frozenset[str] = frozenset()


async def recompute_deadlines(system: System, _event: RecordedEvent) -> AsyncIterator[Reaction]:
    """The calendar changed: every consultation with a pending deadline counts it again."""
    tenants = [one.tenant_id for one in (await system.handler.authority.national(fresh=True)).institutions.values()]
    for tenant_id in tenants:
        head = await system.store.head(tenant_id)
        if not await system.engine.wait_for(tenant_id, ("deadline_register",), head, SHOWN_WITHIN):
            raise Unavailable(f"deadline register of tenant {tenant_id}")
    async with system.auditing.borrow(NATIONAL_TENANT) as lent, scope(lent, tenants=tenants) as connection:
        pending = await connection.fetch(_PENDING, tenants)
    for row in pending:
        yield Reaction(row["tenant_id"], row["stream_id"], RecomputeDeadlines())


async def destroy_keys(system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
    """A person was erased: what the process that took the command has not done is done here."""
    (stored,) = await system.store.read_log(event.tenant_id, event.position - 1, 1)
    yield Reaction(event.tenant_id, event.stream_id, await system.eraser.destroy(stored))


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
        yield Reaction(tenant_id, audit_mandate_id(tenant_id, event.stream_id), command)


def within_tenant(policy: DomainPolicy) -> React:
    """A domain's own policy, whose commands stay in the tenant of the event."""

    async def react(_system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
        for stream_id, command in policy(event.stream_id, event.event):
            yield Reaction(event.tenant_id, stream_id, command)

    return react


_SETTLED = frozenset({"illegal-transition"})
"""The stream went another way meanwhile, as a member of a group that was withheld or withdrawn: it needs no command."""

POLICIES = (
    Policy(
        "recompute_deadlines",
        (NonWorkingDayDeclared, EstimatedHolidayMoved),
        recompute_deadlines,
        national=True,
        settle=timedelta(seconds=2),
        needless=frozenset({"consultation.deadlines.unchanged"}),
    ),
    Policy("destroy_keys", (SubjectErased,), destroy_keys, needless=frozenset({"illegal-transition"})),
    Policy(
        "relay_appointments",
        (AuditorAppointed, AppointmentRevoked),
        relay_appointments,
        national=True,
        needless=frozenset({ConcurrencyConflict.code}),
    ),
    *(
        Policy(policy.__name__, (event,), within_tenant(policy), needless=_SETTLED)
        for domain in DOMAINS
        for event, policy in domain.policies.items()
    ),
)


class Policies:
    """Runs all policies over all logs."""

    def __init__(self, system: System, failures: Failures, policies: tuple[Policy, ...] = POLICIES) -> None:
        self._system, self._failures, self._policies = system, failures, policies

    async def run_once(self) -> int:
        """Answer what has come since the last run; how many commands were sent."""
        national = await self._system.handler.authority.national()
        tenants = [institution.tenant_id for institution in national.institutions.values()]
        if not tenants:
            return 0
        async with self._system.auditing.borrow(tenants[0]) as lent, scope(lent, tenants=tenants) as connection:
            heads = {row[0]: row[1] for row in await connection.fetch(_HEADS, tenants)}
            stands = {(row[0], row[1]): row[2] for row in await connection.fetch(_POSITIONS, tenants)}
        sent = 0
        for policy in self._policies:
            for tenant_id in (NATIONAL_TENANT,) if policy.national else tenants:
                after = stands.get((tenant_id, policy.name), 0)
                if after < heads.get(tenant_id, 0):
                    sent += await self._bounded(policy, tenant_id, after)
        return sent

    async def _bounded(self, policy: Policy, tenant_id: int, after: int) -> int:
        """A log that cannot be read stops its own tenant's policy only, and is seen."""
        try:
            return await self._follow(policy, tenant_id, after)
        except HistoryCorrupt as error:
            await self._failures.record(tenant_id, policy.name, f"log after {after}", reason_of(error))
            return 0
        except ConcurrencyConflict:  # others were faster every time: the next look begins at the same event
            return 0

    async def _follow(self, policy: Policy, tenant_id: int, after: int) -> int:
        sent, names = 0, {event.TOPIC for event in policy.on}
        before = self._system.clock.now() - policy.settle
        while events := await self._system.store.read_log(tenant_id, after, AT_ONCE):
            for stored in events:
                if stored.type_name in names:
                    if policy.settle and stored.recorded_at > before:
                        await self._move(policy, tenant_id, after)
                        return sent
                    sent += await self._react(policy, recorded(self._system.registry, stored))
                after = stored.position
            await self._move(policy, tenant_id, after)
        return sent

    async def _react(self, policy: Policy, event: RecordedEvent) -> int:
        sent = 0
        cause = f"{event.tenant_id}:{event.epoch}:{event.position}"
        with continued(event.metadata.traceparent):
            async for reaction in policy.react(self._system, event):
                await self._send(policy, event, reaction, cause)
                sent += 1
        return sent

    async def _send(self, policy: Policy, event: RecordedEvent, reaction: Reaction, cause: str) -> None:
        institution = (await self._system.handler.authority.national()).by_tenant(reaction.tenant_id)
        if institution is None:
            raise Unavailable(f"tenant {reaction.tenant_id}")
        request = Request(
            tenant=institution.slug,
            command=reaction.command,
            command_id=derived_id("policy", policy.name, cause, reaction.tenant_id, reaction.stream_id),
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
            if lost.code not in policy.needless:  # else what the command would begin has begun
                raise
        except (CommandRefused, StreamNotFound, RequestKeyReused) as refusal:
            said = refusal.rule if isinstance(refusal, RuleViolated) else refusal.code
            if said in policy.needless:
                return
            await self._failures.record(reaction.tenant_id, policy.name, subject, reason_of(refusal))

    async def _move(self, policy: Policy, tenant_id: int, position: int) -> None:
        connections = self._system.engine.connections
        async with connections.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            await connection.execute(_MOVE, tenant_id, policy.name, position)
