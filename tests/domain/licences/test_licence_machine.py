"""Licences of an issuer in any order of decisions and days, and what every buyer knows of them when all is told."""

from collections import deque
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.kernel.command import Command
from domain.kernel.deadline import local_day
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Reaction
from domain.licences import commands as c
from domain.licences import events as e
from domain.licences.entry import LicenceEntry
from domain.licences.held import Licences, NotLicensed
from domain.licences.licence import Licence
from domain.licences.policies import POLICIES
from domain.licences.vocabulary import LicenceStage, Reliance, Term
from tests.domain.licences.examples import DELEGATE, INSPECTOR, ORGANISATION, REASON, SERVICE, STAFF
from tests.domain.organisations.examples import REGISTER, good_standing
from tests.support.given import MINISTRY, NATIONAL, NOW, told
from tests.support.world import CLOCK, MACHINE, World

STREAMS = [derived_id("machine", "licence", n) for n in range(3)]
CONTRACTS = [Reliance(tenant_id=36, stream_id=derived_id("machine", "contract", n)) for n in range(2)]
streams = st.sampled_from(STREAMS)
offsets = st.integers(-40, 400)
LIVING = (LicenceStage.APPLIED, LicenceStage.GRANTED, LicenceStage.SUSPENDED)


class Ask(Command, frozen=True, kw_only=True):
    """A command of a buyer."""

    organisation_id: UUID


class LicenceMachine(RuleBasedStateMachine):
    """Drives an issuer's licences for one service; what follows is told in order, some time, and perhaps twice."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.waiting: deque[Reaction] = deque()

    def held(self, stream: UUID) -> Licence | None:
        found = self.world.aggregates.get(stream)
        assert found is None or isinstance(found, Licence)
        return found

    @property
    def today(self) -> date:
        return local_day(self.world.now)

    def decide(self, stream: UUID, command: Command, **overrides: Any) -> tuple[Event, ...]:
        if (self.held(stream) is None) != isinstance(command, c.ApplyForLicence):
            return ()  # the append would refuse a second beginning, and there is nothing to decide on
        facts = {"tenant": MINISTRY, "mandate": INSPECTOR, "registers": (good_standing(),)} | overrides
        events = self.world.send(command, stream, Licence, **facts)
        for event in events:
            position = len(self.world.log)
            self.waiting += (
                POLICIES[type(event)](told(event, stream, position=position)) if type(event) in POLICIES else ()
            )
        return events

    @rule(days=st.integers(1, 120))
    def wait(self, days: int) -> None:
        self.world.wait(timedelta(days=days))

    @rule(stream=streams, places=st.sampled_from([("prizren",), ("prizren", "peje")]))
    def ask(self, stream: UUID, places: tuple[str, ...]) -> None:
        living = [one for at in STREAMS if (one := self.held(at)) is not None and one.stage in LIVING]
        command = c.ApplyForLicence(
            organisation_id=ORGANISATION, service=SERVICE, places=places, capacity=30, staff=STAFF
        )
        begun = self.decide(stream, command, mandate=DELEGATE)
        assert not (begun and living)

    @rule(stream=streams, passed=st.booleans())
    def inspect(self, stream: UUID, passed: bool) -> None:
        command = c.RecordInspection(inspected_on=self.today, passed=passed, capacity=30, findings=REASON)
        self.decide(stream, command)

    @rule(stream=streams, first=offsets, days=st.integers(0, 500), renew=st.booleans(), follows=st.booleans())
    def license(self, stream: UUID, first: int, days: int, renew: bool, follows: bool) -> None:
        begins = self.today + timedelta(days=first)
        held = self.held(stream)
        if follows and held is not None and held.validity.terms:
            begins = held.validity.valid_until + timedelta(days=1)
        of = Term(
            valid_from=begins,
            valid_until=begins + timedelta(days=days),
            places=("prizren",),
            capacity=20,
            staff=STAFF,
        )
        what: Any = c.RenewLicence if renew else c.GrantLicence
        self.decide(stream, what(organisation_id=ORGANISATION, decision_no="1/2026", term=of))

    @rule(stream=streams)
    def refuse(self, stream: UUID) -> None:
        self.decide(stream, c.RefuseLicence(decision_no="2/2026", reason=REASON))

    @rule(
        stream=streams,
        what=st.sampled_from([c.SuspendLicence, c.SuspendLicence, c.ReinstateLicence, c.RevokeLicence]),
        first=offsets,
    )
    def rule_from(self, stream: UUID, what: Any, first: int) -> None:
        day = self.today + timedelta(days=first)
        of = {"organisation_id": ORGANISATION} if what is c.ReinstateLicence else {}
        self.decide(stream, what(decision_no="3/2026", first_day=day, reason=REASON, **of))

    @rule(stream=streams)
    def expire(self, stream: UUID) -> None:
        for event in self.decide(stream, c.ExpireLicence(), mandate=CLOCK):
            assert isinstance(event, e.LicenceExpired)
            assert event.last_day < self.today

    @rule(stream=streams, reliance=st.sampled_from(CONTRACTS))
    def rely(self, stream: UUID, reliance: Reliance) -> None:
        entry = e.entry_id(MINISTRY.tenant_id, stream)
        if entry in self.world.aggregates:
            self.tell(Reaction(entry, c.RelyOnLicence(reliance=reliance)))

    def tell(self, reaction: Reaction) -> None:
        begins = isinstance(reaction.command, c.EnterLicence)
        if begins == (reaction.stream_id in self.world.aggregates):
            return  # the append would refuse a second beginning
        facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": CLOCK, "references": {"institutions": REGISTER}}
        self.world.send(reaction.command, reaction.stream_id, LicenceEntry, **facts)

    @precondition(lambda self: self.waiting)
    @rule(twice=st.booleans())
    def relay(self, twice: bool) -> None:
        """The first that waits; sent again it changes nothing."""
        reaction = self.waiting.popleft()
        self.tell(reaction)
        if twice:
            before = len(self.world.log)
            self.tell(reaction)
            assert len(self.world.log) == before

    @invariant()
    def a_terms_days_follow_one_another(self) -> None:
        for stream in STREAMS:
            terms = held.validity.terms if (held := self.held(stream)) else ()
            for one, other in pairwise(terms):
                assert other.valid_from == one.valid_until + timedelta(days=1)

    @invariant()
    def what_was_never_granted_is_on_no_day_valid(self) -> None:
        for stream in STREAMS:
            held = self.held(stream)
            if held is not None and held.stage in (LicenceStage.APPLIED, LicenceStage.REFUSED):
                assert held.validity.terms == ()
                assert e.entry_id(MINISTRY.tenant_id, stream) not in self.world.aggregates

    @invariant()
    def buyers_know_what_the_issuer_decided_once_it_is_told(self) -> None:
        if self.waiting:
            return
        fold = self.world.folded(Licences, STREAMS[0], Ask(organisation_id=ORGANISATION))
        licences = [one for stream in STREAMS if (one := self.held(stream)) is not None and one.validity.terms]
        assert len(fold.entries) == len(licences)
        for n in range(-50, 900, 13):
            day = NOW.date() + timedelta(days=n)
            valid = any(one.validity.valid_on(day, "prizren") for one in licences)
            assert (fold.valid(SERVICE, ("prizren",), day, day) is not None) == valid
            assert fold.valid(SERVICE, ("peje",), day, day) is None
            if not valid:
                self.assert_refused(fold, day)

    @staticmethod
    def assert_refused(fold: Licences, day: date) -> None:
        with pytest.raises(NotLicensed) as caught:
            fold.require(SERVICE, ("prizren",), day, day)
        assert caught.value.rule == "licence.valid" or caught.value.licence["event"]

    @invariant()
    def every_event_of_an_issuer_is_in_an_entry_once(self) -> None:
        for aggregate in self.world.aggregates.values():
            if isinstance(aggregate, LicenceEntry):
                changes = [
                    event
                    for stream, event in self.world.log
                    if stream == aggregate.id and isinstance(event, e.LicenceEntryChanged)
                ]
                assert len({event.origin for event in changes}) == len(changes)
                assert len(set(aggregate.relied_on_by)) == len(aggregate.relied_on_by)

    def teardown(self) -> None:
        """Every licence and every entry is what its stored events make of it."""
        self.world.check_replay()


LicenceMachine.TestCase.settings = MACHINE
TestLicence = LicenceMachine.TestCase
