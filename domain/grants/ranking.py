"""The ranking of a call: a function of the scores and of the rules that the call was published with.

Everything is counted in fractions, so that nobody's rounding decides; `services/audit/standalone/rank_applications.py`
does the same from the published sheet, without Pakt.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from uuid import UUID

import msgspec

from domain.grants.drawing import lot
from domain.grants.facts import CallFacts
from domain.grants.vocabulary import MILLION, Aggregation, AwardOutcome, Code, Criterion, TieRule
from domain.kernel.money import Money

Points = Mapping[str, int]
_TRIMMED_FROM = 3
"""Scores of which the highest and the lowest are left out."""


class Candidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An eligible application as the commission gets it: what it asks for, and when it came."""

    application_id: UUID
    organisation_id: UUID
    requested: Money
    submitted_at: datetime


class Ranked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An application in a ranking, from rank 1. `score` is in millionths of the highest possible, rounded half to even.

    `below` are criteria on which it stayed under the threshold; `amount` is what it would be given.
    """

    application_id: UUID
    rank: int
    score: int
    outcome: AwardOutcome
    amount: Money | None = None
    below: tuple[Code, ...] = ()


class _Weighed(msgspec.Struct, frozen=True):
    candidate: Candidate
    total: Fraction
    by_criterion: dict[str, Fraction]
    below: tuple[str, ...]


def rank(
    call: CallFacts, candidates: Iterable[Candidate], scores: Mapping[UUID, Sequence[Points]], seed: str
) -> tuple[Ranked, ...]:
    """Every candidate in its place, the best first. `scores` are each application's, one set of points a member.

    Awards go down the ranking as long as the budget holds; the first one it does not hold and all after it are reserve.
    Who is below a threshold is rejected and stands after all others. `seed` decides between equals by lot.
    """
    weighed = [_weigh(call, one, scores[one.application_id]) for one in candidates]
    weighed.sort(key=lambda one: (bool(one.below), *_order(call, one, seed)))
    left, ranked = call.budget or Money(0), []
    for place, one in enumerate(weighed, 1):
        asked = one.candidate.requested
        outcome, amount = AwardOutcome.REJECTED, None
        if not one.below:
            holds = left is not None and asked <= left
            outcome, amount = (AwardOutcome.AWARDED if holds else AwardOutcome.RESERVE), asked
            left = left - asked if holds else Money(-1, asked.currency)  # what follows the first gap is reserve, too
        ranked.append(
            Ranked(one.candidate.application_id, place, round(one.total * MILLION), outcome, amount, one.below)
        )
    return tuple(ranked)


def _weigh(call: CallFacts, candidate: Candidate, scores: Sequence[Points]) -> _Weighed:
    aggregate = _AGGREGATIONS[call.aggregation or Aggregation.MEAN]
    criteria = call.criteria or ()
    reached = {one.code: aggregate([points[one.code] for points in scores]) for one in criteria}
    total = sum((Fraction(one.weight, MILLION) * reached[one.code] / one.max_points for one in criteria), Fraction(0))
    below = tuple(one.code for one in criteria if reached[one.code] < one.threshold)
    return _Weighed(candidate, total, reached, below)


def _order(call: CallFacts, one: _Weighed, seed: str) -> tuple[object, ...]:
    """Higher totals first; then what the call's tie rules ask, in their order; at last the lot."""
    asked = [_TIES[rule](call.criteria or (), one) for rule in call.tie_rules or () if rule is not TieRule.LOT]
    return (-one.total, *asked, lot(seed, one.candidate.application_id, "tie"))


def _mean(points: Sequence[int]) -> Fraction:
    return Fraction(sum(points), len(points)) if points else Fraction(0)


def _trimmed(points: Sequence[int]) -> Fraction:
    """Without one highest and one lowest; of fewer than three scores nothing is left out."""
    return _mean(sorted(points)[1:-1] if len(points) >= _TRIMMED_FROM else points)


def _median(points: Sequence[int]) -> Fraction:
    ordered, half = sorted(points), len(points) // 2
    return _mean(ordered[half : half + 1] if len(ordered) % 2 else ordered[max(half - 1, 0) : half + 1])


def _heaviest(criteria: Sequence[Criterion], one: _Weighed) -> Fraction:
    """Of equally heavy criteria the one listed first."""
    heaviest = max(criteria, key=lambda criterion: criterion.weight)
    return -one.by_criterion[heaviest.code]


_AGGREGATIONS: Mapping[Aggregation, Callable[[Sequence[int]], Fraction]] = {
    Aggregation.MEAN: _mean,
    Aggregation.TRIMMED_MEAN: _trimmed,
    Aggregation.MEDIAN: _median,
}
_TIES: Mapping[TieRule, Callable[[Sequence[Criterion], _Weighed], object]] = {
    TieRule.HEAVIEST_CRITERION: _heaviest,
    TieRule.LOWER_AMOUNT: lambda _, one: one.candidate.requested.amount,
    TieRule.EARLIER_SUBMISSION: lambda _, one: one.candidate.submitted_at,
}
