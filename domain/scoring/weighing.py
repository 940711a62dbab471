"""From points to an order: everything is counted in fractions, so that nobody's rounding decides."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from uuid import UUID

import msgspec

from domain.kernel.vocabulary import MILLION
from domain.scoring.lots import lot
from domain.scoring.vocabulary import Aggregation, Criterion, TieRule

_TRIMMED_FROM = 3
"""Scores of which the highest and the lowest are left out."""


class Weighed(msgspec.Struct, frozen=True):
    """Something that was judged: what it costs (minor units), when it came, and what it reached on each criterion.

    `total` is of the highest possible, from 0 to 1; on the criteria `below` it stayed under the threshold.
    """

    subject_id: UUID
    amount: int
    submitted_at: datetime
    total: Fraction
    by_criterion: Mapping[str, Fraction]
    below: tuple[str, ...]

    @property
    def score(self) -> int:
        """The total in millionths, rounded half to even."""
        return round(self.total * MILLION)


def weighed(
    criteria: Sequence[Criterion],
    reached: Mapping[str, Fraction],
    *,
    subject_id: UUID,
    amount: int,
    submitted_at: datetime,
) -> Weighed:
    """What the points that were reached on each criterion come to."""
    total = sum((Fraction(one.weight, MILLION) * reached[one.code] / one.max_points for one in criteria), Fraction(0))
    below = tuple(one.code for one in criteria if reached[one.code] < one.threshold)
    return Weighed(subject_id, amount, submitted_at, total, reached, below)


def reached(
    criteria: Sequence[Criterion], scores: Sequence[Mapping[str, int]], aggregation: Aggregation
) -> dict[str, Fraction]:
    """The members' points, one set a member, as one number for each criterion."""
    aggregate = _AGGREGATIONS[aggregation]
    return {one.code: aggregate([points[one.code] for points in scores]) for one in criteria}


def place(criteria: Sequence[Criterion], tie_rules: Sequence[TieRule], one: Weighed, seed: str) -> tuple[object, ...]:
    """To sort by: higher totals first; then what the tie rules ask, in their order; at last the lot by `seed`."""
    asked = [_TIES[rule](criteria, one) for rule in tie_rules if rule is not TieRule.LOT]
    return (-one.total, *asked, lot(seed, one.subject_id, "tie"))


def _mean(points: Sequence[int]) -> Fraction:
    return Fraction(sum(points), len(points)) if points else Fraction(0)


def _trimmed(points: Sequence[int]) -> Fraction:
    """Without one highest and one lowest; of fewer than three scores nothing is left out."""
    return _mean(sorted(points)[1:-1] if len(points) >= _TRIMMED_FROM else points)


def _median(points: Sequence[int]) -> Fraction:
    ordered, half = sorted(points), len(points) // 2
    return _mean(ordered[half : half + 1] if len(ordered) % 2 else ordered[max(half - 1, 0) : half + 1])


def _heaviest(criteria: Sequence[Criterion], one: Weighed) -> Fraction:
    """Of equally heavy criteria the one listed first."""
    heaviest = max(criteria, key=lambda criterion: criterion.weight)
    return -one.by_criterion[heaviest.code]


_AGGREGATIONS: Mapping[Aggregation, Callable[[Sequence[int]], Fraction]] = {
    Aggregation.MEAN: _mean,
    Aggregation.TRIMMED_MEAN: _trimmed,
    Aggregation.MEDIAN: _median,
}
_TIES: Mapping[TieRule, Callable[[Sequence[Criterion], Weighed], object]] = {
    TieRule.HEAVIEST_CRITERION: _heaviest,
    TieRule.LOWER_AMOUNT: lambda _, one: one.amount,
    TieRule.EARLIER_SUBMISSION: lambda _, one: one.submitted_at,
}
