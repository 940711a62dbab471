"""Which awards a complaint may still change, and which it cannot: those can be contracted before it is decided."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from domain.grants.ranking import Ranked
from domain.grants.vocabulary import AwardOutcome
from domain.kernel.money import Money


def unaffected(
    ranking: Sequence[Ranked], contested: Collection[UUID], asked: Mapping[UUID, Money], budget: Money
) -> tuple[Ranked, ...]:
    """The awards that stand whatever becomes of the `contested` applications, the best first.

    Scored anew, a contested application may come to any rank, and takes what it `asked` out of the money of all who
    then stand below it; nobody else's score changes. So an award is out of reach when the budget holds it, all awards
    above it, and every contested application at once. From the first award that it does not hold so, all ranks
    downwards are frozen, and so is each contested rank itself: it may lose what it has.
    """
    left = budget - sum((asked[one] for one in contested), Money(0, budget.currency))
    safe = []
    for one in sorted(ranking, key=lambda each: each.rank):
        if one.outcome is not AwardOutcome.AWARDED:
            break
        if one.application_id in contested:
            continue
        left -= asked[one.application_id]
        if left.amount < 0:
            break
        safe.append(one)
    return tuple(safe)
