"""The state of an evaluation: who scores which bids, and how far they are."""

from uuid import UUID

from domain.contracts import citations
from domain.contracts.events.evaluation import (
    AlternatesAppointed,
    BidScoreCommitted,
    BidScoreRevealed,
    BidScoringClosed,
    BidScoringOpened,
    EvaluatorConflictDecided,
    EvaluatorInterestDeclared,
    EvaluatorRecused,
    EvaluatorReplaced,
    EvaluatorsAppointed,
)
from domain.contracts.vocabulary import Candidate, EvaluationStage, Evaluator, RankedBid
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue
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
    replaced=N_("You were replaced: another one scores this bid."),
)


class EvaluationState(Aggregate):
    """What an evaluation remembers. `answered` are the complaints because of which bids are, or were, scored anew."""

    @applies(EvaluatorsAppointed)
    def _appointed(self, event: EvaluatorsAppointed) -> None:
        self.stage = EvaluationStage.FORMED
        self.call_id = event.call_id
        self.people: dict[UUID, Evaluator] = {one.person_id: one for one in (*event.evaluators, *event.alternates)}
        self.public_since = event.public_since or event.occurred_at
        self.judging = Judging(
            TERMS,
            event.occurred_at,
            (one.person_id for one in event.evaluators),
            (one.person_id for one in event.alternates),
        )
        self.candidates: dict[UUID, Candidate] = {}
        self.ranking: tuple[RankedBid, ...] = ()
        self.tie_seed = ""
        self.answered: frozenset[UUID] = frozenset()
        self.suspected: set[tuple[UUID, UUID]] = set()

    @applies(BidScoringOpened)
    def _opened(self, event: BidScoringOpened) -> None:
        self.stage, self.tie_seed = EvaluationStage.SCORING, event.tie_seed
        self.candidates = {one.bid_id: one for one in event.candidates}
        self.answered |= frozenset(event.answered)
        self.judging.begin(tuple(self.candidates), event.occurred_at)
        for bid in event.anew:
            self.judging.begin_again(bid, event.occurred_at)

    @applies(EvaluatorInterestDeclared)
    def _declared(self, event: EvaluatorInterestDeclared) -> None:
        self.judging.declared[event.bid_id, event.person_id] = event.interest
        if event.late_offices:
            self.suspected.add((event.bid_id, event.person_id))

    @applies(EvaluatorRecused)
    def _recused(self, event: EvaluatorRecused) -> None:
        self.judging.recuse(event.bid_id, event.person_id, event.substitute, event.occurred_at)

    @applies(EvaluatorConflictDecided)
    def _conflict_decided(self, event: EvaluatorConflictDecided) -> None:
        self.suspected.discard((event.bid_id, event.person_id))
        self.judging.sealed_since = event.occurred_at

    @applies(EvaluatorReplaced)
    def _replaced(self, event: EvaluatorReplaced) -> None:
        seats = {one.bid_id: one.substitute for one in event.seats}
        self.judging.replace(event.person_id, seats, event.occurred_at)
        self.suspected -= {(bid, event.person_id) for bid in seats}

    @applies(AlternatesAppointed)
    def _alternates_appointed(self, event: AlternatesAppointed) -> None:
        self.people |= {one.person_id: one for one in event.alternates}
        self.judging.alternates += tuple(one.person_id for one in event.alternates)
        for seat in event.seats:
            self.judging.sit(seat.bid_id, seat.substitute, event.occurred_at)

    @applies(BidScoreCommitted)
    def _committed(self, event: BidScoreCommitted) -> None:
        self.judging.commitments[event.bid_id, event.person_id] = event.commitment
        self.judging.sealed_since = event.occurred_at

    @applies(BidScoreRevealed)
    def _revealed(self, event: BidScoreRevealed) -> None:
        self.judging.points[event.bid_id, event.person_id] = event.points

    @applies(BidScoringClosed)
    def _closed(self, event: BidScoringClosed) -> None:
        self.stage, self.ranking = EvaluationStage.SCORED, event.ranking
        self.judging.close()

    def require(self, command: Command, *stages: EvaluationStage) -> None:
        """Refuse the command unless the evaluation stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_candidate(self, bid_id: UUID, organisation_id: UUID) -> None:
        """Refuse a bid that is not scored, or another organisation than that which bid: of it the register is asked."""
        if bid_id not in self.candidates:
            raise InvalidValue("/bid_id", TERMS.unknown)
        if organisation_id != self.candidates[bid_id].organisation_id:
            raise InvalidValue("/organisation_id", N_("The bid is another organisation's."))

    def withheld_from(self, reader: UUID | None) -> bool:
        """While points of a round that is not over are known: nobody decides by them who scores."""
        del reader
        return any(self.judging.is_open(bid) for bid, _ in self.judging.points if bid in self.judging.panels)

    def may_read(self, person_id: UUID, bid_id: UUID) -> bool:
        """Whether the person may see what the bid says: whoever scores it and has declared their interest."""
        return self.judging.may_read(person_id, bid_id)
