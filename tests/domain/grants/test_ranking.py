"""The ranking as a function: exact, the same for everybody, and recomputed by a program that shares no code with it."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.grants.ranking import Candidate, Ranked, rank
from domain.grants.vocabulary import AwardOutcome
from domain.kernel.ids import derived_id
from domain.scoring.lots import drawn, lot
from domain.scoring.vocabulary import Aggregation, TieRule
from tests.domain.grants.commissions import CANDIDATES, FAIR, FIRST, GOOD, SECOND, TIE_SEED, candidate
from tests.domain.grants.stories import DURING, FACTS, euro, facts

IDS = tuple(derived_id("test", "ranked", n) for n in range(12))


def ranked(
    points: dict[UUID, Sequence[dict[str, int]]], candidates: Sequence[Candidate] = CANDIDATES, **changes: Any
) -> tuple[Ranked, ...]:
    return rank(facts(**changes), candidates, points, TIE_SEED)


def test_the_better_one_comes_first_with_a_score_in_millionths() -> None:
    first, second = ranked({FIRST: [GOOD, GOOD], SECOND: [FAIR, FAIR]})

    assert (first.application_id, first.rank, first.score) == (FIRST, 1, 900_000)
    assert (second.application_id, second.rank, second.score) == (SECOND, 2, 690_000)
    assert [one.outcome for one in (first, second)] == [AwardOutcome.AWARDED] * 2


def test_below_a_threshold_nothing_is_awarded_and_the_criterion_is_named() -> None:
    weak = {"relevance": 19, "capacity": 60}
    first, last = ranked({FIRST: [weak], SECOND: [FAIR]})

    assert (first.application_id, last.application_id) == (SECOND, FIRST)
    assert (last.outcome, last.below, last.amount) == (AwardOutcome.REJECTED, ("relevance",), None)


def test_the_first_that_the_budget_does_not_hold_and_all_after_it_are_reserve() -> None:
    three = [candidate(one, one, cents) for one, cents in zip(IDS, (400, 700, 100), strict=False)]
    points = {one.application_id: [{"relevance": 40 - n, "capacity": 60}] for n, one in enumerate(three)}

    outcomes = [one.outcome for one in ranked(points, three, budget=euro(1_000))]

    assert outcomes == [AwardOutcome.AWARDED, AwardOutcome.RESERVE, AwardOutcome.RESERVE]


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [(Aggregation.MEAN, 18), (Aggregation.TRIMMED_MEAN, 20), (Aggregation.MEDIAN, 22)],
)
def test_members_points_become_one_number_as_the_call_says(aggregation: Aggregation, expected: int) -> None:
    scores = [{"relevance": points, "capacity": 0} for points in (0, 22, 22, 16, 30)]
    criteria = tuple(one for one in FACTS.criteria or ())
    (one,) = ranked({FIRST: scores}, CANDIDATES[:1], aggregation=aggregation, criteria=criteria)

    assert one.score == round(Fraction(4, 10) * Fraction(expected, 40) * 1_000_000)


@pytest.mark.parametrize(
    ("rules", "first"),
    [
        ((TieRule.LOWER_AMOUNT,), SECOND),
        ((TieRule.EARLIER_SUBMISSION,), FIRST),
        ((TieRule.HEAVIEST_CRITERION, TieRule.LOWER_AMOUNT), SECOND),
        ((TieRule.LOT,), min((FIRST, SECOND), key=lambda one: lot(TIE_SEED, one, "tie"))),
    ],
)
def test_ties_are_decided_by_the_calls_own_rules(rules: tuple[TieRule, ...], first: UUID) -> None:
    assert ranked({FIRST: [GOOD], SECOND: [GOOD]}, tie_rules=rules)[0].application_id == first


def test_of_equal_scores_the_heaviest_criterion_may_decide() -> None:
    one, other = {"relevance": 40, "capacity": 30}, {"relevance": 25, "capacity": 45}  # both 0.7

    first, second = ranked({FIRST: [one], SECOND: [other]}, tie_rules=(TieRule.HEAVIEST_CRITERION,))

    assert first.score == second.score
    assert first.application_id == SECOND


def test_a_draw_is_the_same_for_everybody_and_another_by_another_seed() -> None:
    assert drawn("a", IDS) == drawn("a", reversed(IDS))
    assert sorted(drawn("a", IDS)) == sorted(IDS)
    assert len({drawn(seed, IDS) for seed in "abcdefgh"}) > 1
    assert drawn("a", IDS, "tie") != drawn("a", IDS)


POINTS = st.fixed_dictionaries({"relevance": st.integers(0, 40), "capacity": st.integers(0, 60)})


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[Candidate], dict[UUID, list[dict[str, int]]]]:
    """Up to twelve applications, each scored by one to seven members, amounts and times often equal."""
    field = [
        candidate(one, one, draw(st.sampled_from([100, 200, 300])), DURING + timedelta(minutes=draw(st.integers(0, 2))))
        for one in IDS[: draw(st.integers(1, 12))]
    ]
    return field, {one.application_id: draw(st.lists(POINTS, min_size=1, max_size=7)) for one in field}


@settings(max_examples=200)
@given(sheets(), st.permutations(list(TieRule)), st.sampled_from(Aggregation), st.integers(0, 2_000))
def test_whatever_the_order_in_which_they_come_the_ranking_is_one(
    sheet: Any, ties: list[TieRule], aggregation: Aggregation, budget: int
) -> None:
    field, points = sheet
    rules: dict[str, Any] = {"tie_rules": tuple(ties), "aggregation": aggregation, "budget": euro(budget)}
    found = ranked(points, field, **rules)

    assert found == ranked(points, field[::-1], **rules)
    assert [one.rank for one in found] == list(range(1, len(field) + 1))
    assert sum(one.amount.amount for one in found if one.amount and one.outcome is AwardOutcome.AWARDED) <= budget
    passing = [one for one in found if not one.below]
    assert found[: len(passing)] == tuple(passing)
    assert [one.score for one in passing] == sorted((one.score for one in passing), reverse=True)
    order = [one.outcome for one in found]
    assert order == sorted(order, key=["awarded", "reserve", "rejected"].index)
