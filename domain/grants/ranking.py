"""The ranking of a call: a function of the scores and of the rules that the call was published with.

Everything is counted in fractions, so that nobody's rounding decides; `services/audit/standalone/rank_applications.py`
does the same from the published sheet, without Pakt.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from domain.grants.facts import CallFacts
from domain.grants.vocabulary import AwardOutcome
from domain.kernel.money import Money
from domain.kernel.vocabulary import Code
from domain.scoring.vocabulary import Aggregation
from domain.scoring.weighing import Weighed, place, reached, weighed

Points = Mapping[str, int]


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


def rank(
    call: CallFacts, candidates: Iterable[Candidate], scores: Mapping[UUID, Sequence[Points]], seed: str
) -> tuple[Ranked, ...]:
    """Every candidate in its place, the best first. `scores` are each application's, one set of points a member.

    Awards go down the ranking as long as the budget holds; the first one it does not hold and all after it are reserve.
    Who is below a threshold is rejected and stands after all others. `seed` decides between equals by lot.
    """
    judged = [(one, _judged(call, one, scores[one.application_id])) for one in candidates]
    criteria, ties = call.criteria or (), call.tie_rules or ()
    judged.sort(key=lambda pair: (bool(pair[1].below), *place(criteria, ties, pair[1], seed)))
    left, ranked = call.budget or Money(0), []
    for rank_, (candidate, one) in enumerate(judged, 1):
        asked = candidate.requested
        outcome, amount = AwardOutcome.REJECTED, None
        if not one.below:
            holds = left is not None and asked <= left
            outcome, amount = (AwardOutcome.AWARDED if holds else AwardOutcome.RESERVE), asked
            left = left - asked if holds else Money(-1, asked.currency)  # what follows the first gap is reserve, too
        ranked.append(Ranked(candidate.application_id, rank_, one.score, outcome, amount, one.below))
    return tuple(ranked)


def _judged(call: CallFacts, candidate: Candidate, scores: Sequence[Points]) -> Weighed:
    criteria = call.criteria or ()
    return weighed(
        criteria,
        reached(criteria, scores, call.aggregation or Aggregation.MEAN),
        subject_id=candidate.application_id,
        amount=candidate.requested.amount,
        submitted_at=candidate.submitted_at,
    )
