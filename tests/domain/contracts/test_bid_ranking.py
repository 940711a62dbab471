"""The ranking of bids: the price by a formula, all else by points, and nothing by anybody's rounding."""

from datetime import timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.contracts.ranking import rank
from domain.contracts.vocabulary import Candidate
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.scoring.vocabulary import TieRule
from tests.domain.contracts.bidding import BEST, BID_ONE, BID_TWO, RANKING
from tests.domain.contracts.tendering import DURING, FACTS, euro, facts

SEED = "0b" * 16


def candidate(n: int, cents: int, minutes: int = 0) -> Candidate:
    return Candidate(
        derived_id("rank", n), derived_id("rank", "organisation", n), euro(cents), DURING + timedelta(minutes=minutes)
    )


def points(method: int, staff: int = 10) -> list[dict[str, int]]:
    return [{"method": method, "staff": staff}] * 3


def test_the_cheapest_bid_has_all_points_for_the_price_and_others_their_part() -> None:
    """4.8 and 5.6 million: the dearer one has 4.8/5.6 of the 40 %."""
    by_bid = {one.bid_id: one for one in RANKING}

    assert by_bid[BID_ONE].price_score == 400_000
    assert by_bid[BID_TWO].price_score == round(Fraction(400_000 * 48, 56))
    assert by_bid[BID_ONE].score == round(Fraction(26, 40) * 400_000 + Fraction(12, 20) * 200_000 + 400_000)
    assert BEST.bid_id == BID_TWO


def test_who_is_below_a_threshold_or_over_the_budget_stands_last_and_cannot_be_awarded() -> None:
    low, dear, fine = candidate(1, 100), candidate(2, 6_000_001), candidate(3, 6_000_000)
    scores = {low.bid_id: points(19), dear.bid_id: points(40, 20), fine.bid_id: points(20, 0)}
    ranking = rank(FACTS, [low, dear, fine], scores, SEED)

    assert ranking[0].bid_id == fine.bid_id
    assert [one.acceptable for one in ranking] == [True, False, False]
    assert {one.bid_id: (one.below, one.over_budget) for one in ranking[1:]} == {
        low.bid_id: (("method",), False),
        dear.bid_id: ((), True),
    }


def test_a_bid_that_cannot_be_awarded_makes_no_other_look_dear() -> None:
    """Good beats fair by quality; a strawman for a cent would have taken the price's whole weight away."""
    fair, good = candidate(1, 4_000_000), candidate(2, 5_000_000)
    poor, dear = candidate(3, 1), candidate(4, 6_000_001)
    scores = {fair.bid_id: points(20, 0), good.bid_id: points(40, 20), poor.bid_id: points(19), dear.bid_id: points(40)}
    alone, among = rank(FACTS, [fair, good], scores, SEED), rank(FACTS, [poor, fair, good, dear], scores, SEED)

    assert among[:2] == alone
    assert {one.lowest for one in among} == {euro(4_000_000)}
    last = {one.bid_id: one.price_score for one in among[2:]}
    assert last == {poor.bid_id: 400_000, dear.bid_id: round(Fraction(400_000 * 4_000_000, 6_000_001))}
    (only,) = rank(FACTS, [poor], scores, SEED)
    assert (only.acceptable, only.lowest, only.price_score) == (False, euro(1), 400_000)


def test_equal_scores_are_decided_by_the_calls_own_rules() -> None:
    early, late = candidate(1, 500), candidate(2, 500, minutes=5)
    scores = {early.bid_id: points(30), late.bid_id: points(30)}
    by_time = facts(tie_rules=(TieRule.EARLIER_SUBMISSION,))

    assert rank(by_time, [late, early], scores, SEED)[0].bid_id == early.bid_id
    drawn = {rank(facts(tie_rules=(TieRule.LOT,)), [early, late], scores, f"{n:032x}")[0].bid_id for n in range(20)}
    assert drawn == {early.bid_id, late.bid_id}


bids = st.lists(st.integers(1, 7_000_000), min_size=1, max_size=6)


@given(prices=bids, scored=st.data())
def test_a_ranking_holds_everybody_once_in_an_order_that_does_not_depend_on_theirs(
    prices: list[int], scored: st.DataObject
) -> None:
    field = [candidate(n, cents) for n, cents in enumerate(prices)]
    scores = {
        one.bid_id: [
            {"method": scored.draw(st.integers(0, 40)), "staff": scored.draw(st.integers(0, 20))} for _ in range(3)
        ]
        for one in field
    }
    ranking = rank(FACTS, field, scores, SEED)

    assert ranking == rank(FACTS, list(reversed(field)), scores, SEED)
    assert [one.rank for one in ranking] == list(range(1, len(field) + 1))
    assert {one.bid_id for one in ranking} == {one.bid_id for one in field}
    assert all(0 <= one.price_score <= 400_000 and 0 <= one.score <= 1_000_000 for one in ranking)
    acceptable = [one for one in ranking if one.acceptable]
    assert ranking[: len(acceptable)] == tuple(acceptable)
    assert [one.score for one in acceptable] == sorted((one.score for one in acceptable), reverse=True)
    assert all(one.total <= (FACTS.budget or Money(0)) for one in acceptable)


@given(cents=st.integers(2, 5_000_000))
def test_a_lower_price_never_ranks_lower_with_the_same_points(cents: int) -> None:
    cheap, dear = candidate(1, cents - 1), candidate(2, cents)
    ranking = rank(FACTS, [dear, cheap], {cheap.bid_id: points(30), dear.bid_id: points(30)}, SEED)

    assert ranking[0].bid_id == cheap.bid_id
