"""The award of a call: notified, frozen by complaints, set aside, or confirmed after the standstill."""

from domain.contracts import citations
from domain.contracts.bid import service_days
from domain.contracts.bid_content import priced
from domain.contracts.bid_state import BidState
from domain.contracts.call_opening import CallOpening
from domain.contracts.commands.call import (
    ConfirmAward,
    LapseServiceAward,
    NoteAwardOverlap,
    ProposeAward,
    RecordServiceContract,
    SetAsideAward,
)
from domain.contracts.complaint import ON_BID, ON_EVALUATION
from domain.contracts.complaints import COMPLAINT, Complaints
from domain.contracts.events.call import (
    AwardConfirmed,
    AwardLapsed,
    AwardProposed,
    AwardSetAside,
    CallContracted,
    OverlapNoted,
    contract_id,
)
from domain.contracts.facts import BidContent
from domain.contracts.languages import require_languages
from domain.contracts.signatures import Signatures
from domain.contracts.vocabulary import CallStage, RankedBid
from domain.funding_claims.events import claim_id
from domain.funding_claims.ledger import Claims
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import deadline, local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.text import Text, Title
from domain.licences.held import HeldLicence, Licences
from domain.organisations.standing import Standing

STANDSTILL = "contract.standstill"


class CallAwarding(CallOpening):
    """Decisions from the ranking to the contract."""

    @decides(ProposeAward, references={**ON_EVALUATION, **ON_BID}, boundary=Complaints, register=(Standing, Licences))
    def propose(self, command: ProposeAward, ctx: Context) -> None:
        """To the best acceptable bid of the ranking and no other; every bidder is told, and may complain."""
        self.require(command, CallStage.AWARD_PENDING)
        evaluation, bid = self.scored(ctx), ctx.reference("bid", BidState)
        complaints = ctx.folded(Complaints)
        complaints.require_decided(ctx)
        complaints.require_answered(frozenset(self.set_aside))
        best = self._best(command, self.awardable(evaluation))
        self._require_awardable(ctx)
        self.trigger(
            ctx,
            AwardProposed(
                number=self.proposals + 1,
                evaluation_id=command.evaluation_id,
                ranking=evaluation.ranking,
                bid_id=best.bid_id,
                organisation_id=best.organisation_id,
                contract_id=contract_id(self.id, best.organisation_id),
                lines=priced(_content(bid), self.facts),
                total=best.total,
                standstill=deadline(ctx.rules[STANDSTILL], ctx.now, "AwardProposed", ctx.calendar),
                complaints_until=deadline(ctx.rules[COMPLAINT], ctx.now, "AwardProposed", ctx.calendar),
                title=self.facts.title or Title(),
                summary=self.facts.summary or Text(),
                first_day=service_days(self, ctx)[0],
                last_day=service_days(self, ctx)[1],
                contact=self.facts.contact,
                again=best.organisation_id in self.proposed,
                answered=tuple(self.set_aside),
            ),
        )

    @decides(SetAsideAward)
    def set_aside_award(self, command: SetAsideAward, ctx: Context) -> None:
        """Each complaint once; the bids are qualified and evaluated anew."""
        self.require(command, CallStage.STANDSTILL, CallStage.AWARD_PENDING, CallStage.QUALIFICATION)
        if command.complaint_id in self.set_aside:
            raise IllegalTransition(state="set_aside", command=command.name)
        self.trigger(
            ctx,
            AwardSetAside(
                complaint_id=command.complaint_id,
                bid_id=command.bid_id,
                organisation_id=self.proposal.organisation_id if self.proposal else None,
            ),
        )

    @decides(NoteAwardOverlap)
    def note_overlap(self, command: NoteAwardOverlap, ctx: Context) -> None:
        """Once for each overlap."""
        if not self.proposals or command.overlap_id in self.overlaps:
            raise IllegalTransition(state=self.stage, command=command.name)
        self.trigger(
            ctx,
            OverlapNoted(
                overlap_id=command.overlap_id,
                institution=command.institution,
                contact=command.contact,
                similarity=command.similarity,
            ),
        )

    @decides(ConfirmAward, references=ON_BID, boundary=Complaints, register=(Standing, Licences, Claims))
    def confirm(self, command: ConfirmAward, ctx: Context) -> None:
        """After the standstill, with no complaint open, if everything that made the award lawful still holds today."""
        self.require(command, CallStage.STANDSTILL)
        proposal = self.proposal
        if proposal is None:
            raise IllegalTransition(state=self.stage, command=command.name)
        if command.organisation_id != proposal.organisation_id or command.bid_id != proposal.bid_id:
            raise InvalidValue("/organisation_id", N_("The award was proposed to another organisation."))
        for until in (proposal.standstill, proposal.complaints_until):
            until.require_over(ctx.now, N_("Until {until} bidders may complain, and nothing is awarded."))
        complaints = ctx.folded(Complaints)
        complaints.require_decided(ctx)
        complaints.require_answered(frozenset(proposal.answered))
        held = self._require_awardable(ctx)
        self._require_unpaid_elsewhere(proposal, ctx)
        content = _content(ctx.reference("bid", BidState))
        self.trigger(
            ctx,
            AwardConfirmed(
                need_id=self.facts.need_id,
                bid_id=proposal.bid_id,
                organisation_id=proposal.organisation_id,
                contract_id=proposal.contract_id,
                decision_no=command.decision_no,
                lines=proposal.lines,
                total=proposal.total,
                licence_entry_id=held.entry_id,
                licence_origin=held.origin,
                subcontractors=content.subcontractors,
            ),
        )

    @decides(LapseServiceAward, boundary=Signatures)
    def lapse(self, command: LapseServiceAward, ctx: Context) -> None:
        """An award of which no contract comes; the call goes back to where the next bid may be proposed."""
        self.require(command, CallStage.AWARDED)
        require_languages(command.reason, ctx)
        if self.award is None or self.award.organisation_id in ctx.folded(Signatures).signed:
            raise IllegalTransition(state=CallStage.CONTRACTED if self.award else self.stage, command=command.name)
        self.trigger(
            ctx,
            AwardLapsed(organisation_id=self.award.organisation_id, bid_id=self.award.bid_id, reason=command.reason),
        )

    @decides(RecordServiceContract)
    def record_contract(self, command: RecordServiceContract, ctx: Context) -> None:
        """The award is used up."""
        self.require(command, CallStage.AWARDED)
        self.trigger(ctx, CallContracted(contract_id=command.contract_id))

    def _best(self, command: ProposeAward, awardable: tuple[RankedBid, ...]) -> RankedBid:
        if not awardable:
            raise RuleViolated(
                "contract.award.none",
                N_("No bid of the ranking can be awarded; the call can only be declared unsuccessful."),
                citation=citations.PROCUREMENT,
            )
        best = awardable[0]
        if (command.bid_id, command.organisation_id) != (best.bid_id, best.organisation_id):
            raise RuleViolated(
                "contract.award.best",
                N_("The best bid that can be awarded is the one of rank {rank}."),
                citation=citations.PROCUREMENT,
                rank=best.rank,
            )
        return best

    def _require_awardable(self, ctx: Context) -> HeldLicence:
        """Whoever decides is not involved; the bidder is in good standing, certified, and licensed for every day."""
        standing, today = ctx.registered(Standing), local_day(ctx.now)
        if not ctx.imported:
            standing.require_uninvolved(ctx.actor, "contract.interest.own", citations.PROCUREMENT)
        standing.require_in_good_standing(today)
        for kind in self.facts.certificates or ():
            standing.require_certificate(kind, today)
        return ctx.registered(Licences).require(
            self.facts.service or "", self.facts.places or (), *service_days(self, ctx)
        )

    def _require_unpaid_elsewhere(self, proposal: AwardProposed, ctx: Context) -> None:
        """What the national ledger knows; a sandbox and history recorded elsewhere have no claim there."""
        claims, claim = ctx.registered(Claims), claim_id(ctx.tenant.tenant_id, proposal.contract_id)
        claims.require_no_overdue_report()
        if not (ctx.tenant.sandbox or ctx.imported):
            claims.require_reserved(claim)
        claims.require_settled(claim, ctx.rules)


def _content(bid: BidState) -> BidContent:
    if bid.content is None:
        raise TypeError(bid.stage)  # a bid of a ranking was opened
    return bid.content
