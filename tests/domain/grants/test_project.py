"""What a project costs, and whether a call pays for it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.grants.funding import total
from domain.grants.project import CoFinancing, CostLine, require_fitting, require_sound
from domain.grants.vocabulary import CostKind
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.money import Money
from tests.domain.grants.applications import PROJECT, project
from tests.domain.grants.stories import FACTS, euro, facts


def line(code: str, cents: int, kind: CostKind = CostKind.ACTIVITIES, currency: str = "EUR") -> CostLine:
    return CostLine(code=code, title="Rresht", kind=kind, amount=Money(cents, currency))


def test_a_sound_project_fits_its_call() -> None:
    require_sound(PROJECT)
    require_fitting(PROJECT, FACTS)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"ends_on": date(2026, 6, 30)}, "/project/ends_on"),
        ({"requested": euro(0)}, "/project/requested/amount"),
        ({"requested": euro(-1)}, "/project/requested/amount"),
        ({"requested": euro(450_001)}, "/project/costs"),
        ({"costs": (line("a", -5),)}, "/project/costs/0/amount/amount"),
        ({"costs": (line("a", 250_000), line("a", 250_000))}, "/project/costs/1/code"),
        ({"costs": (line("a", 500_000, currency="GBP"),)}, "/project/costs/0/amount/currency"),
        (
            {"co_financing": (CoFinancing(source="X", amount=Money(50_000, "CHF")),)},
            "/project/co_financing/0/amount/currency",
        ),
    ],
)
def test_days_and_sums_that_do_not_add_up_are_told_at_their_place(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidValue) as refusal:
        require_sound(project(**changes))

    assert refusal.value.pointer == pointer


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        ({"award_max": euro(449_999)}, "grant.award.max"),
        ({"award_min": euro(450_001)}, "grant.award.min"),
        ({"purpose": "youth"}, "grant.purpose"),
        ({"co_financing": False}, "grant.co_financing"),
        ({"indirect_cost_cap": 66_665}, "grant.indirect_costs"),
    ],
)
def test_a_project_that_asks_for_something_else_is_refused_by_the_rule(call: dict[str, Any], rule: str) -> None:
    with pytest.raises(RuleViolated) as refusal:
        require_fitting(PROJECT, facts(**call))

    assert refusal.value.rule == rule
    assert "04/2017" in refusal.value.citation


def test_a_cap_is_exact_to_the_cent() -> None:
    require_fitting(PROJECT, facts(indirect_cost_cap=66_666))  # of 4,500.00 that is 299.997, rounded to the cent


def test_a_call_pays_in_its_own_currency() -> None:
    pounds = [line("a", 450_000, currency="GBP")]
    asked = project(costs=tuple(pounds), requested=Money(450_000, "GBP"), co_financing=())

    with pytest.raises(InvalidValue) as refusal:
        require_fitting(asked, FACTS)

    assert refusal.value.pointer == "/project/requested/currency"


@drawn(st.lists(st.integers(1, 10**9), min_size=1, max_size=30), st.integers(1, 10**9))
def test_a_budget_is_sound_exactly_when_it_is_paid_for(cents: list[int], given: int) -> None:
    costs = tuple(line(f"l{n}", amount) for n, amount in enumerate(cents))
    planned = project(costs=costs, requested=euro(given), co_financing=())

    if total((one.amount for one in costs), "EUR") == euro(given):
        require_sound(planned)
    else:
        with pytest.raises(InvalidValue):
            require_sound(planned)
