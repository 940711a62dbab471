"""Two agreements of one volunteer in two institutions, in any order of logging, answers, corrections and days.

It begins in the week in which the clocks go back, so days of 25 hours and midnights are in every history.
"""

from collections import deque
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Reaction, Role
from domain.volunteering.agreement import VolunteerAgreement
from domain.volunteering.agreement_parts import AgreementStage
from domain.volunteering.commands import agreement as a
from domain.volunteering.commands import hours as h
from domain.volunteering.commands import time as t
from domain.volunteering.events.hours import HoursTotalled
from domain.volunteering.events.volunteer import GuardianRecorded, VolunteerRegistered, volunteer_id
from domain.volunteering.hours_days import monday_of, touches_night
from domain.volunteering.hours_ledger import HoursLedger
from domain.volunteering.hours_parts import EntryStage, ledger_id, minutes_in, time_id
from domain.volunteering.hours_policies import POLICIES
from domain.volunteering.hours_total import total_of
from domain.volunteering.time_claims import VolunteerTime
from domain.volunteering.vocabulary import AgeBand, Protection, Traits
from tests.domain.organisations.examples import REGISTER
from tests.domain.volunteering import examples as x
from tests.domain.volunteering import hours_examples as y
from tests.domain.volunteering.test_agreement import OFFER, opportunity, provider
from tests.domain.volunteering.test_provider import registered
from tests.support.given import MINISTRY, MUNICIPALITY, NATIONAL, Tenant, told
from tests.support.world import CLOCK, MACHINE, World

START = datetime(2026, 10, 23, 5, tzinfo=UTC)
AGREEMENTS = {derived_id("machine", "agreement", n): tenant for n, tenant in enumerate((MUNICIPALITY, MINISTRY))}
TIME = time_id(y.PERSON)
ANYBODY = Mandate(Role.SIGNED_IN, "any person")
agreements = st.sampled_from(list(AGREEMENTS))
lengths = st.one_of(st.integers(-5, 5), st.integers(30, 240), st.sampled_from([600, 1440, 1500, 1501]))
people = st.sampled_from([y.PERSON, y.SUPERVISOR, y.OFFICE, y.GUARDIAN])


class HoursMachine(RuleBasedStateMachine):
    """Drives both agreements; what follows is told in the order of each log, some time, and perhaps twice."""

    @initialize(minor=st.booleans())
    def register(self, minor: bool) -> None:
        self.world = World(START)
        self.waiting: dict[int, deque[Reaction]] = {one: deque() for one in (1, 10, 36)}
        self.minor = minor
        band = AgeBand.FROM_15 if minor else AgeBand.FROM_18
        known = VolunteerRegistered(person_id=y.PERSON, traits=Traits(band=band, municipality="prizren"))
        guarded = GuardianRecorded(person_id=y.PERSON, guardian_id=y.GUARDIAN, proof="Certificate")
        for version, event in enumerate((known, guarded)[: 2 if minor else 1], 1):
            stream = volunteer_id(y.PERSON)
            self.world.log.append((stream, replace(event).stamp(stream, version, START - x.DAY)))
        first = START.date()
        for agreement, tenant in AGREEMENTS.items():
            command = replace(
                OFFER, opportunity_id=agreement, first_day=first, last_day=first + 30 * x.DAY, max_minutes=3000
            )
            self.decide(
                agreement,
                command,
                VolunteerAgreement,
                tenant,
                mandate=x.DELEGATE,
                actor=y.OFFICE,
                references={"opportunity": opportunity(), "provider": provider()},
                registers=(y.volunteer(band), registered()),
            )
            self.decide(agreement, a.AcceptAgreement(), VolunteerAgreement, tenant, actor=y.PERSON)

    def decide(self, stream: UUID, command: Command, of: Any, tenant: Tenant, **facts: Any) -> tuple[Event, ...]:
        begins = of.decisions[type(command)].creates
        if begins == (stream in self.world.aggregates):
            return ()  # the append would refuse a second beginning, and there is nothing to decide on
        events = self.world.send(command, stream, of, tenant=tenant, **({"mandate": ANYBODY} | facts))
        for event in events:
            if type(event) in POLICIES:
                recorded = told(event, stream, tenant=tenant, position=len(self.world.log))
                self.waiting[tenant.tenant_id] += [
                    one for one in POLICIES[type(event)](recorded) if one.stream_id not in AGREEMENTS
                ]
        return events

    def log_of(self, agreement: UUID) -> HoursLedger | None:
        found = self.world.aggregates.get(ledger_id(agreement))
        assert found is None or isinstance(found, HoursLedger)
        return found

    @property
    def time(self) -> VolunteerTime | None:
        found = self.world.aggregates.get(TIME)
        assert found is None or isinstance(found, VolunteerTime)
        return found

    @rule(minutes=st.sampled_from([1, 60, 240, 600, 1440, 3 * 1440]))
    def wait(self, minutes: int) -> None:
        self.world.wait(timedelta(minutes=minutes))

    @rule(agreement=agreements, by=people, what=st.sampled_from([a.GiveGuardianConsent, a.GiveGuardianConsent]))
    def consent(self, agreement: UUID, by: UUID, what: Any) -> None:
        events = self.decide(agreement, what(), VolunteerAgreement, AGREEMENTS[agreement], actor=by)
        assert not events or (self.minor and by == y.GUARDIAN)

    @rule(agreement=agreements, ago=st.integers(0, 4000), length=lengths, pause=st.integers(0, 60), by=people)
    def log(self, agreement: UUID, ago: int, length: int, pause: int, by: UUID) -> None:
        began = self.world.now - timedelta(minutes=ago)
        command = h.LogHours(started_at=began, ended_at=began + length * y.MINUTE, break_minutes=pause, task="kitchen")
        events = self.decide(ledger_id(agreement), command, HoursLedger, AGREEMENTS[agreement], actor=by)
        assert not events or by in (y.PERSON, y.SUPERVISOR)

    @precondition(lambda self: self.entries())
    @rule(data=st.data(), what=st.sampled_from(["confirm", "confirm", "reject", "correct"]), by=people)
    def judge(self, data: Any, what: str, by: UUID) -> None:
        agreement, entry_id = data.draw(st.sampled_from(self.entries()))
        ledger = self.log_of(agreement)
        assert ledger is not None
        entry = ledger.entries[entry_id]
        command: Command = h.ConfirmHours(entry_id=entry_id)
        if what == "reject":
            command = h.RejectHours(entry_id=entry_id, reason="No.")
        elif what == "correct":
            ended = entry.ended_at + data.draw(st.integers(-60, 60)) * y.MINUTE
            command = h.CorrectHours(
                reverses=entry_id, started_at=entry.started_at, ended_at=ended, task="kitchen", reason="Not so."
            )
        mandate = x.DELEGATE if by in (y.OFFICE, y.PERSON, y.GUARDIAN) else ANYBODY
        facts = {"actor": by, "mandate": mandate}
        events = self.decide(ledger_id(agreement), command, HoursLedger, AGREEMENTS[agreement], **facts)
        if events and what != "correct":
            assert by not in (y.PERSON, entry.logged_by, y.GUARDIAN if self.minor else None)

    def entries(self) -> list[tuple[UUID, UUID]]:
        ledgers = ((one, self.log_of(one)) for one in AGREEMENTS)
        return [(one, entry) for one, ledger in ledgers if ledger is not None for entry in ledger.entries]

    @rule(agreement=agreements)
    def add_up(self, agreement: UUID) -> None:
        facts = {"actor": y.OFFICE, "mandate": x.DELEGATE}
        for event in self.decide(ledger_id(agreement), h.StateTotal(), HoursLedger, AGREEMENTS[agreement], **facts):
            ledger = self.log_of(agreement)
            assert isinstance(event, HoursTotalled)
            assert ledger is not None
            assert event.minutes == total_of(ledger.entries).minutes > 0

    @rule(agreement=agreements, by=people, often=st.integers(0, 9))
    def end(self, agreement: UUID, by: UUID, often: int) -> None:
        if often == 0:
            command = a.EndAgreement(reason="Enough.")
            self.decide(agreement, command, VolunteerAgreement, AGREEMENTS[agreement], actor=by, mandate=x.DELEGATE)

    @precondition(lambda self: any(self.waiting.values()))
    @rule(data=st.data(), twice=st.booleans())
    def relay(self, data: Any, twice: bool) -> None:
        """The first that waits in one of the logs; sent again it changes nothing."""
        tenant = data.draw(st.sampled_from([one for one, queue in self.waiting.items() if queue]))
        self.tell(self.waiting[tenant].popleft(), AGREEMENT_TENANTS[tenant], twice=twice)

    @precondition(lambda self: any(self.waiting.values()))
    @rule()
    def relay_everything(self) -> None:
        while any(self.waiting.values()):
            for tenant, queue in self.waiting.items():
                if queue:
                    self.tell(queue.popleft(), AGREEMENT_TENANTS[tenant], twice=False)

    def tell(self, reaction: Reaction, sender: Tenant, *, twice: bool) -> None:
        tenant = AGREEMENT_TENANTS[sender.tenant_id if reaction.tenant_id is None else reaction.tenant_id]
        of = VolunteerTime if isinstance(reaction.command, _TIME) else HoursLedger
        facts = {"mandate": CLOCK, "references": {"institutions": REGISTER} if of is VolunteerTime else {}}
        self.decide(reaction.stream_id, reaction.command, of, tenant, **facts)
        if twice:
            assert self.decide(reaction.stream_id, reaction.command, of, tenant, **facts) == ()

    @invariant()
    def nobody_is_in_two_places_at_once(self) -> None:
        held = sorted((one.started_at, one.ended_at) for one in self.time.held.values()) if self.time else []
        assert all(ended <= begins for (_, ended), (begins, _) in pairwise(held))

    @invariant()
    def no_day_and_no_week_is_longer_than_the_rules(self) -> None:
        days: dict[date, int] = {}
        weeks: dict[date, int] = {}
        for claim in self.time.held.values() if self.time else ():
            for one in claim.days:
                days[one.day] = days.get(one.day, 0) + one.minutes
                weeks[monday_of(one.day)] = weeks.get(monday_of(one.day), 0) + one.minutes
            if self.minor:
                assert touches_night(claim.started_at, claim.ended_at, 360, 1200) is None
        for day, minutes in days.items():
            most = 600 if not self.minor else 120 if day.weekday() < 5 else 420
            assert minutes <= most
        assert all(minutes <= (1200 if self.minor else 2400) for minutes in weeks.values())

    @invariant()
    def what_is_confirmed_was_free_and_within_the_agreement(self) -> None:
        for agreement in AGREEMENTS:
            ledger, signed = self.log_of(agreement), self.world.aggregates[agreement]
            assert isinstance(signed, VolunteerAgreement)
            if ledger is None:
                continue
            counted = {one: e for one, e in ledger.entries.items() if e.stage in _COUNTED}
            assert ledger.book.total == sum(entry.minutes for entry in counted.values()) <= 3000
            for entry_id, entry in ledger.entries.items():
                assert 0 < minutes_in(entry.days) <= 1440
                if entry.stage in (EntryStage.CLAIMED, EntryStage.CONFIRMED):
                    assert self.time is not None
                    assert entry_id in self.time.held

    @invariant()
    def everybody_knows_the_same_once_all_is_told(self) -> None:
        if any(self.waiting.values()):
            return
        known = {
            entry_id
            for agreement in AGREEMENTS
            if (ledger := self.log_of(agreement)) is not None
            for entry_id, entry in ledger.entries.items()
            if entry.stage in (EntryStage.CLAIMED, EntryStage.CONFIRMED)
        }
        assert known == set(self.time.held if self.time else ())
        for agreement, entry_id in self.entries():
            ledger = self.log_of(agreement)
            assert ledger is not None
            assert ledger.entries[entry_id].stage is not EntryStage.LOGGED

    @invariant()
    def a_minor_signs_nothing_alone(self) -> None:
        for agreement in AGREEMENTS:
            signed = self.world.aggregates[agreement]
            assert isinstance(signed, VolunteerAgreement)
            assert signed.protection is (Protection.MINOR if self.minor else Protection.ADULT)
            if self.minor and signed.stage in (AgreementStage.SIGNED, AgreementStage.ACTIVE):
                assert signed.guardians

    def teardown(self) -> None:
        """Every aggregate is what its stored events make of it."""
        self.world.check_replay()


_COUNTED = (EntryStage.LOGGED, EntryStage.CLAIMED, EntryStage.CONFIRMED)
_TIME = (t.OpenVolunteerTime, t.ClaimTime, t.ReleaseTime)
AGREEMENT_TENANTS = {1: NATIONAL, 10: MINISTRY, 36: MUNICIPALITY}
HoursMachine.TestCase.settings = MACHINE
TestHours = HoursMachine.TestCase
