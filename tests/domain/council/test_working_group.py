"""A working group of the Council: formed, joined in person, coordinated by one of its members, dissolved."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.council.commands import group as c
from domain.council.events import group as e
from domain.council.group import WorkingGroup
from domain.council.standing import SeatStanding
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import Text
from domain.tenants.commands import Kind, Names
from domain.tenants.events import InstitutionRegistered, RegisterFounded
from domain.tenants.register import InstitutionRegister
from tests.domain.council import cooperating as x
from tests.domain.council.examples import MEMBER, SECRETARY
from tests.domain.council.voting import council, delegate
from tests.domain.organisations.examples import REGISTERED, SUSPENDED
from tests.support.given import MINISTRY, NATIONAL, NOW, Outcome, built, given, given_nothing

NAMES: Names = {"sq": "Ministria", "sr": "Ministarstvo"}  # type: ignore[dict-item] # keys are the words of Language
INSTITUTIONS: InstitutionRegister = built(
    InstitutionRegister, [RegisterFounded(), InstitutionRegistered(1, "mflt", "MFLT", Kind.MINISTRY, NAMES, ("sq",))]
)


def standing(*events: Event, of: UUID = x.ORGANISATION) -> SeatStanding:
    fold = SeatStanding()
    for version, event in enumerate(events or REGISTERED, 1):
        fold.apply(of, replace(event).stamp(of, version, NOW))
    return fold


def formed(command: c.FormGroup = x.FORM, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": SECRETARY, "references": {"council": council()}}
    return given_nothing(WorkingGroup).when(command, **(facts | changes))


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": SECRETARY, "registers": (standing(),)}
    facts |= {"references": {"institutions": INSTITUTIONS}}
    return given(WorkingGroup, past or x.GROUP).when(command, **(facts | changes))


def test_a_group_is_formed_by_a_decision_of_a_council_in_its_term() -> None:
    formed().then([x.FORMED])
    formed(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")
    over = council(first_day=date(2023, 1, 1), last_day=date(2025, 12, 31))
    formed(references={"council": over}).then_refused(RuleViolated, rule="council.term.over")
    formed(replace(x.FORM, task=Text())).then_refused(InvalidValue, pointer="/task")


def test_a_representative_joins_in_person_and_an_institution_sends_by_the_secretariat() -> None:
    own: dict[str, Any] = {"mandate": delegate(), "actor": x.ANA}
    decided(x.JOIN, x.FORMED, **own).then([x.ANA_JOINED])
    decided(x.SENT, x.FORMED).then([x.BEN_JOINED])
    decided(x.SENT, x.FORMED, **own).then_refused(NotPermitted)
    decided(x.JOIN, x.FORMED).then_refused(NotPermitted)
    decided(x.JOIN, x.FORMED, mandate=delegate(x.OTHER), actor=x.ANA).then_refused(NotPermitted)
    decided(x.JOIN, x.FORMED, mandate=delegate(), actor=x.BEN).then_refused(InvalidValue, pointer="/person_id")
    decided(x.JOIN, **own).then_refused(RuleViolated, rule="council.group.once")
    suspended = standing(*REGISTERED, SUSPENDED)
    decided(x.JOIN, x.FORMED, registers=(suspended,), **own).then_refused(RuleViolated, rule="organisation.suspended")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"organisation_id": x.ORGANISATION}, "/organisation_id"),
        ({"institution": None}, "/organisation_id"),
        ({"institution": "nobody"}, "/institution"),
    ],
)
def test_somebody_takes_part_for_one_body_that_there_is(changes: dict[str, Any], pointer: str) -> None:
    decided(replace(x.SENT, **changes), x.FORMED).then_refused(InvalidValue, pointer=pointer)


def test_who_takes_part_leaves_in_person_or_by_the_secretariat() -> None:
    leave = c.LeaveGroup(person_id=x.ANA)
    left = decided(leave, mandate=MEMBER, actor=x.ANA).then([x.ANA_LEFT])
    left.then_state(lambda one: one.coordinator is None and one.members == {x.BEN})
    decided(leave).then([x.ANA_LEFT])
    decided(leave, mandate=MEMBER, actor=x.BEN).then_refused(NotPermitted)
    decided(leave, x.FORMED).then_refused(RuleViolated, rule="council.group.member")


def test_a_coordinator_is_a_member_whom_more_members_want_than_not() -> None:
    decided(x.ELECT, *x.GROUP[:3]).then([x.ELECTED])
    decided(x.ELECT, x.FORMED).then_refused(RuleViolated, rule="council.group.member")
    even = replace(x.ELECT, against=1, abstained=0)
    decided(even).then_refused(RuleViolated, rule="council.group.majority")
    decided(replace(x.ELECT, in_favour=2)).then_refused(InvalidValue, pointer="/in_favour")


def test_a_dissolved_group_is_nobodys() -> None:
    dissolve = c.DissolveGroup(decision_no="9/2026", reason=x.WORDS)
    decided(dissolve).then([x.DISSOLVED])
    for command in (dissolve, x.SENT, x.ELECT, c.LeaveGroup(person_id=x.ANA)):
        decided(command, *x.GROUP, x.DISSOLVED).then_refused(IllegalTransition)
    assert {type(one) for one in (*x.GROUP, x.ANA_LEFT, x.DISSOLVED)} == set(e.EVENTS)
