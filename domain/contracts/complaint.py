"""A complaint: filed in time, admitted or not, decided by somebody who did not evaluate.

It is against a proposed award; or, where none is proposed, against having been disqualified, so that nobody is put out
unheard because everybody was. Upheld, that bid is qualified anew, and until it is decided nothing is proposed, and the
call does not come to nothing. A list of providers has no evaluators whom a decision could be kept from, and no award.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from domain.contracts import citations
from domain.contracts.bid_state import BidState
from domain.contracts.call_state import CallState, call_named
from domain.contracts.commands.complaint import (
    AdmitServiceComplaint,
    DecideServiceComplaint,
    DismissServiceComplaint,
    FileServiceComplaint,
)
from domain.contracts.complaints import DECIDE, Complaints, contestable
from domain.contracts.evaluation_state import EvaluationState
from domain.contracts.events.complaint import (
    ServiceComplaintAdmitted,
    ServiceComplaintDecided,
    ServiceComplaintDismissed,
    ServiceComplaintFiled,
)
from domain.contracts.languages import require_languages
from domain.contracts.vocabulary import BidStage, CallStage, ComplaintStage
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.organisations.standing import Standing

_OVER = N_("One could complain until {until}.")
_UNPROPOSED = (CallStage.QUALIFICATION, CallStage.AWARD_PENDING)
_HEARD = (BidStage.OPENED, BidStage.QUALIFIED, BidStage.DISQUALIFIED)


def bid_named(command: Command) -> UUID | None:
    """The bid that a command is about."""
    found: UUID | None = getattr(command, "bid_id", None)
    return found


def evaluation_named(command: Command) -> UUID | None:
    """The evaluation that a command rests on."""
    found: UUID | None = getattr(command, "evaluation_id", None)
    return found


ON_BID: References = {"bid": (BidState, bid_named)}
ON_EVALUATION: References = {"evaluation": (EvaluationState, evaluation_named)}


class ServiceComplaint(Aggregate):
    """filed, admitted, decided; or inadmissible."""

    initial = ServiceComplaintFiled

    @classmethod
    @creates(FileServiceComplaint, references={"call": (CallState, call_named), **ON_BID}, boundary=Complaints)
    def file(cls, command: FileServiceComplaint, ctx: Context, stream_id: UUID) -> Self:
        """By whoever bid, against the proposed award or being disqualified, once, and before the time is over."""
        call, bid = ctx.reference("call", CallState), ctx.reference("bid", BidState)
        if bid.call_id != command.call_id:
            raise InvalidValue("/call_id", N_("It belongs to another call."))
        if command.organisation_id != bid.organisation_id:
            raise InvalidValue("/organisation_id", N_("The bid is another organisation's."))
        bid.require_bidder(command, ctx)
        bid.require(command, *_HEARD)
        put_out = bid.disqualified_at if bid.stage is BidStage.DISQUALIFIED else None
        proposal = _contested(command, call, put_out, ctx)
        if (proposal, command.bid_id) in ctx.folded(Complaints).filed:
            raise RuleViolated(
                "contract.complaint.once",
                N_("The organisation has complained about this award already."),
                citation=citations.PROCUREMENT,
            )
        event = ServiceComplaintFiled(
            call_id=command.call_id,
            bid_id=command.bid_id,
            contested_id=command.contested_id,
            organisation_id=command.organisation_id,
            proposal=proposal,
            grounds=command.grounds,
            decide_by=deadline(ctx.rules[DECIDE], ctx.now, "ServiceComplaintFiled", ctx.calendar),
        )
        return cls.begin(ctx, stream_id, event)

    @decides(AdmitServiceComplaint)
    def admit(self, command: AdmitServiceComplaint, ctx: Context) -> None:
        """Look into it."""
        self._require(command, ComplaintStage.FILED)
        self.trigger(
            ctx,
            ServiceComplaintAdmitted(call_id=self.call_id, bid_id=self.bid_id, contested_id=self.contested_id),
        )

    @decides(DismissServiceComplaint, references=ON_EVALUATION, register=(Standing,))
    def dismiss(self, command: DismissServiceComplaint, ctx: Context) -> None:
        """Not looked into, by an outsider, with a reason in the institution's languages."""
        self._require(command, ComplaintStage.FILED)
        self._require_outsider(command, ctx)
        require_languages(command.reason, ctx)
        self.trigger(
            ctx,
            ServiceComplaintDismissed(
                call_id=self.call_id, bid_id=self.bid_id, contested_id=self.contested_id, reason=command.reason
            ),
        )

    @decides(DecideServiceComplaint, references=ON_EVALUATION, register=(Standing,))
    def decide(self, command: DecideServiceComplaint, ctx: Context) -> None:
        """By an outsider; also after its day, which is then on record."""
        self._require(command, ComplaintStage.ADMITTED)
        self._require_outsider(command, ctx)
        require_languages(command.reason, ctx)
        self.trigger(
            ctx,
            ServiceComplaintDecided(
                call_id=self.call_id,
                bid_id=self.bid_id,
                contested_id=self.contested_id,
                decision=command.decision,
                reason=command.reason,
                late=ctx.now >= self.decide_by.due_at,
            ),
        )

    @applies(ServiceComplaintFiled)
    def _filed(self, event: ServiceComplaintFiled) -> None:
        self.stage = ComplaintStage.FILED
        self.call_id, self.bid_id, self.contested_id = event.call_id, event.bid_id, event.contested_id
        self.organisation_id, self.decide_by = event.organisation_id, event.decide_by

    @applies(ServiceComplaintAdmitted)
    def _admitted(self, event: ServiceComplaintAdmitted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ComplaintStage.ADMITTED

    @applies(ServiceComplaintDismissed)
    def _dismissed(self, event: ServiceComplaintDismissed) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ComplaintStage.INADMISSIBLE

    @applies(ServiceComplaintDecided)
    def _decided(self, event: ServiceComplaintDecided) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ComplaintStage.DECIDED

    def _require_outsider(self, command: DismissServiceComplaint | DecideServiceComplaint, ctx: Context) -> None:
        """Neither who has to do with the organisation that complains, nor who made what it complains about."""
        if command.organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The complaint is another organisation's."))
        ctx.registered(Standing).require_uninvolved(ctx.actor, "contract.interest.own", citations.PROCUREMENT)
        evaluation = ctx.reference("evaluation", EvaluationState)
        if evaluation.call_id != self.call_id:
            raise InvalidValue("/evaluation_id", N_("The evaluation is another call's."))
        if evaluation.judging.sits(ctx.actor):
            raise RuleViolated(
                "contract.complaint.decider",
                N_("No evaluator decides a complaint about what the evaluators came to."),
                citation=citations.PROCUREMENT,
            )

    def _require(self, command: Command, *stages: ComplaintStage) -> None:
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)


def _contested(command: FileServiceComplaint, call: CallState, put_out: datetime | None, ctx: Context) -> int:
    """The number of the proposal that one may still complain about; of the last one, or 0, where none is waiting."""
    if put_out is not None and call.stage in _UNPROPOSED and not call.facts.makes_list:
        if command.contested_id != command.bid_id:
            raise InvalidValue("/contested_id", N_("No award is proposed: one complains about the own bid alone."))
        contestable(put_out, ctx).require_running(ctx.now, _OVER)
        return call.proposals
    call.require(command, CallStage.STANDSTILL)
    if call.proposal is None:
        raise IllegalTransition(state=call.stage, command=command.name)
    call.proposal.complaints_until.require_running(ctx.now, _OVER)
    if command.contested_id not in {command.bid_id, *(one.bid_id for one in call.proposal.ranking)}:
        raise InvalidValue("/contested_id", N_("The ranking does not hold this bid."))
    return call.proposal.number
