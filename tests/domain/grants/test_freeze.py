"""Which awards an open complaint freezes: no more, and no fewer, than those that a decision on it could change."""

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.grants.freeze import unaffected
from domain.grants.ranking import Candidate, Ranked, rank
from domain.grants.vocabulary import AwardOutcome
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.scoring.vocabulary import TieRule
from tests.domain.grants.stories import DURING, euro, facts

IDS = tuple(derived_id("freeze", n) for n in range(6))
WHOLE = ({"relevance": 0, "capacity": 0}, *({"relevance": 20, "capacity": n} for n in range(0, 61, 3)))
"""Points below the threshold, and twenty-one totals above it."""
POINTS = st.sampled_from(WHOLE)


def ranked(asked: dict[int, int], points: dict[int, dict[str, int]], budget: int) -> tuple[Ranked, ...]:
    candidates = [Candidate(IDS[n], IDS[n], euro(cents), DURING) for n, cents in asked.items()]
    rules = facts(budget=euro(budget), tie_rules=(TieRule.LOT,))
    return rank(rules, candidates, {IDS[n]: [told] for n, told in points.items()}, "0c" * 16)


def awards(ranking: tuple[Ranked, ...]) -> dict[object, Money | None]:
    return {one.application_id: one.amount for one in ranking if one.outcome is AwardOutcome.AWARDED}


@settings(max_examples=150, deadline=None)
@given(
    asked=st.lists(st.integers(1, 6), min_size=2, max_size=6),
    points=st.lists(POINTS, min_size=6, max_size=6),
    budget=st.integers(1, 20),
    contested=st.sets(st.integers(0, 5), min_size=1, max_size=2),
)
def test_exactly_what_no_score_of_the_contested_can_change_is_free(
    asked: list[int], points: list[dict[str, int]], budget: int, contested: set[int]
) -> None:
    """Compared with every score that the contested could get: the free awards stand under all of them, no other does."""
    sums = dict(enumerate(asked))
    told = {n: points[n] for n in sums}
    about = sorted(contested & sums.keys())
    before = ranked(sums, told, budget)
    found = unaffected(before, {IDS[n] for n in about}, {IDS[n]: euro(one) for n, one in sums.items()}, euro(budget))
    assert awards(found) == {one.application_id: one.amount for one in found}

    stands = awards(before)
    for anew in product(WHOLE, repeat=len(about)):
        after = awards(ranked(sums, told | dict(zip(about, anew, strict=True)), budget))
        stands = {key: amount for key, amount in stands.items() if after.get(key) == amount}
    assert {one.application_id for one in found} <= stands.keys()
    ceiling = max((_total(told[n]) for n in sums if n not in about), default=Fraction())
    if ceiling < _total(WHOLE[-1]):  # somebody at the top already could only be joined there, and the lot would decide
        assert {one.application_id for one in found} >= stands.keys() - {IDS[n] for n in about}


def test_a_contested_rank_itself_is_frozen_and_those_above_the_money_are_free() -> None:
    points = {n: {"relevance": 20, "capacity": 50 - 10 * n} for n in range(4)}
    ranking = ranked({0: 2, 1: 2, 2: 2, 3: 3}, points, 8)
    asked = {IDS[n]: euro(cents) for n, cents in {0: 2, 1: 2, 2: 2, 3: 3}.items()}

    def free(*contested: int) -> list[int]:
        return [
            IDS.index(one.application_id) for one in unaffected(ranking, {IDS[n] for n in contested}, asked, euro(8))
        ]

    assert [one.outcome.value for one in ranking] == ["awarded"] * 3 + ["reserve"]
    assert free(3) == [0, 1]  # a reserve that asks for 3 would take the place of the last one, and of nobody else
    assert free(0) == [1, 2]  # whoever has an award already takes nothing from others by a better rank
    assert free(2, 3) == [0]
    assert unaffected(ranking, {IDS[3]}, asked, euro(2)) == ()


def _total(points: dict[str, int]) -> Fraction:
    return Fraction(points["relevance"], 40) * Fraction(4, 10) + Fraction(points["capacity"], 60) * Fraction(6, 10)
