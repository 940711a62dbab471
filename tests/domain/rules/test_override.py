"""An institution's own values: longer is free, shorter needs a decision."""

import pytest

from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.rules import Rules
from domain.rules.commands import LiftOverride, OverrideRule
from domain.rules.events import OverrideLifted, RuleOverridden
from domain.rules.override import SHORTENED, RuleOverride
from domain.rules.shipped import shipped_rules
from tests.support.given import given, given_nothing

WINDOW, REPORT = "consultation.written.min", "consultation.report.due"


def override(rule: str, value: int | str, decision_no: str = "") -> OverrideRule:
    return OverrideRule(rule=rule, value=value, reason="Summer break", decision_no=decision_no)


def with_override(rule: str, value: int, decision_no: str = "") -> Rules:
    rules = shipped_rules("ministry")
    return Rules("xk-2026.1+", {**rules.by_key, rule: rules[rule].overridden(value, decision_no)})


@pytest.mark.parametrize(("rule", "value", "before"), [(WINDOW, 20, 15), (REPORT, 20, 30)])
def test_protecting_the_public_more_is_free(rule: str, value: int, before: int) -> None:
    expected = RuleOverridden(rule, value, before, "xk-2026.1", "Summer break")

    given_nothing(RuleOverride).when(override(rule, value)).then([expected])


@pytest.mark.parametrize(("rule", "value"), [(WINDOW, 10), (REPORT, 45), ("council.quorum", "simple_majority")])
@pytest.mark.parametrize("decision_no", ["", "   "])
def test_protecting_it_less_needs_a_decision(rule: str, value: int | str, decision_no: str) -> None:
    outcome = given_nothing(RuleOverride).when(override(rule, value, decision_no))

    outcome.then_refused(RuleViolated, rule=SHORTENED)
    assert outcome.refusal is not None
    assert outcome.refusal.facts()["citation"]


def test_with_a_decision_number_it_may() -> None:
    outcome = given_nothing(RuleOverride).when(override(WINDOW, 10, " 7/2026 "))

    outcome.then([RuleOverridden(WINDOW, 10, 15, "xk-2026.1", "Summer break", "7/2026")])


def test_an_unknown_rule() -> None:
    given_nothing(RuleOverride).when(override("no.such", 10)).then_refused(RuleViolated, rule="no.such")


def test_the_same_value() -> None:
    given_nothing(RuleOverride).when(override(WINDOW, 15)).then_refused(RuleViolated, rule="rule_pack.override.same")


def test_a_value_of_another_unit() -> None:
    given_nothing(RuleOverride).when(override(WINDOW, "01-31")).then_refused(InvalidValue, pointer="/value")


def test_an_own_longer_value_is_a_promise() -> None:
    """From 15 to 20 was free; from 20 back to 16 is not, although the law asks for 15 only."""
    outcome = given_nothing(RuleOverride).when(override(WINDOW, 16), rules=with_override(WINDOW, 20))

    outcome.then_refused(RuleViolated, rule=SHORTENED)


LONGER = RuleOverridden(WINDOW, 20, 15, "xk-2026.1", "Summer break")
LIFT = LiftOverride(reason="Over")


def test_lifting_a_longer_value_needs_a_decision() -> None:
    rules = with_override(WINDOW, 20)

    given(RuleOverride, [LONGER]).when(LIFT, rules=rules).then_refused(RuleViolated, rule=SHORTENED)
    given(RuleOverride, [LONGER]).when(LiftOverride(reason="Over", decision_no="8/2026"), rules=rules).then(
        [OverrideLifted(WINDOW, "Over", "8/2026")]
    )


def test_lifting_a_shorter_value_is_free() -> None:
    shorter = RuleOverridden(WINDOW, 10, 15, "xk-2026.1", "Urgent", "7/2026")

    given(RuleOverride, [shorter]).when(LIFT, rules=with_override(WINDOW, 10, "7/2026")).then(
        [OverrideLifted(WINDOW, "Over")]
    )


def test_lifting_what_binds_no_more_is_free() -> None:
    given(RuleOverride, [LONGER]).when(LIFT).then([OverrideLifted(WINDOW, "Over")])


def test_lifting_twice() -> None:
    given(RuleOverride, [LONGER, OverrideLifted(WINDOW, "Over")]).when(LIFT).then_refused(IllegalTransition)


def test_a_period_has_an_end() -> None:
    given_nothing(RuleOverride).when(override(WINDOW, 1_001, "1/2026")).then_refused(InvalidValue)
    given_nothing(RuleOverride).when(override(WINDOW, 1_000)).then_events(RuleOverridden)
