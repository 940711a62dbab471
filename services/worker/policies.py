"""Policies: an event of one log answered by commands elsewhere.

The policies of a domain read a log together, in order, from a checkpoint of their own (`es.policy`): what an earlier
event leads to is there before what a later one does. What they send has ids that follow from the event, so reading an
event again changes nothing; the checkpoint moves when all commands of the event are answered. A refused command is kept
as failed work and does not hold up the rest; a log that cannot take one now holds up its sender, and nobody else.
"""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

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
from domain.kernel.event import Event, RecordedEvent
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Domain, Reaction
from domain.kernel.manifest import Policy as DomainPolicy
from domain.rules.events import EstimatedHolidayMoved, NonWorkingDayDeclared
from domain.tenants.auditing import audit_mandate_id
from domain.tenants.commands import GrantAudit, RevokeAudit
from domain.tenants.events import AppointmentRevoked, AuditorAppointed, InstitutionsMerged, InstitutionSplit
from domain.volunteering.commands.volunteer import ForgetVolunteer
from domain.volunteering.events.volunteer import volunteer_id
from infra.database.scope import scope
from infra.eventstore.codec import recorded
from infra.telemetry.propagation import continued
from services.bootstrap import System
from services.command_handling.attempt import UNCHANGED
from services.command_handling.request import CLOCK, Request
from services.pages import AT_ONCE, Pages
from services.work.failures import Failures, reason_of
from services.worker import successions
from services.worker.timers import SHOWN_WITHIN

_POSITIONS = "SELECT tenant_id, name, position FROM es.policy WHERE tenant_id = ANY ($1)"
_HEADS = "SELECT tenant_id, max(position) FROM es.checkpoint WHERE tenant_id = ANY ($1) GROUP BY tenant_id"
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

React = Callable[[System, RecordedEvent], AsyncIterator[Reaction]]


class Policy(msgspec.Struct, frozen=True):
    """What it is called, which events it answers, and how; `national` policies read the national log only.

    Policies of one `line` share a checkpoint and stand in one line: the first that cannot go on stops them all.
    `settle` is how old an event must be: processes may decide by what was in force before for so long. `needless` are
    rules and codes of refusals which say that there is nothing (more) to do.
    """

    name: str
    on: tuple[type[Event], ...]
    react: React
    line: str = ""
    national: bool = False
    settle: timedelta = timedelta()
    needless: frozenset[str] = frozenset()


async def recompute_deadlines(system: System, _event: RecordedEvent) -> AsyncIterator[Reaction]:
    """The calendar changed: whatever has a pending deadline in working days counts it again."""
    tenants = [one.tenant_id for one in (await system.handler.authority.national(fresh=True)).institutions.values()]
    for tenant_id in tenants:
        head = await system.store.head(tenant_id)
        if not await system.engine.wait_for(tenant_id, ("deadline_register",), head, SHOWN_WITHIN):
            raise Unavailable(f"deadline register of tenant {tenant_id}")
    async with system.auditing.borrow(NATIONAL_TENANT) as lent, scope(lent, tenants=tenants) as connection:
        pending = await connection.fetch(_PENDING, tenants, list(RECOUNTED))
    for row in pending:
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


def of_domain(domain: Domain) -> tuple[Policy, ...]:
    """A domain's own policies, in one line."""
    return tuple(
        Policy(policy.__name__, (event,), _asking(policy), line=domain.name, needless=_SETTLED)
        for event, policy in domain.policies.items()
    )


def _asking(policy: DomainPolicy) -> React:
    async def react(_system: System, event: RecordedEvent) -> AsyncIterator[Reaction]:
        for reaction in policy(event):
            yield reaction

    return react


_SETTLED = frozenset({"illegal-transition", UNCHANGED})
"""The stream went another way meanwhile, as a member of a group that was withheld or withdrawn: it needs no command."""

POLICIES = (
    Policy(
        "recompute_deadlines",
        (NonWorkingDayDeclared, EstimatedHolidayMoved),
        recompute_deadlines,
        national=True,
        settle=timedelta(seconds=2),
        needless=frozenset(
            {"consultation.deadlines.unchanged", "grant.call.deadline_unchanged", "contract.call.deadline_unchanged"}
        ),
    ),
    Policy("destroy_keys", (SubjectErased,), destroy_keys, needless=frozenset({"illegal-transition"})),
    Policy(
        "forget_volunteers",
        (SubjectErased,),
        forget_volunteers,
        national=True,
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


class Line:
    """Policies that read a log together, by the stored names of what they answer."""

    def __init__(self, name: str, policies: tuple[Policy, ...]) -> None:
        self.name = name
        self.national = all(policy.national for policy in policies)
        self.by_type: Mapping[str, tuple[Policy, ...]] = {
            event.TOPIC: tuple(policy for policy in policies if event in policy.on)
            for policy in policies
            for event in policy.on
        }


def lines(policies: tuple[Policy, ...]) -> tuple[Line, ...]:
    """The policies in their lines; one without a line is one by itself."""
    names = dict.fromkeys(policy.line or policy.name for policy in policies)
    return tuple(Line(name, tuple(p for p in policies if name == (p.line or p.name))) for name in names)


class Policies:
    """Runs all policies over all logs."""

    def __init__(self, system: System, failures: Failures, policies: tuple[Policy, ...] = POLICIES) -> None:
        self._system, self._failures, self._lines = system, failures, lines(policies)
        self._policies = policies
        self._held_up: dict[tuple[int, str], int] = {}

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
        for tenant_id, head in heads.items():
            behind = {
                line: after
                for line in self._lines
                if (not line.national or tenant_id == NATIONAL_TENANT)
                and (after := stands.get((tenant_id, line.name), 0)) < head
            }
            sent += await self._catch_up(Pages(self._system.store, tenant_id), behind) if behind else 0
        return sent

    async def again(self, tenant_id: int, name: str, subject: str) -> bool:
        """React anew to what the subject of a failure of that log names; False when it names no reaction.

        What is refused again stays a failure. Raises: ConcurrencyConflict, HistoryCorrupt, Unavailable.
        """
        cause, _, stream_id = subject.partition(">")
        if not stream_id:
            return False
        origin, _, position = (int(part) for part in cause.split(":"))
        (stored,) = await self._system.store.read_log(origin, position - 1, 1)
        event, sent = recorded(self._system.registry, stored), 0
        for policy in self._policies:
            if policy.name == name and isinstance(event.event, policy.on):
                sent += await self._react(policy, event, only=(tenant_id, UUID(stream_id)))
        if not sent:  # the policy asks for something else by now
            await self._failures.settle(tenant_id, name, [subject])
        return True

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
            subject = f"log after {reached[line]}"
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
            command_id=derived_id("policy", policy.name, cause, tenant_id, reaction.stream_id),
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
