"""The state of an evaluation: who scores which bids, and how far they are."""

from uuid import UUID

from domain.contracts import citations
from domain.contracts.events.evaluation import (
    BidScoreCommitted,
    BidScoreRevealed,
    BidScoringClosed,
    BidScoringOpened,
    EvaluatorInterestDeclared,
    EvaluatorRecused,
    EvaluatorsAppointed,
)
from domain.contracts.vocabulary import Candidate, EvaluationStage, Evaluator, RankedBid
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition
from domain.kernel.message import N_
from domain.scoring.judging import Judging, Terms

TERMS = Terms(
    rule="contract",
    citation=citations.PROCUREMENT,
    pointer="/bid_id",
    role="commissioner",
    unknown=N_("The evaluators have no such bid."),
    declared_once=N_("The interest in this bid was declared already."),
    declare_first=N_("Declare first what you have to do with the bidder; then the bid is shown and scored."),
    committed_once=N_("Your score of this bid is committed already."),
    waiting=N_("{waiting} scores are not committed yet; until then nobody shows theirs."),
    known_once=N_("Your score of this bid is known already."),
    recused=N_("You are recused from this bid."),
)


class EvaluationState(Aggregate):
    """What an evaluation remembers. `answered` are the complaints because of which bids are, or were, scored anew."""

    @applies(EvaluatorsAppointed)
    def _appointed(self, event: EvaluatorsAppointed) -> None:
        self.stage = EvaluationStage.FORMED
        self.call_id = event.call_id
        self.people: dict[UUID, Evaluator] = {one.person_id: one for one in (*event.evaluators, *event.alternates)}
        self.judging = Judging(
            TERMS,
            (one.person_id for one in event.evaluators),
            (one.person_id for one in event.alternates),
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
        self.judging.begin(tuple(self.candidates))
        for bid in event.anew:
            self.judging.begin_again(bid, self.judging.rounds[bid] + 1)

    @applies(EvaluatorInterestDeclared)
    def _declared(self, event: EvaluatorInterestDeclared) -> None:
        self.judging.declared[event.bid_id, event.person_id] = event.interest

    @applies(EvaluatorRecused)
    def _recused(self, event: EvaluatorRecused) -> None:
        self.judging.recuse(event.bid_id, event.person_id, event.substitute)

    @applies(BidScoreCommitted)
    def _committed(self, event: BidScoreCommitted) -> None:
        self.judging.commitments[event.bid_id, event.person_id] = event.commitment

    @applies(BidScoreRevealed)
    def _revealed(self, event: BidScoreRevealed) -> None:
        self.judging.points[event.bid_id, event.person_id] = event.points

    @applies(BidScoringClosed)
    def _closed(self, event: BidScoringClosed) -> None:
        self.stage, self.ranking = EvaluationStage.SCORED, event.ranking

    def require(self, command: Command, *stages: EvaluationStage) -> None:
        """Refuse the command unless the evaluation stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def may_read(self, person_id: UUID, bid_id: UUID) -> bool:
        """Whether the person may see what the bid says: whoever scores it and has declared their interest."""
        return self.judging.may_read(person_id, bid_id)
