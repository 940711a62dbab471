"""Actions: assigned by a resolution, shown to be done by who is responsible, overdue when their day is over."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.council.action import CouncilAction
from domain.council.commands import action as c
from domain.council.events import action as e
from domain.council.resolutions import Resolutions
from domain.council.vocabulary import ActionOutcome, ActionStage
from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.deadline import end_of
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text
from tests.domain.council import examples as x
from tests.domain.council.test_council import INSTITUTIONS, standing
from tests.domain.organisations.examples import REGISTERED
from tests.domain.organisations.examples import SUSPENDED as NO_STANDING
from tests.support.given import MINISTRY, NATIONAL, Outcome, given, given_nothing

ASSIGN = c.AssignAction(resolution_id=x.MOTION, what=x.WORDS, organisation_id=x.ORGANISATION, due=x.DUE)
OF_MINISTRY = replace(x.ASSIGNED, organisation_id=None, organisation_name=None, institution="mflt")
SHOW = c.SubmitActionEvidence(note=x.REASON, files=(x.FILE,))
CLOSE = c.CloseAction(outcome=ActionOutcome.FULFILLED, note=x.REASON)
NOTE = c.NoteActionOverdue()
DELEGATE = Mandate(Role.CSO_DELEGATE, "Statute", x.ORGANISATION, derived_id("test", "mandate"))


def resolved() -> Resolutions:
    fold = Resolutions()
    fold.apply(x.MEASURE, x.ADOPTED)
    return fold


def assigned(command: Command = ASSIGN, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.SECRETARY, "registers": (resolved(), standing())}
    facts |= {"references": {"institutions": INSTITUTIONS}}
    return given_nothing(CouncilAction).when(command, **(facts | changes))


def decided(command: Command, *past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.SECRETARY, "references": {"council": x.council()}}
    return given(CouncilAction, past).when(command, **(facts | changes))


def test_an_action_follows_from_a_resolution() -> None:
    outcome = assigned().then([x.ASSIGNED])

    assert outcome.events[0].tags() == x.ADOPTED.tags()[:1]
    assigned(replace(ASSIGN, organisation_id=None, institution="mflt")).then([OF_MINISTRY])
    assigned(registers=(Resolutions(), standing())).then_refused(RuleViolated, rule="council.resolution")
    assigned(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"due": date(2026, 3, 15)}, {"error": InvalidValue, "pointer": "/due"}),
        ({"institution": "mflt"}, {"error": InvalidValue, "pointer": "/institution"}),
        ({"organisation_id": None}, {"error": InvalidValue, "pointer": "/institution"}),
        ({"organisation_id": None, "institution": "old"}, {"error": InvalidValue, "pointer": "/institution"}),
        ({"what": text(sq="Vetëm shqip")}, {"error": RuleViolated, "rule": "council.languages"}),
    ],
)
def test_an_action_that_cannot_be_assigned_so(changes: dict[str, Any], refusal: dict[str, Any]) -> None:
    assigned(replace(ASSIGN, **changes)).then_refused(**refusal)


def test_an_organisation_that_is_responsible_is_in_good_standing() -> None:
    suspended = standing(*REGISTERED, NO_STANDING)

    assigned(registers=(resolved(), suspended)).then_refused(RuleViolated, rule="organisation.suspended")


def test_history_assigns_what_was_due_long_ago() -> None:
    assigned(replace(ASSIGN, due=date(2015, 6, 1)), imported=True).then([replace(x.ASSIGNED, due=date(2015, 6, 1))])


def test_who_is_responsible_shows_what_was_done() -> None:
    in_council = replace(SHOW, council_id=x.COUNCIL)

    decided(SHOW, x.ASSIGNED).then([x.EVIDENCED])
    decided(SHOW, x.ASSIGNED, mandate=DELEGATE).then([x.EVIDENCED])
    decided(in_council, OF_MINISTRY, mandate=x.MEMBER, actor=x.person(x.institution(2))).then([x.EVIDENCED])


@pytest.mark.parametrize(
    ("assigned", "by"),
    [
        (OF_MINISTRY, {"mandate": DELEGATE}),
        (x.ASSIGNED, {"mandate": x.MEMBER}),
        (OF_MINISTRY, {"mandate": x.MEMBER, "actor": x.person(x.cso(1))}),
    ],
    ids=["a stranger's delegate", "who sits nowhere", "who sits for another one"],
)
def test_nobody_else_shows_it(assigned: Event, by: dict[str, Any]) -> None:
    command = replace(SHOW, council_id=x.COUNCIL)

    decided(command, assigned, **by).then_refused(RuleViolated, rule="council.action.responsible")


def test_a_member_names_the_council_in_which_they_sit() -> None:
    decided(SHOW, OF_MINISTRY, mandate=x.MEMBER).then_refused(InvalidValue, pointer="/council_id")


def test_an_action_is_fulfilled_by_its_evidence() -> None:
    decided(CLOSE, x.ASSIGNED).then_refused(RuleViolated, rule="council.action.evidence")
    decided(CLOSE, x.ASSIGNED, x.EVIDENCED).then([x.FULFILLED])
    decided(replace(CLOSE, outcome=ActionOutcome.DROPPED), x.ASSIGNED).then_state(
        lambda action: action.stage is ActionStage.DROPPED
    )
    for command in (SHOW, CLOSE, NOTE):
        decided(command, x.ASSIGNED, x.EVIDENCED, x.FULFILLED).then_refused(IllegalTransition)


def test_an_action_falls_overdue_once_when_its_day_is_over() -> None:
    over = end_of(x.DUE)

    decided(NOTE, x.ASSIGNED, now=over - timedelta(seconds=1), mandate=x.CLOCK).then_refused(IllegalTransition)
    decided(NOTE, x.ASSIGNED, now=over, mandate=x.CLOCK).then([x.OVERDUE])
    decided(NOTE, x.ASSIGNED, x.OVERDUE, now=over, mandate=x.CLOCK).then_refused(IllegalTransition)
    decided(CLOSE, x.ASSIGNED, x.OVERDUE, x.EVIDENCED, now=over).then([replace(x.FULFILLED, late=True)])


def test_evidence_still_comes_when_it_is_late() -> None:
    decided(SHOW, x.ASSIGNED, x.OVERDUE, now=end_of(x.DUE)).then_events(e.ActionEvidenceSubmitted)
