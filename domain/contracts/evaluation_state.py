"""The state of an evaluation: who scores which bids, and how far they are."""

from collections.abc import Mapping
from uuid import UUID

from domain.contracts import citations
from domain.contracts.events.evaluation import (
    AlternatesAppointed,
    BidScoreCommitted,
    BidScoreRevealed,
    BidScoringClosed,
    BidScoringOpened,
    EvaluatorConflictDecided,
    EvaluatorConflictSuspected,
    EvaluatorInterestDeclared,
    EvaluatorRecused,
    EvaluatorReplaced,
    EvaluatorsAppointed,
)
from domain.contracts.vocabulary import BidSeat, Candidate, EvaluationStage, RankedBid
from domain.kernel.aggregate import applies
from domain.kernel.event import Event
from domain.kernel.message import N_
from domain.scoring.composition import Lack
from domain.scoring.judging import Judging
from domain.scoring.replacing import Replacing
from domain.scoring.terms import Terms
from domain.scoring.vocabulary import ConflictBasis

PANEL = "contract.evaluation"
_LACKS: Mapping[Lack, str] = {
    Lack.SIZE: N_(
        "Bid {bid} would be scored by {size}; it takes {least}. Appoint alternates: they take the empty places."
    ),
    Lack.PARITY: N_(
        "Bid {bid} would be scored by {size}; their number must be odd. Appoint alternates: they take the empty places."
    ),
}
TERMS = Terms(
    rule="contract",
    panel=PANEL,
    citation=citations.PROCUREMENT,
    noun="bid",
    role="commissioner",
    opened_by="BidScoringOpened",
    unknown=N_("The evaluators have no such bid."),
    foreign=N_("The bid is another organisation's."),
    declared_once=N_("The interest in this bid was declared already."),
    declare_first=N_("Declare first what you have to do with the bidder; then the bid is shown and scored."),
    committed_once=N_("Your score of this bid is committed already."),
    waiting=N_("{waiting} scores are not committed yet; until then nobody shows theirs."),
    known_once=N_("Your score of this bid is known already."),
    recused=N_("You are recused from this bid."),
    replaced=N_("You were replaced: another one scores this bid."),
    own=N_("No evaluator or alternate decides who evaluates."),
    undoubted=N_("Nothing is to be decided about this evaluator and bid."),
    owes_nothing=N_("The person owes no score now."),
    has_time=N_("The evaluator has time until {until}."),
    named_already=N_("The person evaluates or is an alternate already, or decides."),
    lacks=_LACKS,
)


class EvaluationState(Replacing):
    """What an evaluation remembers. `answered` are the complaints because of which bids are, or were, scored anew."""

    TERMS = TERMS

    @applies(EvaluatorsAppointed)
    def _appointed(self, event: EvaluatorsAppointed) -> None:
        evaluators = (one.person_id for one in event.evaluators)
        alternates = (one.person_id for one in event.alternates)
        self.take_up(
            EvaluationStage.FORMED,
            event.call_id,
            event.public_since or event.occurred_at,
            Judging(event.occurred_at, (*event.evaluators, *event.alternates), evaluators, alternates),
        )
        self.candidates: dict[UUID, Candidate] = {}
        self.ranking: tuple[RankedBid, ...] = ()
        self.tie_seed = ""
        self.answered: frozenset[UUID] = frozenset()

    @applies(BidScoringOpened)
    def _opened(self, event: BidScoringOpened) -> None:
        self.stage, self.tie_seed = EvaluationStage.SCORING, event.tie_seed
        self.candidates = {one.bid_id: one for one in event.candidates}
        self.answered |= frozenset(event.answered)
        self.judging.begin({bid: one.organisation_id for bid, one in self.candidates.items()}, event.occurred_at)
        for bid in event.anew:
            self.judging.begin_again(bid, event.occurred_at)

    @applies(EvaluatorInterestDeclared)
    def _declared(self, event: EvaluatorInterestDeclared) -> None:
        self.judging.declared[event.bid_id, event.person_id] = event.interest
        self.judging.suspect(event.bid_id, event.person_id, event.late_offices)

    @applies(EvaluatorConflictSuspected)
    def _suspected(self, event: EvaluatorConflictSuspected) -> None:
        self.judging.suspect(event.bid_id, event.person_id, event.late_offices)

    @applies(EvaluatorRecused)
    def _recused(self, event: EvaluatorRecused) -> None:
        self.judging.recuse(event.bid_id, event.person_id, event.substitute, event.occurred_at)

    @applies(EvaluatorConflictDecided)
    def _conflict_decided(self, event: EvaluatorConflictDecided) -> None:
        self.judging.clear(event.bid_id, event.person_id, event.occurred_at, recused=event.recused)

    @applies(EvaluatorReplaced)
    def _replaced(self, event: EvaluatorReplaced) -> None:
        self.judging.replace(event.person_id, _taken(event.seats), event.occurred_at)

    @applies(AlternatesAppointed)
    def _alternates_appointed(self, event: AlternatesAppointed) -> None:
        behind = (one.person_id for one in event.alternates)
        self.judging.extend(event.alternates, behind, _taken(event.seats), event.occurred_at)

    @applies(BidScoreCommitted)
    def _committed(self, event: BidScoreCommitted) -> None:
        self.judging.commit(event.bid_id, event.person_id, event.commitment, event.occurred_at)

    @applies(BidScoreRevealed)
    def _revealed(self, event: BidScoreRevealed) -> None:
        self.judging.points[event.bid_id, event.person_id] = event.points

    @applies(BidScoringClosed)
    def _closed(self, event: BidScoringClosed) -> None:
        self.stage, self.ranking = EvaluationStage.SCORED, event.ranking
        self.judging.close()

    def recusal(self, subject: UUID, person: UUID, basis: ConflictBasis, substitute: UUID | None) -> Event:
        """An evaluator does not score a bid."""
        return EvaluatorRecused(person_id=person, bid_id=subject, basis=basis, substitute=substitute)

    def suspicion(self, subject: UUID, person: UUID, entries: tuple[UUID, ...]) -> Event:
        """A bidder had an office of the evaluator recorded late."""
        return EvaluatorConflictSuspected(person_id=person, bid_id=subject, late_offices=entries)


def _taken(seats: tuple[BidSeat, ...]) -> list[tuple[UUID, UUID | None]]:
    return [(one.bid_id, one.substitute) for one in seats]
