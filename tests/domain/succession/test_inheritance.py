"""What a successor's own log says of the duties it has from another."""

from domain.kernel.command import Command
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.succession.commands import HandOverDuties, TakeDuties, TakeSuccession
from domain.succession.events import DutyHandedOver, DutyTaken, SuccessionTaken, inheritance_id
from domain.succession.inheritance import Inheritance
from domain.succession.vocabulary import Duty, DutyKind, TreeHead
from tests.support.given import MINISTRY, Outcome, given, given_nothing

HEAD = TreeHead(1, 40, "ab" * 32)
TAKE = TakeSuccession(predecessor="mapl", decision_no="4/2026", head=HEAD, origin="1:1:60")
TAKEN = SuccessionTaken("mapl", "4/2026", HEAD, "1:1:60")
ROAD, SCHOOL = derived_id("test", "road"), derived_id("test", "school")
DUTIES = TakeDuties(duties=(Duty(ROAD, DutyKind.CONSULTATION), Duty(SCHOOL, DutyKind.LICENCE)))
BOTH = (DutyTaken("mapl", ROAD, DutyKind.CONSULTATION), DutyTaken("mapl", SCHOOL, DutyKind.LICENCE))


def when(command: Command, *past: Event) -> Outcome:
    return given(Inheritance, [TAKEN, *past]).when(command)


def test_it_is_taken_once_from_each_predecessor() -> None:
    given_nothing(Inheritance).when(TAKE).then([TAKEN])
    assert Inheritance.settled_id(10, TAKE) == inheritance_id(10, "mapl")
    assert Inheritance.settled_id(10, DUTIES) is None


def test_nobody_succeeds_itself() -> None:
    itself = TakeSuccession(predecessor=MINISTRY.slug, decision_no="4/2026", head=None, origin="1:1:60")

    given_nothing(Inheritance).when(itself).then_refused(RuleViolated, rule="succession.self")


def test_each_duty_is_taken_once() -> None:
    when(DUTIES).then(BOTH)
    when(DUTIES, BOTH[0]).then(BOTH[1:])
    when(DUTIES, *BOTH).then_nothing()


def test_what_is_handed_over_may_come_back() -> None:
    over = HandOverDuties(duty_ids=(ROAD,))
    handed = DutyHandedOver("mapl", ROAD)

    when(over, *BOTH).then([handed])
    when(over, *BOTH, handed).then_nothing()
    when(over).then_nothing()
    when(DUTIES, *BOTH, handed).then(BOTH[:1])
