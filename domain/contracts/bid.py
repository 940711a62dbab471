"""A bid: sealed by a hash that shows nothing, opened when bids are opened, and qualified by what registers say."""

from collections.abc import Iterator
from datetime import date
from typing import Self
from uuid import UUID

from domain.contracts import citations
from domain.contracts.bid_content import not_allowed, total_of
from domain.contracts.bid_state import BidState
from domain.contracts.call_state import CallState, call_named, call_of
from domain.contracts.commands.bid import (
    DisqualifyBid,
    DisregardBid,
    OpenBid,
    QualifyBid,
    ReopenBid,
    ResealBid,
    SealBid,
    WithdrawBid,
)
from domain.contracts.events.bid import (
    BidDisqualified,
    BidDisregarded,
    BidOpened,
    BidQualified,
    BidReopened,
    BidResealed,
    BidSealed,
    BidWithdrawn,
    bid_id,
)
from domain.contracts.vocabulary import BidStage, CallStage
from domain.kernel.aggregate import creates, decides
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import Finding, InvalidValue, NotLawful, NotPermitted, RuleViolated
from domain.kernel.findings import count_errors
from domain.kernel.message import N_
from domain.kernel.receipt import receipt_code
from domain.licences.held import Licences
from domain.organisations.standing import Standing
from domain.scoring.sealing import sealed

ON_CALL: References = {"call": (CallState, call_named)}


class Bid(BidState):
    """sealed, opened, qualified or disqualified; withdrawn, or disregarded since it was not opened.

    The stream follows from call and organisation: nobody has two bids in a call.
    """

    initial = BidSealed
    REFERENCED = True

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """An organisation has one bid in a call."""
        del tenant_id
        return bid_id(command.call_id, command.organisation_id) if isinstance(command, SealBid) else None

    @classmethod
    @creates(SealBid, references=ON_CALL, register=(Standing,))
    def seal(cls, command: SealBid, ctx: Context, stream_id: UUID) -> Self:
        """In time, invited where others are not, and by an organisation in good standing; to the second."""
        if not ctx.mandate.acts_for(command.organisation_id):
            raise NotPermitted(command.name, ("cso_delegate",))
        ctx.reference("call", CallState).require_accepting(command, command.organisation_id, ctx.now)
        standing = ctx.registered(Standing)
        standing.require_own_entry(command.organisation_id)
        standing.require_in_good_standing(local_day(ctx.now))
        event = BidSealed(
            call_id=command.call_id,
            organisation_id=command.organisation_id,
            organisation_name=standing.name,
            municipality=standing.municipality,
            identifiers=standing.identifiers,
            language=command.language,
            commitment=command.commitment,
            received_at=ctx.now,
            receipt=receipt_code(ctx.new_secret()),
            revision=1,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(ResealBid, references=ON_CALL, register=(Standing,))
    def reseal(self, command: ResealBid, ctx: Context) -> None:
        """As long as bids are taken; the earlier commitment counts no more."""
        self.require_bidder(command, ctx)
        self._require_own(command.organisation_id)
        self.require(command, BidStage.SEALED, BidStage.WITHDRAWN)
        call_of(command, ctx, self.call_id).require_accepting(command, self.organisation_id, ctx.now)
        ctx.registered(Standing).require_in_good_standing(local_day(ctx.now))
        self.trigger(
            ctx,
            BidResealed(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                commitment=command.commitment,
                received_at=ctx.now,
                receipt=receipt_code(ctx.new_secret()),
                revision=self.revision + 1,
            ),
        )

    @decides(WithdrawBid, references=ON_CALL)
    def withdraw(self, command: WithdrawBid, ctx: Context) -> None:
        """While the call is open; afterwards the bid binds."""
        self.require_bidder(command, ctx)
        self.require(command, BidStage.SEALED)
        call_of(command, ctx, self.call_id).require_accepting(command, self.organisation_id, ctx.now)
        self.trigger(
            ctx,
            BidWithdrawn(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                before=self.stage,
                reason=command.reason,
            ),
        )

    @decides(OpenBid, references=ON_CALL)
    def open(self, command: OpenBid, ctx: Context) -> None:
        """What was committed to and nothing else, while bids are opened."""
        self.require_bidder(command, ctx)
        self.require(command, BidStage.SEALED)
        call = call_of(command, ctx, self.call_id)
        call.require_opening(command, ctx)
        found = sealed(command.content, command.salt, self.call_id, self.organisation_id)
        if found != self.commitment:
            raise RuleViolated(
                "contract.bid.mismatch",
                N_("Content and salt make {found}; sealed was {committed}."),
                citation=citations.PROCUREMENT,
                found=found,
                committed=self.commitment,
            )
        total = total_of(command.content, call.facts)
        self.trigger(
            ctx,
            BidOpened(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                content=command.content,
                salt=command.salt,
                total=total,
                findings=tuple(not_allowed(command.content, total, call.facts)),
            ),
        )

    @decides(DisregardBid)
    def disregard(self, command: DisregardBid, ctx: Context) -> None:
        """It was not opened, and the opening is over."""
        self.require(command, BidStage.SEALED)
        self.trigger(ctx, BidDisregarded(call_id=self.call_id, organisation_id=self.organisation_id))

    @decides(QualifyBid, references=ON_CALL, register=(Standing, Licences))
    def qualify(self, command: QualifyBid, ctx: Context) -> None:
        """The opening and the registers decide; an officer cannot wave through what they refuse."""
        call = self._in_qualification(command, ctx)
        findings = (*self.findings, *_ineligible(call, ctx.registered(Standing), ctx))
        if count_errors(findings):
            raise NotLawful(findings)
        held = ctx.registered(Licences).require(
            call.facts.service or "", call.facts.places or (), *service_days(call, ctx)
        )
        self.trigger(
            ctx,
            BidQualified(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                licence_entry_id=held.entry_id,
                licence_origin=held.origin,
            ),
        )

    @decides(DisqualifyBid, references=ON_CALL, register=(Standing, Licences))
    def disqualify(self, command: DisqualifyBid, ctx: Context) -> None:
        """For what was found; where nothing was, the reason is said in every language."""
        call = self._in_qualification(command, ctx)
        findings = (
            *self.findings,
            *_ineligible(call, ctx.registered(Standing), ctx),
            *_unlicensed(call, ctx.registered(Licences), ctx),
        )
        if command.reason is None and not findings:
            raise InvalidValue("/reason", N_("Nothing that was checked puts the bid out: say what does."))
        self.trigger(
            ctx,
            BidDisqualified(
                call_id=self.call_id, organisation_id=self.organisation_id, findings=findings, reason=command.reason
            ),
        )

    @decides(ReopenBid)
    def reopen(self, command: ReopenBid, ctx: Context) -> None:
        """Both the first decision and the next one stay in the log."""
        self.require(command, BidStage.QUALIFIED, BidStage.DISQUALIFIED)
        self.trigger(
            ctx,
            BidReopened(call_id=self.call_id, organisation_id=self.organisation_id, complaint_id=command.complaint_id),
        )

    def _in_qualification(self, command: QualifyBid | DisqualifyBid, ctx: Context) -> CallState:
        self._require_own(command.organisation_id)
        self.require(command, BidStage.OPENED)
        call = call_of(command, ctx, self.call_id)
        call.require(command, CallStage.QUALIFICATION)
        if not ctx.imported:
            ctx.registered(Standing).require_uninvolved(ctx.actor, "contract.interest.own", citations.PROCUREMENT)
        return call

    def _require_own(self, organisation_id: UUID) -> None:
        if organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The bid is another organisation's."))


def service_days(call: CallState, ctx: Context) -> tuple[date, date]:
    """The days for which a provider must be licensed: those of the service; to get on a list, today."""
    today = local_day(ctx.now)
    return call.facts.first_day or today, call.facts.last_day or today


def _ineligible(call: CallState, standing: Standing, ctx: Context) -> Iterator[Finding]:
    """What the register of organisations says against the bidder today."""
    today = local_day(ctx.now)
    try:
        standing.require_in_good_standing(today)
    except RuleViolated as refusal:
        yield _found("not-in-good-standing", refusal, "/organisation_id")
    for kind in call.facts.certificates or ():
        try:
            standing.require_certificate(kind, today)
        except RuleViolated as refusal:
            yield _found("certificate-missing", refusal, f"/certificates/{kind}")


def _unlicensed(call: CallState, licences: Licences, ctx: Context) -> Iterator[Finding]:
    try:
        licences.require(call.facts.service or "", call.facts.places or (), *service_days(call, ctx))
    except RuleViolated as refusal:
        yield _found("not-licensed", refusal, "/organisation_id")


def _found(code: str, refusal: RuleViolated, pointer: str) -> Finding:
    return Finding(code, "error", refusal.message, refusal.citation, refusal.rule, pointer)
