"""The ranking of a call's bids: a function of scores, prices, and the rules that the call was published with.

The price has `max_points * lowest total / own total` points, where the lowest is that of all bids that are ranked; the
evaluators' points on every other criterion become one number by the call's aggregation. Everything is counted in
fractions; `services/audit/standalone/rank_bids.py` does the same from the published sheet, without Pakt.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from uuid import UUID

from domain.contracts.facts import CallFacts
from domain.contracts.vocabulary import Candidate, CriterionKind, RankedBid, ServiceCriterion
from domain.kernel.vocabulary import MILLION
from domain.scoring.vocabulary import Aggregation
from domain.scoring.weighing import Weighed, place, reached, weighed

Points = Mapping[str, int]


def rank(
    call: CallFacts, candidates: Iterable[Candidate], scores: Mapping[UUID, Sequence[Points]], seed: str
) -> tuple[RankedBid, ...]:
    """Every candidate in its place, the best first. `scores` are each bid's, one set of points an evaluator.

    Whoever is below a threshold or over the budget stands after all who can be awarded. `seed` decides between equals
    by lot. Candidates cost more than nothing.
    """
    bids = tuple(candidates)
    criteria = call.criteria or ()
    prices = [one for one in criteria if one.kind is CriterionKind.PRICE]
    lowest = min((one.total.amount for one in bids), default=0)
    judged = [(bid, _judged(call, prices, bid, scores[bid.bid_id], lowest)) for bid in bids]
    over = {bid.bid_id for bid in bids if call.budget is not None and call.budget < bid.total}

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
        )
        for rank_, (bid, one) in enumerate(judged, 1)
    )


def _judged(
    call: CallFacts, prices: Sequence[ServiceCriterion], bid: Candidate, scores: Sequence[Points], lowest: int
) -> Weighed:
    points = reached(call.scored, scores, call.aggregation or Aggregation.MEAN)
    points |= {one.code: Fraction(one.max_points * lowest, bid.total.amount) for one in prices}
    return weighed(
        call.criteria or (), points, subject_id=bid.bid_id, amount=bid.total.amount, submitted_at=bid.received_at
    )


def _part(prices: Sequence[ServiceCriterion], one: Weighed) -> Fraction:
    """What the price gives of the whole score."""
    return sum(
        (Fraction(price.weight, MILLION) * one.by_criterion[price.code] / price.max_points for price in prices),
        Fraction(0),
    )
