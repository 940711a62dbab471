"""A call between its closing and the evaluation: bids are opened, then qualified; or it comes to nothing."""

from uuid import UUID

from domain.contracts import citations
from domain.contracts.bids import Bids
from domain.contracts.call_publication import CallPublication
from domain.contracts.commands.call import (
    BeginBidEvaluation,
    BeginQualification,
    CancelServiceCall,
    DeclareUnsuccessful,
    PublishQualifiedList,
)
from domain.contracts.complaint import ON_EVALUATION
from domain.contracts.complaints import Heard
from domain.contracts.evaluation_state import EvaluationState
from domain.contracts.events.call import (
    CallCancelled,
    CallUnsuccessful,
    EvaluationBegun,
    QualificationBegun,
    QualifiedListPublished,
)
from domain.contracts.languages import require_languages
from domain.contracts.vocabulary import BidStage, CallStage, EvaluationStage, RankedBid
from domain.kernel.aggregate import decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_

_CANCELLABLE = (
    CallStage.PLANNING,
    CallStage.PUBLISHED,
    CallStage.CLOSED,
    CallStage.QUALIFICATION,
    CallStage.AWARD_PENDING,
    CallStage.STANDSTILL,
    CallStage.LISTED,
)


class CallOpening(CallPublication):
    """Decisions from the opening of bids to the evaluation, and how a call comes to nothing."""

    @decides(BeginQualification, boundary=Bids)
    def begin_qualification(self, command: BeginQualification, ctx: Context) -> None:
        """When every sealed bid was opened, or the time to open them is over."""
        self.require(command, CallStage.CLOSED)
        bids = ctx.folded(Bids)
        unopened = bids.standing(BidStage.SEALED)
        if unopened and self.opening is not None and ctx.now < self.opening.due_at:
            raise RuleViolated(
                self.opening.rule,
                N_("{unopened} bids are not opened yet, and can be until {until}."),
                citation=self.opening.citation,
                unopened=len(unopened),
                until=self.opening.due_at.isoformat(),
            )
        self.trigger(ctx, QualificationBegun(bids=len(bids.standing(BidStage.OPENED)), unopened=unopened))

    @decides(BeginBidEvaluation, boundary=Bids)
    def begin_evaluation(self, command: BeginBidEvaluation, ctx: Context) -> None:
        """The qualified bids go to the evaluators together."""
        if self.facts.makes_list:
            raise IllegalTransition(state=self.stage, command=command.name)
        qualified = self._qualified(command, ctx.folded(Bids))
        self.trigger(ctx, EvaluationBegun(qualified=len(qualified)))

    @decides(PublishQualifiedList, boundary=Bids)
    def publish_list(self, command: PublishQualifiedList, ctx: Context) -> None:
        """Everybody who qualified, and nobody else."""
        if not self.facts.makes_list:
            raise IllegalTransition(state=self.stage, command=command.name)
        bids = ctx.folded(Bids)
        self._qualified(command, bids)
        valid_until = self.facts.list_until or local_day(ctx.now)
        self.trigger(ctx, QualifiedListPublished(providers=bids.providers(), valid_until=valid_until))

    @decides(DeclareUnsuccessful, references=ON_EVALUATION, boundary=Heard)
    def declare_unsuccessful(self, command: DeclareUnsuccessful, ctx: Context) -> None:
        """Only where nothing can be awarded and whoever was put out was heard; what one does not want is cancelled."""
        self.require(command, CallStage.CLOSED, CallStage.QUALIFICATION, CallStage.AWARD_PENDING)
        require_languages(command.reason, ctx)
        heard = ctx.folded(Heard)
        live = heard.bids.standing(BidStage.SEALED, BidStage.OPENED, BidStage.QUALIFIED)
        if self.stage is CallStage.AWARD_PENDING:
            live = tuple(one.bid_id for one in self.awardable(self.scored(ctx)))
        if live:
            raise RuleViolated(
                "contract.call.unsuccessful",
                N_("{live} bids can still be awarded; a call that is given up is cancelled."),
                citation=citations.PROCUREMENT,
                live=len(live),
            )
        if not self.facts.makes_list:
            heard.require_heard(frozenset(self.set_aside), ctx)
        self.trigger(ctx, CallUnsuccessful(reason=command.reason, need_id=self.facts.need_id))

    @decides(CancelServiceCall)
    def cancel(self, command: CancelServiceCall, ctx: Context) -> None:
        """Give the call up before its award, for a reason that all who bid can read."""
        self.require(command, *_CANCELLABLE)
        require_languages(command.reason, ctx)
        proposed = self.proposal.organisation_id if self.proposal else None
        self.trigger(ctx, CallCancelled(reason=command.reason, need_id=self.facts.need_id, organisation_id=proposed))

    def scored(self, ctx: Context) -> EvaluationState:
        """The evaluation that the command names, which must be this call's, closed, and true to every complaint."""
        evaluation = ctx.reference("evaluation", EvaluationState)
        if evaluation.call_id != self.id:
            raise InvalidValue("/evaluation_id", N_("The evaluation is another call's."))
        if evaluation.stage is not EvaluationStage.SCORED or self.unanswered(evaluation.answered):
            raise RuleViolated(
                "contract.score.closed",
                N_("The evaluators have not closed their scoring."),
                citation=citations.PROCUREMENT,
            )
        return evaluation

    def awardable(self, evaluation: EvaluationState) -> tuple[RankedBid, ...]:
        """The bids of the ranking that may be awarded, the best first."""
        return tuple(one for one in evaluation.ranking if one.acceptable and one.bid_id not in self.lapsed)

    def _qualified(self, command: Command, bids: Bids) -> tuple[UUID, ...]:
        """The qualified bids, once every opened one was decided on, and if there is any."""
        self.require(command, CallStage.QUALIFICATION)
        undecided = len(bids.standing(BidStage.OPENED))
        if undecided:
            raise RuleViolated(
                "contract.bid.decided",
                N_("{count} bids were neither qualified nor disqualified yet."),
                citation=citations.PROCUREMENT,
                count=undecided,
            )
        qualified = bids.standing(BidStage.QUALIFIED)
        if not qualified:
            raise RuleViolated(
                "contract.bid.none",
                N_("No bid qualified; the call can only be declared unsuccessful or cancelled."),
                citation=citations.PROCUREMENT,
            )
        return qualified
