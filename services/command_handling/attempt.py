"""One request's way from the first decision to a stored outcome or a refusal: load, decide, seal, append, answer.

A decision may rest on stale caches only as long as the append proves them (stream versions, conditions on references,
boundaries and governance). What cannot be proved by an append, a refusal, is decided a second time on fresh reads, and
before it is answered the command id is looked up: a repeat of a command that succeeded gets its first answer.

A command whose events break the very conditions that it appends under (whatever governs a tenant does so) is decided
in turn with the others of its kind: of a hundred sent at once each is decided on what the one before it stored.
"""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate, create, decide
from domain.kernel.command import Boundary
from domain.kernel.context import SECRET_BYTES, Context, Mandate, Tenant
from domain.kernel.errors import (
    CommandRefused,
    ConcurrencyConflict,
    Contended,
    NotPermitted,
    PaktError,
    RequestKeyReused,
    RuleViolated,
    StreamNotFound,
    Unavailable,
)
from domain.kernel.event import Event, Metadata
from domain.kernel.ids import NATIONAL_TENANT, derived_id, event_id
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from infra.eventstore.codec import decode_metadata, encode_metadata, restore
from infra.eventstore.interface import (
    Append,
    Committed,
    Condition,
    Duplicate,
    TenantInactive,
    VersionConflict,
)
from infra.telemetry.propagation import current_traceparent
from infra.telemetry.spans import span
from services.command_handling.aggregates import Held
from services.command_handling.authority import GOVERNS
from services.command_handling.concern import concerned
from services.command_handling.fingerprint import fingerprint, salt_of, salted
from services.command_handling.request import Answer, EventReference, Executed, Request
from services.command_handling.turns import Several

if TYPE_CHECKING:
    from services.command_handling.execute import CommandHandler

_ELSEWHERE = frozenset({Role.NATIONAL_SUPERVISOR, Role.AUDITOR, Role.API_CLIENT})
"""Mandates that the national log may have ended."""
UNCHANGED = "command.unchanged"
"""What a decision is refused with that changed nothing: there is no event to answer with."""
ATTEMPTS = 32
"""Decisions tried before the caller is told to come back; each failed one means that another process succeeded."""


class Attempt:
    """One request of one tenant, tried until it is settled."""

    def __init__(self, handler: "CommandHandler", tenant: Tenant, request: Request) -> None:
        self.handler, self.tenant, self.request = handler, tenant, request
        self.aggregate_class, self.decision, self.roles = handler.decision(type(request.command))
        self.stream_id = (
            request.stream_id
            or self.aggregate_class.settled_id(tenant.tenant_id, request.command)
            or derived_id("stream", tenant.tenant_id, request.command_id)
        )

    async def until_settled(self) -> Executed:
        """Decide and append, anew on fresh reads after every lost race.

        Where the sender said on which version of the stream it rests, it is never decided on another one.

        Raises: what the decision refused with, ConcurrencyConflict, RequestKeyReused, Unavailable.
        """
        turns = self.handler.turns.several(self.tenant.tenant_id)
        try:
            return await self._settled(turns)
        finally:
            turns.give_up()

    async def prepared(self) -> Append:
        """What would be appended if nothing else happened. Raises: what the decision refused with."""
        _, append = await self._decide(fresh=True)
        return append

    async def _settled(self, turns: Several) -> Executed:
        fresh = False
        for _ in range(ATTEMPTS):
            try:
                held, append = await self._decide(fresh=fresh)
            except (CommandRefused, StreamNotFound, ConcurrencyConflict) as refusal:
                if fresh:
                    return await self._answer_refusal(refusal)
                fresh = True
                continue
            if await turns.take(_fought_over(append)):
                fresh = True  # whoever had the turn before may have stored what this decision rests on
                continue
            with span("append", tenant=self.tenant.slug, events=len(append.events)):
                outcome = await self.handler.store.append(append)
            if isinstance(outcome, Committed):
                return self._committed(held, append, outcome)
            if isinstance(outcome, Duplicate):
                return await self._repeat(outcome.first, outcome.last)
            if isinstance(outcome, TenantInactive):
                raise Unavailable(f"tenant {self.tenant.slug}")
            if isinstance(outcome, VersionConflict) and self.decision.creates:
                return await self._answer_refusal(ConcurrencyConflict(self.stream_id, 0))
            fresh = True
        raise Contended

    async def _decide(self, *, fresh: bool) -> tuple[Held, Append]:
        conditions: list[Condition] = []
        ctx = await self._context(conditions, fresh=fresh)
        if self.decision.creates:
            decided = Held(create(self.aggregate_class, self.request.command, ctx, self.stream_id), 0)
        else:
            decided = await self.handler.aggregates.check_out(
                self.tenant.tenant_id, self.aggregate_class, self.stream_id, fresh=fresh
            )
            organisation: UUID | None = getattr(decided.aggregate, "organisation_id", None)
            if organisation is not None or ctx.mandate.successor:
                # somebody may hold mandates of several: the one that this stream is for
                mandate = await self._mandate_for(organisation, ctx.now, decided.aggregate)
                ctx = msgspec.structs.replace(ctx, mandate=mandate)
            self._decide_on(decided, ctx)
        return decided, await self._append(decided.aggregate, ctx, tuple(conditions))

    def _decide_on(self, held: Held, ctx: Context) -> None:
        expected, version = self.request.if_match, held.aggregate.version
        stale = None if expected in (None, version) else ConcurrencyConflict(self.stream_id, expected, version)
        try:
            decide(held.aggregate, self.request.command, ctx)
            if not held.aggregate.pending_events:
                raise RuleViolated(UNCHANGED, N_("{command} says nothing new."), command=self.request.command.name)
        except PaktError as refusal:
            if not held.aggregate.pending_events:  # untouched: as good as before
                self.handler.aggregates.give_back(self.tenant.tenant_id, held)
            if stale is None or isinstance(refusal, NotPermitted | StreamNotFound):
                raise  # whoever may not know the stream is not told its version either
        if stale is not None:
            raise stale

    async def _context(self, conditions: list[Condition], *, fresh: bool) -> Context:
        """What the decision may know; adds to `conditions` what the append has to prove of it."""
        request, authority = self.request, self.handler.authority
        governance = await authority.of(self.tenant.tenant_id, fresh=fresh)
        national = await authority.national(fresh=fresh)
        conditions.append(Condition(GOVERNS, governance.position))
        came_at = request.received_at or self.handler.clock.now()
        now = request.imported.occurred_at if request.imported else governance.now(came_at)
        mandate = await self._mandate(now, getattr(request.command, "organisation_id", None))
        boundary = await self._fold(conditions)
        registers, register_position = await self._registers(conditions, boundary)
        ids = count()
        return Context(
            tenant=self.tenant,
            actor=request.principal.person_id,
            mandate=mandate,
            now=now,
            new_id=lambda: derived_id(request.command_id, next(ids)),
            new_secret=lambda: os.urandom(SECRET_BYTES),
            rules=national.rules(self.tenant.kind, governance.overrides, now.date()),
            calendar=national.calendar(),
            references=await self._references(conditions, fresh=fresh),
            boundary=boundary,
            registers=registers,
            register_position=register_position,
            imported=request.imported is not None,
        )

    async def _mandate(
        self, now: datetime, organisation_id: UUID | None, aggregate: Aggregate | None = None
    ) -> Mandate:
        request, authority = self.request, self.handler.authority
        asked = (self.tenant, request.principal, request.command.name, self.roles, now, organisation_id)
        mandate, about = await authority.permit(*asked), None
        if mandate.successor and (aggregate is not None or self.decision.creates):
            await authority.read_successors(self.tenant)
            about = concerned(self.stream_id, request.command, aggregate)
            mandate = await authority.permit(*asked, about)
        if _rests_elsewhere(mandate):  # on another log, which this append cannot prove: look now
            await authority.national(fresh=True)
            mandate = await authority.permit(*asked, about)
        return mandate

    async def _mandate_for(self, organisation_id: UUID | None, now: datetime, aggregate: Aggregate) -> Mandate:
        """That for the organisation whose the stream is, or else for the one that the command names.

        To an API client that speaks for another member a stream of this one is not there.
        """
        named: UUID | None = getattr(self.request.command, "organisation_id", None)
        try:
            return await self._mandate(now, organisation_id or named, aggregate)
        except RuleViolated:
            if organisation_id is None or await self.handler.authority.speaks_for(
                self.request.principal, organisation_id, now
            ):
                raise
            raise StreamNotFound from None

    async def _references(self, conditions: list[Condition], *, fresh: bool) -> dict[str, Aggregate | None]:
        found: dict[str, Aggregate | None] = {}
        for name, (of, names) in self.decision.references.items():
            target = names(self.request.command)
            if target is None:
                found[name] = None
                continue
            held = await self.handler.aggregates.read(self.tenant.tenant_id, of, target, fresh=fresh)
            found[name] = held.aggregate
            conditions.append(Condition(f"stream:{target}", held.position))
        return found

    async def _fold(self, conditions: list[Condition]) -> Boundary | None:
        if self.decision.boundary is None:
            return None
        folded = self.decision.boundary()
        tags = folded.tags(self.stream_id, self.request.command)
        tags += folded.tags_of_actor(self.request.principal.person_id)
        conditions += await self._folded(self.tenant.tenant_id, tags, (folded,))
        return folded

    async def _registers(
        self, conditions: list[Condition], boundary: Boundary | None
    ) -> tuple[tuple[Boundary, ...], int]:
        """Folds of the national log and how far they reach, read for this decision: nothing of them is ever cached."""
        if not self.decision.register:
            return (), 0
        command, folds = self.request.command, tuple([of() for of in self.decision.register])
        tags = dict.fromkeys(tag for fold in folds for tag in fold.register_tags(self.stream_id, command, boundary))
        found = await self._folded(NATIONAL_TENANT, tuple(tags), folds)
        if self.tenant.tenant_id == NATIONAL_TENANT:
            conditions += found
        return folds, max((one.after for one in found), default=0)

    async def _folded(self, tenant_id: int, tags: Sequence[str], folds: Sequence[Boundary]) -> list[Condition]:
        """Take all that carries one of the tags, or one they lead to, into the folds; what proves that it was all."""
        conditions: dict[str, Condition] = {}
        carrying: dict[int, Event] = {}
        waiting = list(tags)
        while waiting:
            tag = waiting.pop()
            found = await self.handler.store.read_tag(tenant_id, tag)
            conditions[tag] = Condition(tag, found[-1].position if found else 0)
            told = {one.position: restore(self.handler.registry, one) for one in found if one.position not in carrying}
            further = {tag for event in told.values() for fold in folds for tag in fold.leads_to(event)}
            waiting += sorted(further - conditions.keys() - {*waiting})
            carrying |= told
        for _, event in sorted(carrying.items()):
            for fold in folds:
                fold.apply(event.originator_id, event)
        return list(conditions.values())

    async def _append(self, aggregate: Aggregate, ctx: Context, conditions: tuple[Condition, ...]) -> Append:
        own = (f"stream:{aggregate.id}",) if aggregate.REFERENCED else ()
        triggered = aggregate.collect()
        self._code = _receipt_code(triggered)
        print_of_request = fingerprint(self.request, salted(triggered))
        events = tuple([await self.handler.seal(self.tenant.tenant_id, event, own) for event in triggered])
        return Append(
            tenant_id=self.tenant.tenant_id,
            command_id=self.request.command_id,
            occurred_at=aggregate.modified_on,
            metadata=encode_metadata(self._metadata(ctx, print_of_request)),
            events=events,
            conditions=conditions,
        )

    def _metadata(self, ctx: Context, print_of_request: str) -> Metadata:
        request, imported = self.request, self.request.imported
        return Metadata(
            actor=request.principal.person_id,
            role=str(ctx.mandate.role),
            basis=ctx.mandate.basis,
            fingerprint=print_of_request,
            on_behalf_of=ctx.mandate.organisation_id,
            cause=request.cause,
            correlation=request.correlation,
            traceparent=current_traceparent() or request.traceparent,
            rule_pack=ctx.rules.pack,
            calendar=ctx.calendar.version,
            language=request.language,
            source=imported.source if imported else "",
            source_id=imported.source_id if imported else "",
            register=0 if self.tenant.tenant_id == NATIONAL_TENANT else ctx.register_position,
        )

    def _committed(self, held: Held, append: Append, outcome: Committed) -> Executed:
        held.position = outcome.last
        self.handler.aggregates.give_back(self.tenant.tenant_id, held)
        if any(GOVERNS in event.tags for event in append.events):
            self.handler.authority.forget_age(self.tenant.tenant_id)
        types = [event.type_name for event in append.events]
        answer = self._answer(self.stream_id, held.aggregate.version, outcome.first, types, self._code)
        return Executed(answer, replayed=False)

    def _answer(self, stream_id: UUID, version: int, first: int, types: Sequence[str], code: str) -> Answer:
        command_id, begin = self.request.command_id, version - len(types) + 1
        return Answer(
            tenant=self.tenant.slug,
            stream_id=stream_id,
            version=version,
            first_position=first,
            last_position=first + len(types) - 1,
            events=tuple(
                EventReference(name, first + n, event_id(command_id, stream_id, begin + n))
                for n, name in enumerate(types)
            ),
            receipt_code=code,
        )

    async def _answer_refusal(self, refusal: PaktError) -> Executed:
        found = await self.handler.store.find_command(self.tenant.tenant_id, self.request.command_id)
        if found is None:
            raise refusal
        return await self._repeat(*found)

    async def _repeat(self, first: int, last: int) -> Executed:
        stored = await self.handler.store.read_log(self.tenant.tenant_id, first - 1, last - first + 1)
        metadata = decode_metadata(stored[0].metadata)
        salt = await salt_of(self.handler.vault, stored)
        same = salt is None or metadata.fingerprint == fingerprint(self.request, salt)
        if metadata.actor != self.request.principal.person_id or not same:
            raise RequestKeyReused
        code = _receipt_code(restore(self.handler.registry, event) for event in stored)
        types = [event.type_name for event in stored]
        return Executed(self._answer(stored[0].stream_id, stored[-1].version, first, types, code), replayed=True)


def _fought_over(append: Append) -> frozenset[str]:
    """Tags of its conditions that its own events carry: two such appends are never both true of one log."""
    proved = {condition.tag for condition in append.conditions}
    return frozenset(tag for event in append.events for tag in event.tags if tag in proved)


def _rests_elsewhere(mandate: Mandate) -> bool:
    """Whether the national log may have ended it; a delegate's mandate has an id where an organisation gave it."""
    return mandate.role in _ELSEWHERE or (mandate.role == Role.CSO_DELEGATE and mandate.mandate_id is not None)


def _receipt_code(events: Iterable[Event]) -> str:
    return next((event.receipt_code for event in events if event.receipt_code), "")
