"""Who answers for an institution that has ended: begun once, carried, assigned, passed on, and nothing lost."""

from dataclasses import replace as changed
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from domain.kernel.command import Command
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.succession.commands import AssignDuty, BeginSuccession, CarryDuties, PassSuccessionOn
from domain.succession.events import DutyAssigned, DutyCarried, SuccessionBegun, SuccessionPassed, succession_id
from domain.succession.succession import Succession
from domain.succession.vocabulary import Duty, DutyKind, Ending, Successor, TreeHead
from tests.support.given import MINISTRY, Outcome, built, given, given_nothing

ENDED = changed(MINISTRY, ended=True)
HEAD = TreeHead(1, 40, "ab" * 32)
NORTH, SOUTH, WHOLE = Successor("north", HEAD), Successor("south"), Successor("whole", HEAD)
BEGIN = BeginSuccession(how=Ending.SPLIT, successors=(NORTH, SOUTH), decision_no="4/2026", origin="1:1:60")
BEGUN = SuccessionBegun(Ending.SPLIT, (NORTH, SOUTH), "4/2026", "1:1:60")
ROAD, SCHOOL = derived_id("test", "road"), derived_id("test", "school")
DUE = datetime(2026, 5, 1, 22, tzinfo=UTC)
CARRY = CarryDuties(duties=(Duty(ROAD, DutyKind.CONSULTATION, DUE), Duty(SCHOOL, DutyKind.SERVICE_CONTRACT)))
CARRIED = (
    DutyCarried(ROAD, DutyKind.CONSULTATION, "north", DUE),
    DutyCarried(SCHOOL, DutyKind.SERVICE_CONTRACT, "north"),
)
TO_SOUTH = DutyAssigned(SCHOOL, "north", "south", "5/2026")
SOUTH_ENDS = PassSuccessionOn(ended=("south",), successors=(WHOLE,), decision_no="9/2026", origin="1:1:80")
SOUTH_ENDED = SuccessionPassed(("south",), (WHOLE,), "9/2026", "1:1:80")
NORTH_ENDED = SuccessionPassed(("north",), (WHOLE, SOUTH), "9/2026", "1:1:80")


def when(command: Command, *past: Event) -> Outcome:
    return given(Succession, [BEGUN, *past]).when(command, tenant=ENDED)


def test_it_begins_in_the_log_of_the_ended() -> None:
    given_nothing(Succession).when(BEGIN, tenant=ENDED).then([BEGUN])
    assert Succession.settled_id(10, BEGIN) == succession_id(10), "once for each institution"


def test_nobody_succeeds_who_goes_on() -> None:
    given_nothing(Succession).when(BEGIN, tenant=MINISTRY).then_refused(RuleViolated, rule="succession.ended")


@pytest.mark.parametrize("successors", [(Successor("mflt"),), (NORTH, Successor("mflt"))])
def test_nobody_succeeds_itself(successors: tuple[Successor, ...]) -> None:
    itself = BeginSuccession(how=Ending.MERGED, successors=successors, decision_no="4/2026", origin="1:1:60")
    passed = PassSuccessionOn(ended=("north",), successors=successors, decision_no="4/2026", origin="1:1:60")

    given_nothing(Succession).when(itself, tenant=ENDED).then_refused(RuleViolated, rule="succession.self")
    when(passed).then_refused(RuleViolated, rule="succession.self")


def test_a_duty_is_carried_once_to_the_first_named() -> None:
    when(CARRY).then(CARRIED)
    when(CARRY, CARRIED[0]).then(CARRIED[1:])
    when(CARRY, *CARRIED).then_nothing()


def test_another_successor_answers_by_a_decision() -> None:
    assign = AssignDuty(duty_id=SCHOOL, successor="south", decision_no="5/2026")

    when(assign, *CARRIED).then([TO_SOUTH])
    when(CARRY, *CARRIED, TO_SOUTH).then_nothing()


@pytest.mark.parametrize(
    ("duty", "successor", "rule"),
    [(SCHOOL, "north", "succession.assigned"), (SCHOOL, "whole", "succession.successor")],
)
def test_assignments_that_break_a_rule(duty: UUID, successor: str, rule: str) -> None:
    command = AssignDuty(duty_id=duty, successor=successor, decision_no="5/2026")

    when(command, *CARRIED).then_refused(RuleViolated, rule=rule)


def test_what_was_not_carried_is_not_assigned() -> None:
    command = AssignDuty(duty_id=SCHOOL, successor="south", decision_no="5/2026")

    when(command).then_refused(InvalidValue, pointer="/duty_id")


def test_a_successor_that_ends_is_followed() -> None:
    when(SOUTH_ENDS, *CARRIED, TO_SOUTH).then([SOUTH_ENDED])
    after = built(Succession, [BEGUN, *CARRIED, TO_SOUTH, SOUTH_ENDED])
    assert after.successors == {"north": "4/2026", "whole": "9/2026"}
    assert after.ever == ("north", "south", "whole")
    when(CARRY, *CARRIED, TO_SOUTH, SOUTH_ENDED).then([DutyCarried(SCHOOL, DutyKind.SERVICE_CONTRACT, "whole")])


def test_who_comes_after_the_first_is_the_first() -> None:
    after = built(Succession, [BEGUN, *CARRIED, NORTH_ENDED])

    assert (after.first, list(after.successors)) == ("whole", ["whole", "south"])
    when(CARRY, *CARRIED, NORTH_ENDED).then(
        [
            DutyCarried(ROAD, DutyKind.CONSULTATION, "whole", DUE),
            DutyCarried(SCHOOL, DutyKind.SERVICE_CONTRACT, "whole"),
        ]
    )


def test_the_end_of_others_is_no_news() -> None:
    other = PassSuccessionOn(ended=("east",), successors=(WHOLE,), decision_no="9/2026", origin="1:1:80")

    when(other).then_nothing()


def test_whoever_answers_may_act_on_what_concerns_the_duty() -> None:
    split = built(Succession, [BEGUN, *CARRIED, TO_SOUTH])
    other = derived_id("test", "contribution")

    assert split.answers("south", {other, SCHOOL})
    assert not split.answers("north", {other, SCHOOL}), "it was given to the other"
    assert split.answers("north", {other, ROAD})
    assert split.answers("north", {other}), "what nobody was given is the first one's"
    assert not split.answers("south", {other, ROAD})
    assert {slug for slug in ("north", "south") if split.answers(slug, {ROAD, SCHOOL})} == {"south"}


def test_naming_a_duty_of_ones_own_opens_nobody_elses() -> None:
    split = built(Succession, [BEGUN, *CARRIED, TO_SOUTH])
    new = derived_id("test", "new")

    assert not split.answers("south", {ROAD}, {SCHOOL}), "it decides on the other's stream"
    assert split.answers("north", {ROAD}, {SCHOOL})
    assert split.answers("south", {new}, {SCHOOL}), "what is new belongs to what it names"
    assert not split.answers("north", {new}, {SCHOOL})
    assert split.answers("north", {new}, {new, ROAD})
    assert not any(split.answers(slug, {new}, {ROAD, SCHOOL}) for slug in ("north", "south"))


@for_all(st.lists(st.tuples(st.sampled_from(["north", "south", "east", "west"]), st.permutations(["east", "west"]))))
def test_there_is_always_exactly_one_who_answers(ends: list[tuple[str, list[str]]]) -> None:
    """Whatever ends after what: a successor of now answers, whether or not a decision gave the duty to somebody."""
    passed = [
        SuccessionPassed((gone,), tuple(Successor(slug) for slug in new if slug != gone), "9/2026", "1:1:80")
        for gone, new in ends
    ]
    after = built(Succession, [BEGUN, *CARRIED, TO_SOUTH, *passed])

    for duty in (ROAD, SCHOOL):
        assert after.answering(duty) in after.successors
        assert [slug for slug in after.successors if after.answers(slug, {duty})] == [after.answering(duty)]
