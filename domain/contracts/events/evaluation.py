"""Events of an evaluation: who scores the bids of a call, and their scores, sealed until all are in.

None carries the tag of the call: there are many, and nobody decides on the call by them.
"""

from datetime import datetime
from uuid import UUID

from domain.contracts.vocabulary import BidSeat, Candidate, Evaluator, RankedBid
from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.kernel.text import Text
from domain.kernel.vocabulary import Count, DecisionNo
from domain.scoring.vocabulary import Commitment, ConflictBasis, Interest, Salt, ScoredPoints


def evaluation_id(call_id: UUID) -> UUID:
    """The stream of a call's one evaluation."""
    return derived_id("service evaluation", call_id)


class EvaluatorsAppointed(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Who evaluates the bids of a call; an alternate takes the place of an evaluator who is recused, in this order.

    The call is public since `public_since` (None: since then): an office recorded later recuses nobody by itself.

    Sealed with it: the full name of each person.
    """

    TOPIC = "contracts.EvaluatorsAppointed.v1"

    call_id: UUID
    decision_no: DecisionNo
    evaluators: tuple[Evaluator, ...]
    alternates: tuple[Evaluator, ...] = ()
    public_since: datetime | None = None


class BidScoringOpened(Event, frozen=True, kw_only=True, omit_defaults=True):
    """These bids are scored. `tie_seed` decides between equals by lot, and nobody chose it.

    `anew` are bids whose earlier scores upheld complaints, `answered`, have set aside; scores of all others stay.
    """

    TOPIC = "contracts.BidScoringOpened.v1"

    candidates: tuple[Candidate, ...]
    tie_seed: str
    anew: tuple[UUID, ...] = ()
    answered: tuple[UUID, ...] = ()


class EvaluatorInterestDeclared(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An evaluator said what they have to do with a bidder, before seeing the bid.

    `late_offices` are the register's entries of offices at the bidder, recorded only after the call was public: they
    recuse by a decision alone. Sealed with it: the `detail`, where one was given.
    """

    TOPIC = "contracts.EvaluatorInterestDeclared.v1"

    person_id: UUID
    bid_id: UUID
    interest: Interest
    late_offices: tuple[UUID, ...] = ()


class EvaluatorRecused(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The evaluator does not score this bid; the `substitute` does, if there was one left to take the place.

    `basis` is another than `declared` where the register or the evaluator's employers said what was not declared.
    """

    TOPIC = "contracts.EvaluatorRecused.v1"

    person_id: UUID
    bid_id: UUID
    basis: ConflictBasis
    substitute: UUID | None = None


class EvaluatorConflictSuspected(Event, frozen=True, kw_only=True):
    """The register tells, since the declaration, of an office at the bidder, recorded only after the call was public.

    By itself it recuses nobody: a bidder could choose its evaluators. `late_offices` are the register's entries.
    """

    TOPIC = "contracts.EvaluatorConflictSuspected.v1"

    person_id: UUID
    bid_id: UUID
    late_offices: tuple[UUID, ...]


class EvaluatorConflictDecided(Event, frozen=True, kw_only=True):
    """It was decided, outside the evaluators, whether the late offices recuse the evaluator from the bid."""

    TOPIC = "contracts.EvaluatorConflictDecided.v1"

    person_id: UUID
    bid_id: UUID
    recused: bool
    decision_no: DecisionNo
    reason: Text


class EvaluatorReplaced(Event, frozen=True, kw_only=True):
    """The evaluator did not score in time, and scores no bid any more of which their points are not known.

    `seats` are all of these, each with the alternate who was next for it.
    """

    TOPIC = "contracts.EvaluatorReplaced.v1"

    person_id: UUID
    decision_no: DecisionNo
    reason: Text
    seats: tuple[BidSeat, ...]


class AlternatesAppointed(Event, frozen=True, kw_only=True):
    """There are more alternates, behind the earlier ones; `seats` are the places that were empty and are taken at once.

    Sealed with it: the full name of each person.
    """

    TOPIC = "contracts.AlternatesAppointed.v1"

    decision_no: DecisionNo
    alternates: tuple[Evaluator, ...]
    seats: tuple[BidSeat, ...]


class BidScoreCommitted(Event, frozen=True, kw_only=True):
    """The evaluator's points stand, and nobody knows them: `commitment` is their salted hash. `round` counts from 1."""

    TOPIC = "contracts.BidScoreCommitted.v1"

    person_id: UUID
    bid_id: UUID
    round: Count
    commitment: Commitment


class BidScoreRevealed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The points that the evaluator had committed to, proved by the salt."""

    TOPIC = "contracts.BidScoreRevealed.v1"

    person_id: UUID
    bid_id: UUID
    round: Count
    points: ScoredPoints
    salt: Salt
    comment: Text | None = None


class BidScoringClosed(Event, frozen=True, kw_only=True):
    """Every score is known: this is the ranking that follows from them and from the prices."""

    TOPIC = "contracts.BidScoringClosed.v1"

    call_id: UUID
    ranking: tuple[RankedBid, ...]


EVENTS: tuple[type[Event], ...] = (
    EvaluatorsAppointed,
    BidScoringOpened,
    EvaluatorInterestDeclared,
    EvaluatorRecused,
    EvaluatorConflictSuspected,
    EvaluatorConflictDecided,
    EvaluatorReplaced,
    AlternatesAppointed,
    BidScoreCommitted,
    BidScoreRevealed,
    BidScoringClosed,
)
"""Every event of an evaluation, in the order of a life."""
