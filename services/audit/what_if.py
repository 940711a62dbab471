"""Counterfactual law: history judged by the rules that bound it, and by a proposed rule pack. Reads only.

Each tenant's log is read once, beside the governing events of the national one: every event meets the law as it was
known when it was recorded. What happened stays what happened; only what the rules say of it may differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from domain.catalogue import DOMAINS
from domain.governance import NO_OVERRIDES, Governance, NationalGovernance, Override
from domain.kernel.context import Tenant
from domain.kernel.deadline import local_day
from domain.kernel.errors import StreamNotFound
from domain.kernel.event import InitialEvent, RecordedEvent
from domain.kernel.governing import GOVERNS
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.judging import Bound, Judge, Point, Step, Verdict, worst
from domain.kernel.rules import Rules
from domain.rules.commands import DraftRulePack
from domain.rules.proposal import under
from domain.tenants.register import Institution
from infra.eventstore.codec import recorded
from projections.auditor_log import AuditorLog
from projections.history import prove_contiguous
from services.bootstrap import System

PAGE = 2_000
JUDGES: Mapping[type, tuple[str, Judge]] = {
    aggregate: (domain.name, judge) for domain in DOMAINS for aggregate, judge in domain.judges.items()
}
"""What can be judged, by kind of aggregate; each domain's manifest names its own."""


class Reading(msgspec.Struct, frozen=True):
    """One point by the rules as they were and as they would have been."""

    was: Point
    would: Point


class Case(msgspec.Struct, frozen=True):
    """One aggregate: its verdict under either law, and every point that led to it."""

    tenant: str
    kind: str
    stream_id: UUID
    title: dict[str, str]
    began_at: datetime
    was: Verdict
    would: Verdict
    points: tuple[Reading, ...]


class WhatIf(msgspec.Struct, frozen=True):
    """All cases of the period; `total` counts them by `verdict -> verdict`, `positions` says how far each log went."""

    proposal: str
    begin: datetime | None
    end: datetime | None
    positions: dict[str, int]
    total: dict[str, int]
    cases: list[Case]


async def what_if(
    system: System, proposal: DraftRulePack, slug: str | None, begin: datetime | None, end: datetime | None
) -> WhatIf:
    """Judge what began at or after `begin` and before `end`, in one institution or with None in all but sandboxes.

    Raises:
        StreamNotFound: no such tenant.
        HistoryCorrupt: a log has a gap, an unknown type or a payload that does not fit.
    """
    institutions = (await system.handler.authority.national(fresh=True)).institutions
    if slug is not None and slug not in institutions:
        raise StreamNotFound
    chosen = [one for one in institutions.values() if one.slug == slug or (slug is None and not one.sandbox)]
    log = AuditorLog(system.auditing)
    governing = [recorded(system.registry, stored) for stored in await log.read_tag(NATIONAL_TENANT, GOVERNS)]
    positions: dict[str, int] = {}
    cases: list[Case] = []
    for institution in sorted(chosen, key=lambda one: one.slug):
        court = _Court(system, institution, proposal, _National(governing))
        positions[institution.slug] = await court.hear(log)
        now = (await system.handler.authority.of(institution.tenant_id)).now(system.clock.now())
        cases += [
            case
            for case in court.cases(now)
            if (begin is None or begin <= case.began_at) and (end is None or case.began_at < end)
        ]
    total: dict[str, int] = {}
    for case in cases:
        name = f"{case.was} -> {case.would}"
        total[name] = total.get(name, 0) + 1
    return WhatIf(proposal.pack, begin, end, positions, dict(sorted(total.items())), cases)


class _National:
    """The national law as far as it was known at a moment; moments only advance."""

    def __init__(self, governing: Sequence[RecordedEvent]) -> None:
        self._governing, self._next = governing, 0
        self.fold = NationalGovernance()

    def advance(self, at: datetime) -> NationalGovernance:
        """The fold of everything recorded by then."""
        while self._next < len(self._governing) and self._governing[self._next].recorded_at <= at:
            self.fold.apply(self._governing[self._next])
            self._next += 1
        return self.fold


class _Court:
    """Hears one tenant's log and keeps, of every stream that can be judged, the steps under either law."""

    def __init__(self, system: System, institution: Institution, proposal: DraftRulePack, national: _National) -> None:
        self._registry, self._institution, self._proposal = system.registry, institution, proposal
        self._national, self._own = national, Governance()
        self._worked_out: tuple[Rules, Mapping[str, Override], Rules] | None = None
        self._streams: dict[UUID, tuple[type, list[Step], list[Step]]] = {}

    async def hear(self, log: AuditorLog) -> int:
        """Read the whole log; the position at which it ended."""
        after = 0
        while page := await log.read_log(self._institution.tenant_id, after, PAGE):
            prove_contiguous(self._institution.tenant_id, page, after)
            for stored in page:
                self._take(recorded(self._registry, stored))
            after = page[-1].position
        return after

    def cases(self, now: datetime) -> Iterator[Case]:
        """The judged streams, in order of their first events."""
        for stream_id, (kind, was, would) in self._streams.items():
            judge = JUDGES[kind][1]
            before, after = judge(was, now), judge(would, now)
            if before is not None and after is not None:
                points = tuple(map(Reading, before.points, after.points))
                verdicts = worst(before.points), worst(after.points)
                slug, began_at = self._institution.slug, before.began_at
                yield Case(slug, kind.__name__, stream_id, before.title, began_at, *verdicts, points)

    def _take(self, one: RecordedEvent) -> None:
        event = one.event
        if GOVERNS in event.tags():
            self._own.apply(one)
        if isinstance(event, InitialEvent) and event.originates in JUDGES:
            self._streams[one.stream_id] = (event.originates, [], [])
        held = self._streams.get(one.stream_id)
        if held is None:
            return
        event.stamp(one.stream_id, one.version, one.occurred_at)
        was, would = self._laws(one)
        held[1].append(Step(event, one.position, was))
        held[2].append(Step(event, one.position, would))

    def _laws(self, one: RecordedEvent) -> tuple[Bound, Bound]:
        national, overrides = self._national.advance(one.recorded_at), self._own.overrides
        kind, day = self._institution.kind, local_day(one.occurred_at)
        standing = national.rules(kind, NO_OVERRIDES, day)
        tenant = Tenant(self._institution.tenant_id, self._institution.slug, kind)
        proposed = self._proposed(standing, overrides, kind)
        calendar = national.calendar()
        return Bound(tenant, national.rules(kind, overrides, day), calendar), Bound(tenant, proposed, calendar)

    def _proposed(self, standing: Rules, overrides: Mapping[str, Override], kind: str) -> Rules:
        """Kept while neither what stands nor what the institution set has changed."""
        known = self._worked_out
        if known is None or known[0] is not standing or known[1] is not overrides:
            known = self._worked_out = (standing, overrides, under(self._proposal, standing, overrides, kind))
        return known[2]
