"""The evaluation of a call's bids: interests before content, sealed scores before known ones, then the ranking.

Its decisions build on each other: `evaluation_state` < `evaluation_changing` < this module. What any panel is refused
stands in `domain/scoring`.
"""

from collections.abc import Mapping
from typing import Self
from uuid import UUID

from domain.contracts.bid import ON_CALL
from domain.contracts.bidders import Bidders
from domain.contracts.bids import Bids
from domain.contracts.call_state import CallState, call_of
from domain.contracts.commands.evaluation import (
    AppointEvaluators,
    CloseBidScoring,
    CommitBidScore,
    DeclareBidInterest,
    OpenBidScoring,
    RevealBidScore,
)
from domain.contracts.evaluation_changing import Changing, evaluator
from domain.contracts.evaluation_state import PANEL
from domain.contracts.events.evaluation import (
    BidScoreCommitted,
    BidScoreRevealed,
    BidScoringClosed,
    BidScoringOpened,
    EvaluatorInterestDeclared,
    EvaluatorsAppointed,
    evaluation_id,
)
from domain.contracts.ranking import rank
from domain.contracts.vocabulary import CallStage, EvaluationStage
from domain.kernel.aggregate import creates, decides
from domain.kernel.amounts import require_once
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue
from domain.kernel.event import Personal
from domain.kernel.message import N_
from domain.organisations.standing import Standing
from domain.scoring.composition import Lack, composition

_BEFORE_AWARD = (CallStage.PUBLISHED, CallStage.CLOSED, CallStage.QUALIFICATION, CallStage.AWARD_PENDING)


class BidEvaluation(Changing):
    """formed, scoring, scored; and scoring again, when a complaint had an award set aside."""

    initial = EvaluatorsAppointed
    REFERENCED = True

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """A call has one evaluation."""
        del tenant_id
        return evaluation_id(command.call_id) if isinstance(command, AppointEvaluators) else None

    @classmethod
    @creates(AppointEvaluators, references=ON_CALL)
    def appoint(cls, command: AppointEvaluators, ctx: Context, stream_id: UUID) -> Self:
        """As many as the rules ask, nobody twice, not whoever appoints them, in a call that awards something."""
        call = ctx.reference("call", CallState)
        call.require(command, *_BEFORE_AWARD)
        if call.facts.makes_list:
            raise InvalidValue("/call_id", N_("A call that makes a list of providers is not scored."))
        people = (*command.evaluators, *command.alternates)
        require_once((one.person_id for one in people), "/evaluators", "person_id")
        if ctx.actor in {one.person_id for one in people}:
            raise InvalidValue("/evaluators", cls.TERMS.named_already)
        composition(PANEL, ctx.rules).require(len(command.evaluators), 0, panel=PANEL, texts=_SIZE, ctx=ctx)
        event = EvaluatorsAppointed(
            call_id=command.call_id,
            decision_no=command.decision_no,
            public_since=call.published_at or ctx.now,
            evaluators=tuple(evaluator(one, n) for n, one in enumerate(command.evaluators, 1)),
            alternates=tuple(
                evaluator(one, n) for n, one in enumerate(command.alternates, len(command.evaluators) + 1)
            ),
        )
        event.about(*(Personal(one.person_id, "full_name", one.full_name) for one in people))
        return cls.begin(ctx, stream_id, event)

    @decides(OpenBidScoring, references=ON_CALL, boundary=Bids)
    def open(self, command: OpenBidScoring, ctx: Context) -> None:
        """When every bid was decided on; again only because of upheld complaints, and then only what they contest."""
        call = call_of(command, ctx, self.call_id)
        call.require(command, CallStage.AWARD_PENDING)
        contested = call.unanswered(self.answered)
        if self.stage is not EvaluationStage.FORMED and not contested:
            raise IllegalTransition(state=self.stage, command=command.name)
        candidates = ctx.folded(Bids).candidates()
        qualified = {one.bid_id for one in candidates}
        anew = [bid for bid in dict.fromkeys(contested.values()) if bid in qualified and bid in self.judging.rounds]
        self.trigger(
            ctx,
            BidScoringOpened(
                candidates=candidates,
                tie_seed=self.tie_seed or ctx.new_secret().hex(),
                anew=tuple(anew),
                answered=tuple(contested),
            ),
        )

    @decides(DeclareBidInterest, register=(Standing,))
    def declare(self, command: DeclareBidInterest, ctx: Context) -> None:
        """Once per bid; what the register or the evaluator's employers say counts whatever is declared."""
        self.require(command, EvaluationStage.SCORING)
        self.require_declaring(command, command.bid_id, command.organisation_id, ctx)
        found = self.conflict(command.bid_id, ctx.actor, ctx.registered(Standing), command.interest)
        event = EvaluatorInterestDeclared(
            person_id=ctx.actor, bid_id=command.bid_id, interest=command.interest, late_offices=found.late
        )
        if command.detail is not None:
            event.about(Personal(ctx.actor, "interest", command.detail))
        if found.basis is not None:  # first, so that at no position of the log a recused one has declared and may read
            self.recuse(ctx, command.bid_id, ctx.actor, found.basis)
        self.trigger(ctx, event)

    @decides(CommitBidScore, register=(Standing,))
    def commit(self, command: CommitBidScore, ctx: Context) -> None:
        """After the declaration, and before anybody's points are known; not by whom the register tells of meanwhile."""
        self.require(command, EvaluationStage.SCORING)
        self.require_committing(command, command.bid_id, command.organisation_id, ctx)
        if not self.settle_again(ctx, command.bid_id):
            return
        self.trigger(
            ctx,
            BidScoreCommitted(
                person_id=ctx.actor,
                bid_id=command.bid_id,
                round=self.judging.rounds[command.bid_id],
                commitment=command.commitment,
            ),
        )

    @decides(RevealBidScore, references=ON_CALL)
    def reveal(self, command: RevealBidScore, ctx: Context) -> None:
        """When all commitments are in, of everybody who must score; what does not match one's own is not taken."""
        self.require(command, EvaluationStage.SCORING)
        call = call_of(command, ctx, self.call_id)
        self.require_revealing(command, command.bid_id, composition(PANEL, ctx.rules), ctx)
        self.require_points(command.bid_id, command.points, command.salt, call.facts.scored, ctx)
        self.trigger(
            ctx,
            BidScoreRevealed(
                person_id=ctx.actor,
                bid_id=command.bid_id,
                round=self.judging.rounds[command.bid_id],
                points=command.points,
                salt=command.salt,
                comment=command.comment,
            ),
        )

    @decides(CloseBidScoring, references=ON_CALL, boundary=Bids, register=(Bidders,))
    def close(self, command: CloseBidScoring, ctx: Context) -> None:
        """When every score is known, of everybody who must score, and nobody who gave one may not.

        What the register says against an evaluator only now is put on record instead, and scoring goes on.
        """
        self.require(command, EvaluationStage.SCORING)
        call = call_of(command, ctx, self.call_id)
        call.require(command, CallStage.AWARD_PENDING)
        if not self.settle_all(ctx, ctx.registered(Bidders), self.candidates):
            return
        self.require_known(self.candidates, composition(PANEL, ctx.rules), ctx)
        scores = {bid: self.judging.scores(bid) for bid in self.candidates}
        ranking = rank(call.facts, self.candidates.values(), scores, self.tie_seed)
        self.trigger(ctx, BidScoringClosed(call_id=self.call_id, ranking=ranking))


_SIZE: Mapping[Lack, str] = {
    Lack.SIZE: N_("There would be {size} evaluators; {least} are needed."),
    Lack.PARITY: N_("There would be {size} evaluators; their number must be odd."),
}
