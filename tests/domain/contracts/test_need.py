"""A need for a service, command by command."""

from typing import Any

import pytest

from domain.contracts.commands.call import CheckServiceCall
from domain.contracts.commands.need import ApproveNeed, AssessNeed, WithdrawNeed
from domain.contracts.events.call import CallCancelled, CallUnsuccessful, call_tag
from domain.contracts.events.need import NeedApproved
from domain.contracts.need import ServiceNeed
from domain.contracts.need_budget import NeedBudget
from domain.contracts.vocabulary import NeedStage
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.money import Money
from domain.kernel.text import title
from tests.domain.contracts.tendering import (
    CALL,
    NEED,
    NEED_APPROVED,
    NEED_ASSESSED,
    NEED_FACTS,
    NEED_WITHDRAWN,
    REASON,
    budget,
    euro,
    published,
)
from tests.support.given import NOW, Scenario, given, given_nothing


def assess(**changes: Any) -> AssessNeed:
    return AssessNeed(**{name: getattr(NEED_FACTS, name) for name in NEED_FACTS.__struct_fields__} | changes)


def past(*events: Event) -> Scenario:
    return given(ServiceNeed, events, stream_id=NEED)


def test_a_need_is_assessed() -> None:
    given_nothing(ServiceNeed).when(assess()).then([NEED_ASSESSED])


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"estimate": euro(0)}, "/estimate/amount"),
        ({"estimate": euro(-5)}, "/estimate/amount"),
        ({"estimate": euro(10**12 + 1)}, "/estimate/amount"),
        ({"places": ("prizren", "prizren")}, "/places/1"),
        ({"lines": NEED_FACTS.lines[:1] * 2}, "/lines/1/code"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, Any], pointer: str) -> None:
    given_nothing(ServiceNeed).when(assess(**changes)).then_refused(InvalidValue, pointer=pointer)


def test_a_need_is_told_in_every_required_language() -> None:
    only = assess(title=title(sq="Kujdes"))

    given_nothing(ServiceNeed).when(only).then_refused(RuleViolated, rule="contract.languages")


def test_a_need_is_approved_at_its_estimate_unless_less_is_said() -> None:
    past(NEED_ASSESSED).when(ApproveNeed(decision_no="31/2026")).then(
        [NeedApproved(decision_no="31/2026", budget=NEED_FACTS.estimate)]
    )
    less = ApproveNeed(decision_no="31/2026", budget=euro(7_000_000))
    past(NEED_ASSESSED).when(less).then([NEED_APPROVED]).then_state(lambda it: it.stage is NeedStage.APPROVED)


@pytest.mark.parametrize("most", [euro(8_000_001), Money(100, "CHF")])
def test_nobody_approves_more_than_was_estimated(most: Money) -> None:
    past(NEED_ASSESSED).when(ApproveNeed(decision_no="1", budget=most)).then_refused(InvalidValue, pointer="/budget")


def test_a_decision_is_taken_once() -> None:
    past(NEED_ASSESSED, NEED_APPROVED).when(ApproveNeed(decision_no="2")).then_refused(IllegalTransition)
    past(NEED_ASSESSED, NEED_WITHDRAWN).when(WithdrawNeed(reason=REASON)).then_refused(IllegalTransition)


def test_a_need_is_withdrawn_before_and_after_its_approval() -> None:
    past(NEED_ASSESSED).when(WithdrawNeed(reason=REASON)).then([NEED_WITHDRAWN])
    past(NEED_ASSESSED, NEED_APPROVED).when(WithdrawNeed(reason=REASON)).then([NEED_WITHDRAWN])


def test_calls_share_what_was_approved() -> None:
    """What a published call takes is gone, until it is cancelled or comes to nothing."""
    taken = (CALL, published())
    assert budget(taken).taken("EUR") == euro(6_000_000)
    assert budget(taken, (CALL, CallCancelled(reason=REASON, need_id=NEED))).taken("EUR") == euro(0)
    assert budget(taken, (CALL, CallUnsuccessful(reason=REASON, need_id=NEED))).taken("EUR") == euro(0)


def test_the_budget_is_folded_over_the_need_that_a_command_names() -> None:
    stamped = published().stamp(CALL, 3, NOW)

    assert stamped.tags() == (call_tag(CALL), NeedBudget.tag(CALL, CheckServiceCall(need_id=NEED)))
    assert NeedBudget.tag(CALL, CheckServiceCall()) not in stamped.tags()
