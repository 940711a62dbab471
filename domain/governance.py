"""What governs a tenant now: folds of the `governs` events of its log, complete up to `position`.

A fold holds the aggregates themselves, so what a decision saw and what governs cannot differ. Of organisations, only
some of whose events govern, it holds who represents them.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

import msgspec

from domain.clients.client import ApiClient
from domain.kernel.aggregate import Aggregate
from domain.kernel.calendar import Calendar
from domain.kernel.context import Mandate
from domain.kernel.deadline import local_day
from domain.kernel.event import RecordedEvent
from domain.kernel.manifest import Role
from domain.kernel.rules import Rule, Rules
from domain.organisations.representation import GOVERNING, Representation
from domain.rules.override import OverrideState, RuleOverride
from domain.rules.pack import RulePack
from domain.rules.working_calendar import WorkingCalendar
from domain.succession.succession import Succession
from domain.tenants.auditing import AuditAppointment, AuditMandate, AuditPeriod
from domain.tenants.languages import LanguageDeclaration
from domain.tenants.membership import Membership
from domain.tenants.register import Institution, InstitutionRegister
from domain.tenants.sandbox_clock import SandboxClock


class Override(msgspec.Struct, frozen=True):
    """An institution's own value of a rule, and the decision it rests on ('' where the public loses nothing)."""

    rule: str
    value: int | str
    decision_no: str
    stream_id: UUID


NO_OVERRIDES: Mapping[str, Override] = MappingProxyType({})


class Governance:
    """Members, mandates, auditors, overrides, languages, clock and successors of one tenant."""

    def __init__(self) -> None:
        self.position = 0
        self.members: dict[UUID, Membership] = {}
        self.auditors: dict[UUID, dict[UUID, AuditMandate]] = {}
        self.overrides: Mapping[str, Override] = NO_OVERRIDES
        self.languages: tuple[str, ...] = ()
        self.succession: Succession | None = None
        """Who answers for the institution, once it has ended and others succeed it."""
        self._clock: SandboxClock | None = None
        self._held: dict[UUID, tuple[date, tuple[Mandate, ...]]] = {}
        self._streams: dict[UUID, Aggregate] = {}

    def apply(self, recorded: RecordedEvent) -> None:
        """Take the next governing event; positions ascend, one that was seen changes nothing."""
        if recorded.position <= self.position:
            return
        self._take(recorded)
        self.position = recorded.position

    def mandates(self, person_id: UUID, now: datetime) -> tuple[Mandate, ...]:
        """The mandates the person holds at that instant of the tenant's time, in the order they were granted."""
        if person_id not in self.members and person_id not in self.auditors:
            return ()
        day = local_day(now)  # mandates begin and end with days
        held = self._held.get(person_id)
        if held is None or held[0] != day:
            held = self._held[person_id] = (day, (*self._as_member(person_id, now), *self._as_auditor(person_id, now)))
        return held[1]

    def audits(self, person_id: UUID) -> tuple[AuditPeriod, ...]:
        """Every auditor's mandate that the person has or had here, whatever it is worth today."""
        member, granted = self.members.get(person_id), self.auditors.get(person_id, {})
        own = member.mandates.values() if member is not None else ()
        return (
            *(
                AuditPeriod(one.mandate_id, one.legal_basis, one.valid_from, one.valid_to)
                for one in own
                if one.role == Role.AUDITOR
            ),
            *(mandate.period for mandate in granted.values()),
        )

    def every_audit(self) -> Iterator[tuple[UUID, AuditPeriod]]:
        """Every person with every auditor's mandate that the log holds, in no order."""
        for person_id in {*self.members, *self.auditors}:
            for period in self.audits(person_id):
                yield person_id, period

    def now(self, system_now: datetime) -> datetime:
        """The tenant's time at a real instant (UTC)."""
        return self._clock.read(system_now) if self._clock else system_now

    def _take(self, recorded: RecordedEvent) -> None:
        event = recorded.event
        if isinstance(event, GOVERNING):
            return  # who represents an organisation is folded for the nation
        event.stamp(recorded.stream_id, recorded.version, recorded.occurred_at)
        aggregate: Aggregate = event.mutate(self._streams.get(recorded.stream_id))
        self._streams[recorded.stream_id] = aggregate
        self._seen(aggregate)

    def _as_member(self, person_id: UUID, now: datetime) -> Iterator[Mandate]:
        member = self.members.get(person_id)
        for one in member.mandates.values() if member is not None else ():
            if one.valid_at(now):
                mandate_id = one.mandate_id if one.role == Role.AUDITOR else None
                yield Mandate(one.role, one.legal_basis, one.organisation_id, mandate_id)

    def _as_auditor(self, person_id: UUID, now: datetime) -> Iterator[Mandate]:
        for mandate_id, one in self.auditors.get(person_id, {}).items():
            if one.period.state_at(now) == "in_force":
                yield Mandate(Role.AUDITOR, one.period.legal_basis, mandate_id=mandate_id)

    def _seen(self, aggregate: Aggregate) -> None:
        match aggregate:
            case Membership():
                self.members[aggregate.person_id] = aggregate
                self._held.pop(aggregate.person_id, None)
            case AuditMandate():
                self.auditors.setdefault(aggregate.person_id, {})[aggregate.period.mandate_id] = aggregate
                self._held.pop(aggregate.person_id, None)
            case RuleOverride():
                self._overridden(aggregate)
            case LanguageDeclaration():
                self.languages = aggregate.languages
            case SandboxClock():
                self._clock = aggregate
            case Succession():
                self.succession = aggregate
            case _:
                pass

    def _overridden(self, of: RuleOverride) -> None:
        """A new mapping each time, so that a set of overrides is known by its identity."""
        current = self.overrides.get(of.rule)
        if of.state is OverrideState.IN_FORCE:
            self.overrides = {**self.overrides, of.rule: Override(of.rule, of.value, of.decision_no, of.id)}
        elif current is not None and current.stream_id == of.id:
            self.overrides = {key: one for key, one in self.overrides.items() if key != of.rule}


class NationalGovernance(Governance):
    """What the national log adds for everybody: institutions, calendar, rule packs, auditors, and representatives."""

    def __init__(self) -> None:
        super().__init__()
        self.institutions: Mapping[str, Institution] = {}
        self.appointments: dict[UUID, AuditAppointment] = {}
        self.withdrawn: set[UUID] = set()
        """Auditors' mandates whose appointment was revoked, wherever that is on record already."""
        self.clients: dict[UUID, ApiClient] = {}
        """Programs that work through the API by their ids, revoked ones too."""
        self.representation = Representation()
        """Who may act for which organisation, in every institution."""
        self._calendar = Calendar("xk.0", frozenset(), {})
        self._packs: dict[UUID, RulePack] = {}
        self._rules: dict[tuple[str, date, int], tuple[Mapping[str, Override], Rules]] = {}

    def calendar(self) -> Calendar:
        """The working calendar as published; no year of it before the first publication."""
        return self._calendar

    def rules(self, kind: str, overrides: Mapping[str, Override], on: date) -> Rules:
        """The rules that bind an institution of that kind with those overrides on that day.

        The published pack with the latest day up to `on` counts. History before the first pack is judged by the first.
        """
        key = (kind, on, id(overrides))
        known = self._rules.get(key)
        if known is None:
            if len(self._rules) > 4_096:  # noqa: PLR2004 - a bound on memory, not on meaning
                self._rules.clear()
            # the overrides are kept with the answer, so their id is not given to other ones
            known = self._rules[key] = (overrides, self._work_out(kind, overrides, on))
        return known[1]

    def by_tenant(self, tenant_id: int) -> Institution | None:
        """The institution of that tenant id."""
        return next((one for one in self.institutions.values() if one.tenant_id == tenant_id), None)

    def _take(self, recorded: RecordedEvent) -> None:
        if isinstance(recorded.event, GOVERNING):
            self.representation.apply(recorded.event)
        else:
            super()._take(recorded)

    def _work_out(self, kind: str, overrides: Mapping[str, Override], on: date) -> Rules:
        pack = self._pack(on)
        if pack is None:
            return Rules("", {})
        binding: dict[str, Rule] = {
            key: entry.rule(pack.pack) for key, entry in pack.rules.items() if not entry.kinds or kind in entry.kinds
        }
        for key, override in overrides.items():
            if key in binding:
                binding[key] = binding[key].overridden(override.value, override.decision_no)
        own = any(rule.overridden_by for rule in binding.values())
        return Rules(f"{pack.pack}+" if own else pack.pack, binding)

    def _pack(self, on: date) -> RulePack | None:
        published = sorted(
            ((pack.effective_from, n, pack) for n, pack in enumerate(self._packs.values()) if pack.effective_from),
            key=lambda found: found[:2],
        )
        in_force = [pack for day, _, pack in published if day <= on]
        if in_force:
            return in_force[-1]
        return published[0][2] if published else None

    def _seen(self, aggregate: Aggregate) -> None:
        match aggregate:
            case InstitutionRegister():
                self.institutions = aggregate.institutions
            case WorkingCalendar():
                self._calendar = aggregate.calendar
            case RulePack():
                self._packs[aggregate.id] = aggregate
                self._rules.clear()
            case AuditAppointment():
                self.appointments[aggregate.id] = aggregate
                if aggregate.revoked:
                    self.withdrawn.add(aggregate.id)
            case ApiClient():
                self.clients[aggregate.id] = aggregate
            case _:
                super()._seen(aggregate)
