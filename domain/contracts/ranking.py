"""The ranking of a call's bids: a function of scores, prices, and the rules that the call was published with.

The price has `max_points * lowest total / own total` points, at most `max_points`; the evaluators' points on
every other criterion become one number by the call's aggregation. The lowest total is that of the bids that can be
awarded: nobody makes a rival look dear by a bid that was never meant to win. Everything is counted in fractions;
`services/audit/standalone/rank_bids.py` does the same from the published sheet, without Pakt.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from uuid import UUID

from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import Candidate, CriterionKind, RankedBid, ServiceCriterion
from domain.kernel.money import Money
from domain.kernel.vocabulary import MILLION
from domain.scoring.vocabulary import Aggregation
from domain.scoring.weighing import Weighed, place, reached, weighed

Points = Mapping[str, int]
Reached = Mapping[str, Fraction]


def rank(
    call: CallFacts, candidates: Iterable[Candidate], scores: Mapping[UUID, Sequence[Points]], seed: str
) -> tuple[RankedBid, ...]:
    """Every candidate in its place, the best first. `scores` are each bid's, one set of points an evaluator.

    Whoever is below a threshold or over the budget stands after all who can be awarded. `seed` decides between equals
    by lot. Candidates cost more than nothing. Where none can be awarded, prices are measured by the lowest of all.
    """
    bids = tuple(candidates)
    criteria = call.criteria or ()
    prices = [one for one in criteria if one.kind is CriterionKind.PRICE]
    over = {bid.bid_id for bid in bids if call.budget is not None and call.budget < bid.total}
    aggregation = call.aggregation or Aggregation.MEAN
    points = {bid.bid_id: reached(call.scored, scores[bid.bid_id], aggregation) for bid in bids}
    fit = [bid for bid in bids if bid.bid_id not in over and _good_enough(call, points[bid.bid_id])]
    lowest = min((bid.total.amount for bid in fit or bids), default=0)
    judged = [(bid, _judged(call, prices, bid, points[bid.bid_id], lowest)) for bid in bids]

    def acceptable(one: Weighed) -> bool:
        return not one.below and one.subject_id not in over

    judged.sort(key=lambda pair: (not acceptable(pair[1]), *place(criteria, call.tie_rules or (), pair[1], seed)))
    return tuple(
        RankedBid(
            bid_id=bid.bid_id,
            organisation_id=bid.organisation_id,
            rank=rank_,
            score=one.score,
            price_score=round(_part(prices, one) * MILLION),
            total=bid.total,
            acceptable=acceptable(one),
            below=one.below,
            over_budget=bid.bid_id in over,
            lowest=Money(lowest, bid.total.currency),
        )
        for rank_, (bid, one) in enumerate(judged, 1)
    )


def _good_enough(call: CallFacts, points: Reached) -> bool:
    """Whether a bid reaches every threshold but the price's, which the cheapest of these reaches in any case."""
    return all(points[one.code] >= one.threshold for one in call.scored)


def _judged(
    call: CallFacts, prices: Sequence[ServiceCriterion], bid: Candidate, points: Reached, lowest: int
) -> Weighed:
    cost = bid.total.amount
    for_price = {one.code: Fraction(one.max_points * min(lowest, cost), cost) for one in prices}
    reached_in_all = {**points, **for_price}
    return weighed(
        call.criteria or (), reached_in_all, subject_id=bid.bid_id, amount=cost, submitted_at=bid.received_at
    )


def _part(prices: Sequence[ServiceCriterion], one: Weighed) -> Fraction:
    """What the price gives of the whole score."""
    return sum(
        (Fraction(price.weight, MILLION) * one.by_criterion[price.code] / price.max_points for price in prices),
        Fraction(0),
    )
