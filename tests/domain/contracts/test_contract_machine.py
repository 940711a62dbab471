"""Any order of commands on a contract: never more is paid than agreed, and never without a licence for each day."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from msgspec.structs import replace

from domain.contracts.commands import contract as c
from domain.contracts.contract_amending import growth
from domain.contracts.contract_parts import ContractStage, DeliveredUnits, DeliveryStage, delivery_id
from domain.contracts.events import contract as e
from domain.contracts.events.call import CallPlanned
from domain.contracts.facts import CallFacts
from domain.contracts.service_contract import ServiceContract
from domain.kernel.deadline import local_day
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.licences.commands import NoteLicenceChange
from domain.licences.entry import LicenceEntry
from domain.licences.vocabulary import LicenceStage
from domain.organisations import events as o
from tests.domain.contracts import service_contracts as s
from tests.domain.contracts.service_contracts import (
    ACTIVE,
    BUYER,
    CALENDAR,
    CLOCK,
    CONTRACT,
    ENTERED,
    ENTRY,
    FOUND,
    HOURS,
    LAST_DAY,
    MANAGER,
    MONTHS,
    ORGANISATION,
    PAYER,
    PAYER_ID,
    PROVIDER,
    REASON,
    RULES,
    SIGNED_AT,
    VISITS,
    euro,
)
from tests.domain.organisations.examples import claimed
from tests.support.given import ACTOR, MUNICIPALITY
from tests.support.world import MACHINE, World

NUMBER = st.integers(1, 3)
PERSONS = st.sampled_from([ACTOR, PAYER_ID, derived_id("test", "approver")])


class ContractMachine(RuleBasedStateMachine):
    """Drives one contract of 3,600 euro while the issuer of its licence changes its mind."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(SIGNED_AT + timedelta(hours=1))
        self.origins = 100
        self.paid_numbers: list[int] = []

    @initialize(ahead=st.booleans())
    def begin(self, *, ahead: bool) -> None:
        """In some histories the first delivery was accepted already."""
        verified = o.OrganisationVerified(
            organisation_id=ORGANISATION, identifiers=s.DRAFTED.identifiers, decision_no="4/2026"
        )
        self.plant(ORGANISATION, (claimed(organisation_id=ORGANISATION), verified))
        self.plant(ENTRY, (ENTERED,))
        self.plant(s.CALL, (CallPlanned(facts=CallFacts(budget=s.BUDGET)),))
        more = (s.reported(), s.accepted()) if ahead else ()
        self.plant(CONTRACT, (*ACTIVE, *more))
        if ahead:
            self.world.wait(timedelta(days=45))

    def plant(self, stream: Any, events: tuple[Event, ...]) -> None:
        held: Any = None
        for version, event in enumerate(events, 1):
            fresh = replace(event).stamp(stream, version, SIGNED_AT + timedelta(seconds=version))
            held = fresh.mutate(held)
            self.world.log.append((stream, fresh))
        self.world.aggregates[stream] = held

    @property
    def it(self) -> ServiceContract:
        found = self.world.aggregates[CONTRACT]
        assert isinstance(found, ServiceContract)
        return found

    @property
    def licence(self) -> LicenceEntry:
        found = self.world.aggregates[ENTRY]
        assert isinstance(found, LicenceEntry)
        return found

    def send(self, command: Any, **overrides: Any) -> tuple[Event, ...]:
        lawful = {"tenant": MUNICIPALITY, "rules": RULES, "calendar": CALENDAR}
        return self.world.send(command, CONTRACT, ServiceContract, **lawful | overrides)

    @rule(by=st.sampled_from([timedelta(hours=5), timedelta(days=9), timedelta(days=31)]))
    def time_passes(self, by: timedelta) -> None:
        if self.world.now < SIGNED_AT + timedelta(days=200):
            self.world.wait(by)

    @rule(status=st.sampled_from([LicenceStage.SUSPENDED, LicenceStage.GRANTED]), told=st.booleans())
    def issuer_decides(self, status: LicenceStage, *, told: bool) -> None:
        """In the issuer's log; whether the relay has brought it to the contract yet is left open."""
        if status is self.licence.status:
            return
        self.origins += 1
        origin, since = f"12:1:{self.origins}", local_day(self.world.now)
        note = NoteLicenceChange(
            status=status,
            since=since,
            event_id=derived_id("test", "licence event", self.origins),
            origin=origin,
            decision_no="9/2026",
            reason=REASON,
        )
        assert self.world.send(note, ENTRY, LicenceEntry, mandate=CLOCK)
        if told:
            assert self.send(c.NoteLicence(entry_id=ENTRY, status=status, since=since, origin=origin), mandate=CLOCK)

    @rule(number=NUMBER, visits=st.integers(1, 60))
    def report(self, number: int, visits: int) -> None:
        units = (DeliveredUnits(line="visits", quantity=visits),)
        self.send(c.ReportDelivery(number=number, units=units, narrative="Vizita."), mandate=PROVIDER)

    @rule(number=NUMBER)
    def send_back(self, number: int) -> None:
        until = local_day(self.world.now) + timedelta(days=7)
        self.send(c.ReturnDelivery(number=number, reason=REASON, due_on=until), mandate=MANAGER)

    @rule(number=NUMBER, amount=st.integers(1, 20_000))
    def inspect_and_penalise(self, number: int, amount: int) -> None:
        today = local_day(self.world.now)
        self.send(
            c.InspectDelivery(organisation_id=ORGANISATION, number=number, findings=(FOUND,), inspected_on=today),
            mandate=MANAGER,
        )
        self.send(
            c.ImposePenalty(
                organisation_id=ORGANISATION, number=number, amount=euro(amount), decision_no="24", reason=REASON
            ),
            mandate=MANAGER,
        )

    @rule(number=NUMBER)
    def accept(self, number: int) -> None:
        self.send(c.AcceptDelivery(organisation_id=ORGANISATION, number=number), mandate=MANAGER)

    @rule(number=NUMBER, who=PERSONS)
    def pay(self, number: int, who: Any) -> None:
        today = local_day(self.world.now)
        command = c.PayDelivery(organisation_id=ORGANISATION, number=number, paid_on=today, reference="T")
        awaited = [one for one in self.it.deliveries.values() if one.is_overdue(self.world.now)]
        for event in self.send(command, mandate=PAYER, actor=who):
            assert isinstance(event, e.DeliveryPaid)
            plan = self.it.deliveries[number].plan
            assert self.licence.validity.interruption_on(today) is None, "paid while the licence is suspended"
            days = (plan.last_day - plan.first_day).days + 1
            covered = [self.licence.validity.valid_on(plan.first_day + timedelta(n), "prizren") for n in range(days)]
            assert all(covered), "paid for a day without a licence"
            assert not awaited, "paid while a delivery is overdue"
            assert who != ACTOR, "paid by whoever accepted it"
            assert number not in self.paid_numbers, "paid twice"
            self.paid_numbers.append(number)

    @rule(number=NUMBER)
    def clock(self, number: int) -> None:
        self.send(c.MarkDeliveryOverdue(delivery_id=delivery_id(number)), mandate=CLOCK)

    @rule(number=NUMBER)
    def waive(self, number: int) -> None:
        self.send(
            c.WaiveDelivery(organisation_id=ORGANISATION, number=number, decision_no="30", reason=REASON),
            mandate=BUYER,
        )

    @rule(visits=st.integers(60, 160), hours=st.integers(200, 330))
    def amend(self, visits: int, hours: int) -> None:
        lines = (replace(VISITS, quantity=visits), replace(HOURS, quantity=hours))
        before = self.it.approved_lines
        command = c.AmendContract(
            call_id=s.CALL,
            organisation_id=ORGANISATION,
            lines=lines,
            last_day=LAST_DAY,
            deliveries=MONTHS,
            reason=REASON,
        )
        for event in self.send(command, mandate=MANAGER):
            if isinstance(event, e.ContractAmended):
                assert growth(before, lines) <= 100_000, "grew beyond the share without an approval"

    @rule(number=st.integers(1, 6), who=PERSONS)
    def approve(self, number: int, who: Any) -> None:
        command = c.ApproveAmendment(call_id=s.CALL, organisation_id=ORGANISATION, number=number, decision_no="33/2026")
        if self.send(command, mandate=BUYER, actor=who):
            assert who != ACTOR, "approved by whoever proposed it"

    @rule(back=st.integers(0, 20))
    def terminate(self, back: int) -> None:
        if self.world.now > SIGNED_AT + timedelta(days=60):
            day = local_day(self.world.now) - timedelta(days=back)
            self.send(c.TerminateContract(last_day=day, decision_no="31", reason=REASON), mandate=BUYER)

    @rule()
    def end(self) -> None:
        self.send(c.CompleteContract(), mandate=MANAGER)
        if self.send(c.AcceptContract(decision_no="40", note=REASON), mandate=BUYER):
            assert self.it.settled

    @invariant()
    def no_line_and_no_sum_is_exceeded(self) -> None:
        if CONTRACT not in self.world.aggregates:
            return
        assert self.it.paid <= self.it.value <= s.BUDGET
        for line in self.it.lines:
            assert self.it.taken(line.code) <= line.quantity

    @invariant()
    def periods_stay_apart(self) -> None:
        if CONTRACT not in self.world.aggregates:
            return
        days: set[date] = set()
        for one in self.it.deliveries.values():
            period = {
                one.plan.first_day + timedelta(n) for n in range((one.plan.last_day - one.plan.first_day).days + 1)
            }
            assert not days & period
            days |= period
        if self.it.stage is ContractStage.ACCEPTED:
            settled = (DeliveryStage.PAID, DeliveryStage.WAIVED)
            assert all(one.stage in settled for one in self.it.deliveries.values())

    def teardown(self) -> None:
        """What was decided is what the stored events make of it."""
        self.world.check_replay()


TestContractMachine = ContractMachine.TestCase
TestContractMachine.settings = MACHINE
