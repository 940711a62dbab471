"""A call before it is published: what can be said of it, what cannot be meant, and what the linter puts on record."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from domain.grants.commands import grant_call as c
from domain.grants.events import grant_call as e
from domain.grants.facts import CallFacts
from domain.grants.funding import Commitments
from domain.grants.grant_call import GrantCall
from domain.grants.vocabulary import ApplicantKind, CallStage, LineFunding, PlanFunding
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.money import Money
from domain.scoring.vocabulary import TieRule
from tests.domain.grants.stories import (
    CALL,
    CHECKED,
    CRITERIA,
    DRAFTED,
    DRAFTED_PLAN,
    FACTS,
    FORM,
    FORM_SET,
    GATE,
    LINE,
    ON_NOTHING,
    OPEN_CALL,
    PLAN,
    PREPARED,
    TITLE,
    euro,
    facts,
    field,
    resting,
)
from tests.support.given import NATIONAL, given, given_nothing

CHECK = c.CheckCall(plan_id=PLAN)


def draft_of(told: CallFacts) -> c.DraftCall:
    return c.DraftCall(**{name: getattr(told, name) for name in told.__struct_fields__})


def amend(**told: Any) -> c.AmendCall:
    return c.AmendCall(**told)


def test_a_call_is_drafted_with_what_is_known() -> None:
    outcome = given_nothing(GrantCall).when(draft_of(FACTS), **resting()).then([DRAFTED])

    assert outcome.events[0].tags() == (f"call:{CALL}",)


def test_a_call_may_begin_with_a_title_alone() -> None:
    given_nothing(GrantCall).when(c.DraftCall(title=TITLE), **ON_NOTHING).then(
        [e.CallDrafted(facts=CallFacts(title=TITLE))]
    ).then_state(lambda call: call.stage is CallStage.DRAFT and call.closes_at is None)


def test_an_institution_that_has_ended_calls_for_nothing() -> None:
    given_nothing(GrantCall).when(
        c.DraftCall(title=TITLE), **ON_NOTHING, tenant=replace(NATIONAL, ended=True)
    ).then_refused(RuleViolated, rule="institution.active")


def test_a_plan_that_is_not_there_is_not_cited() -> None:
    given_nothing(GrantCall).when(draft_of(FACTS), **ON_NOTHING).then_refused(StreamNotFound)


def test_what_is_amended_is_looked_at_again() -> None:
    given(GrantCall, [*PREPARED, CHECKED]).when(amend(open_days=30), **ON_NOTHING).then(
        [e.CallAmended(changes=CallFacts(open_days=30))]
    ).then_state(lambda call: call.stage is CallStage.DRAFT and call.facts == facts(open_days=30))


def test_an_amendment_amends_something() -> None:
    given(GrantCall, PREPARED).when(amend(), **ON_NOTHING).then_refused(InvalidValue, pointer="")


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"budget": Money(0)}, "/budget/amount"),
        ({"award_min": Money(-5)}, "/award_min/amount"),
        ({"award_max": Money(-(2**53) + 1)}, "/award_max/amount"),
        ({"criteria": (CRITERIA[0], CRITERIA[0])}, "/criteria/1/code"),
        ({"gates": (GATE, GATE)}, "/gates/1/code"),
        ({"eligible": (ApplicantKind.INDIVIDUALS,) * 2}, "/eligible/1"),
        ({"tie_rules": (TieRule.LOT, TieRule.LOT)}, "/tie_rules/1"),
        (
            {"plan": PlanFunding(plan_id=PLAN, lines=(LineFunding(line_id=LINE, amount=Money(0)),))},
            "/plan/lines/0/amount/amount",
        ),
        (
            {"plan": PlanFunding(plan_id=PLAN, lines=(LineFunding(line_id=LINE, amount=euro(1)),) * 2)},
            "/plan/lines/1/line_id",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(told: dict[str, Any], pointer: str) -> None:
    given_nothing(GrantCall).when(draft_of(facts(**told)), **resting()).then_refused(InvalidValue, pointer=pointer)
    given(GrantCall, PREPARED).when(amend(**told), **resting()).then_refused(InvalidValue, pointer=pointer)


@pytest.mark.parametrize(
    "body",
    [
        b'{"title":{"sq":{"text":"A"}},"budget":{"amount":1.5}}',
        b'{"title":{"sq":{"text":"A"}},"budget":{"amount":100.0}}',
        b'{"title":{"sq":{"text":"A"}},"budget":{"amount":1,"currency":"euro"}}',
        b'{"title":{"sq":{"text":"A"}},"indirect_cost_cap":0.07}',
        b'{"title":{"sq":{"text":"A"}},"indirect_cost_cap":1000001}',
        b'{"title":{"sq":{"text":"A"}},"criteria":[{"code":"a","title":{"sq":{"text":"A"}},"weight":-1,"max_points":5}]}',
        b'{"title":{"sq":{"text":"A"}},"criteria":[{"code":"a","title":{"sq":{"text":"A"}},"weight":0.5,"max_points":5}]}',
        b'{"title":{"sq":{"text":"A"}},"eligible":["everybody"]}',
        b'{"summary":{"sq":{"text":"A"}}}',
    ],
)
def test_what_no_type_holds_is_not_even_decoded(body: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=c.DraftCall)


def test_the_form_is_set_and_its_version_counts() -> None:
    given(GrantCall, [DRAFTED]).when(c.SetForm(form=FORM)).then([FORM_SET])
    given(GrantCall, [*PREPARED, CHECKED]).when(c.SetForm(form=FORM)).then(
        [e.FormSet(version=2, form=FORM)]
    ).then_state(lambda call: call.stage is CallStage.DRAFT and call.form_version == 2)


def test_a_form_that_nobody_could_check_is_refused() -> None:
    bad = msgspec.structs.replace(FORM.sections[0], fields=(field("a", {"type": "text"}),))

    given(GrantCall, [DRAFTED]).when(c.SetForm(form=msgspec.structs.replace(FORM, sections=(bad,)))).then_refused(
        InvalidValue, pointer="/form/sections/0/fields/0/json_schema/type"
    )


def test_a_lawful_call_is_ready() -> None:
    given(GrantCall, PREPARED).when(CHECK, **resting()).then([CHECKED]).then_state(
        lambda call: call.stage is CallStage.READY
    )


def test_findings_are_on_record_and_the_call_stays_a_draft() -> None:
    outcome = given(GrantCall, [DRAFTED]).when(CHECK, **resting(*DRAFTED_PLAN))

    outcome.then_events(e.CallChecked).then_state(lambda call: call.stage is CallStage.DRAFT)
    assert [finding.code for finding in outcome.events[0].findings] == ["plan-not-published", "form-missing"]
    assert (outcome.events[0].errors, outcome.events[0].warnings) == (2, 0)


def test_an_error_found_later_takes_readiness_away() -> None:
    given(GrantCall, [*PREPARED, CHECKED]).when(CHECK, **resting(*DRAFTED_PLAN)).then_state(
        lambda call: call.stage is CallStage.DRAFT
    )


def test_a_call_without_a_plan_is_checked_without_one() -> None:
    outcome = given(GrantCall, [e.CallDrafted(facts=facts(plan=None)), FORM_SET]).when(c.CheckCall(), **ON_NOTHING)

    assert [finding.code for finding in outcome.events[0].findings] == ["plan-missing"]


def test_the_plan_is_named_as_the_call_cites_it() -> None:
    other = c.CheckCall(plan_id=LINE)
    given(GrantCall, PREPARED).when(other, **resting()).then_refused(InvalidValue, pointer="/plan_id")
    given(GrantCall, PREPARED).when(c.CheckCall(), **ON_NOTHING).then_refused(InvalidValue, pointer="/plan_id")
    given(GrantCall, PREPARED).when(c.PublishCall(plan_id=LINE), **resting()).then_refused(
        InvalidValue, pointer="/plan_id"
    )


def test_the_boundary_is_that_of_the_cited_plan() -> None:
    assert Commitments.tag(CALL, CHECK) == f"funding_plan:{PLAN}"
    assert Commitments.tag(CALL, c.CheckCall()) == f"funding_plan:{CALL}", "of no plan, nothing was taken"


@pytest.mark.parametrize(
    "command", [amend(open_days=30), c.SetForm(form=FORM), CHECK, c.PublishCall(plan_id=PLAN)], ids=lambda one: one.name
)
def test_what_is_published_is_frozen(command: Any) -> None:
    given(GrantCall, OPEN_CALL).when(command, **resting()).then_refused(IllegalTransition)
