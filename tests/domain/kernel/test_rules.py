"""Rules as values: lookup, numbers, and which way they protect the public."""

import pytest

from domain.kernel.errors import RuleViolated
from domain.kernel.rules import Bound, Rule, Rules, Unit
from domain.rules.shipped import default_pack, shipped_rules


def rule(value: int | str, bound: Bound = Bound.EXACT) -> Rule:
    return Rule("a.b", value, Unit.WORKING_DAYS, bound=bound, citation="Article 1")


def test_lookup_by_key() -> None:
    rules = shipped_rules("ministry")

    assert rules["consultation.written.min"].value == rules.number("consultation.written.min") == 15
    assert "consultation.written.min" in rules
    assert {one.pack for one in rules} == {rules.pack} == {"xk-2026.1"}


def test_an_unknown_rule_is_a_refusal_that_names_it() -> None:
    with pytest.raises(RuleViolated) as refused:
        Rules("xk-2026.1", {})["no.such"]

    assert refused.value.facts() == {"rule": "no.such"}


def test_a_choice_is_no_number() -> None:
    with pytest.raises(RuleViolated) as refused:
        shipped_rules("ministry").number("grant.commission.parity")

    assert refused.value.citation


def test_kinds_bind_different_rules() -> None:
    assert "consultation.municipal.min" not in shipped_rules("ministry")
    assert "consultation.written.min" not in shipped_rules("municipality")
    assert "consultation.meeting.notice" in shipped_rules("municipality")


@pytest.mark.parametrize(
    ("bound", "value", "weakened"),
    [
        (Bound.AT_LEAST, 14, True),
        (Bound.AT_LEAST, 16, False),
        (Bound.AT_MOST, 16, True),
        (Bound.AT_MOST, 14, False),
        (Bound.EXACT, 16, True),
        (Bound.EXACT, 14, True),
        (Bound.EXACT, 15, False),
        (Bound.AT_LEAST, "01-31", True),
    ],
)
def test_weakened(bound: Bound, value: int | str, weakened: bool) -> None:
    assert rule(15, bound).weakened_by(value) is weakened


def test_an_override_says_where_it_comes_from() -> None:
    base = rule(15, Bound.AT_LEAST)

    longer, shorter, refused = base.overridden(20, ""), base.overridden(10, "7/2026"), base.overridden(10, "")

    assert (longer.value, longer.overridden_by, longer.national) == (20, "tenant", 15)
    assert (shorter.value, shorter.overridden_by, shorter.national) == (10, "7/2026", 15)
    assert refused is base


def test_every_shipped_rule_has_names_citation_and_confidence() -> None:
    pack = default_pack()

    assert len({entry.key for entry in pack.rules}) == len(pack.rules)
    for entry in pack.rules:
        assert {"sq", "sr", "en"} <= set(entry.name)
        assert entry.citation
