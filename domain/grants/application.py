"""An application for a grant, from the draft to the agreement that comes of it.

Its decisions stand in one module per phase, each class building on the one before:
`application_state` < `application_drafting` < `application_submission` < this module.
"""

from collections.abc import Iterator

from domain.grants import citations
from domain.grants.application_state import BEFORE_CONTRACT, ON_CALL
from domain.grants.application_submission import Submission
from domain.grants.commands.application import (
    CheckApplication,
    LapseAward,
    NoteOverlap,
    PromoteReserve,
    RecordAgreement,
    RecordOutcome,
    ReopenCheck,
)
from domain.grants.contracts import Contract
from domain.grants.events.application import (
    ApplicationChecked,
    ApplicationContracted,
    ApplicationDrafted,
    AwardLapsed,
    CheckReopened,
    OutcomeRecorded,
    OverlapNoted,
    ReservePromoted,
)
from domain.grants.grant_call import GrantCall
from domain.grants.impartiality import require_impartial
from domain.grants.reserve import Reserve
from domain.grants.vocabulary import ApplicationStage, AwardOutcome, CallStage
from domain.kernel.aggregate import decides
from domain.kernel.amounts import require_positive
from domain.kernel.context import Context
from domain.kernel.deadline import deadline, local_day
from domain.kernel.errors import Finding, IllegalTransition, InvalidValue, NotLawful, RuleViolated
from domain.kernel.findings import finding
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import CertificateKind

COMPLAIN = "grant.complaint.file"


class Application(Submission):
    """draft, submitted, completion requested, eligible or ineligible, awarded, reserve or rejected, contracted.

    Or withdrawn by the applicant; or lapsed, where no agreement came of an award.
    """

    initial = ApplicationDrafted
    REFERENCED = True

    @decides(CheckApplication, references=ON_CALL, register=(Standing,))
    def check(self, command: CheckApplication, ctx: Context) -> None:
        """The gates, the certificates and the register decide; an officer cannot wave through what they refuse."""
        self.require(command, ApplicationStage.SUBMITTED, ApplicationStage.COMPLETION_REQUESTED)
        call = self.call(command, ctx)
        if ctx.now < call.ends_at():
            raise IllegalTransition(state=call.stage, command=command.name)
        if command.organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The application is another organisation's."))
        require_impartial(ctx.registered(Standing), ctx)
        self._require_time_to_complete(command, ctx)
        _require_gates(command, call)
        findings = (*_unmet_gates(command, call), *_ineligible(call, ctx.registered(Standing), ctx))
        if command.eligible and findings:
            raise NotLawful(findings)
        if not command.eligible and not findings and command.reason is None:
            raise InvalidValue("/reason", N_("Nothing that was checked makes it ineligible: say what does."))
        self.trigger(
            ctx,
            ApplicationChecked(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                eligible=command.eligible,
                gates=command.gates,
                findings=findings,
                reason=command.reason,
                checked_by=ctx.actor,
                complaints_until=None
                if command.eligible
                else deadline(ctx.rules[COMPLAIN], ctx.now, "ApplicationChecked", ctx.calendar),
            ),
        )

    @decides(ReopenCheck)
    def reopen_check(self, command: ReopenCheck, ctx: Context) -> None:
        """Of an application that was found ineligible; then it is checked like any other."""
        self.require(command, ApplicationStage.INELIGIBLE)
        self.trigger(
            ctx,
            CheckReopened(
                call_id=self.call_id, organisation_id=self.organisation_id, complaint_id=command.complaint_id
            ),
        )

    @decides(NoteOverlap)
    def note_overlap(self, command: NoteOverlap, ctx: Context) -> None:
        """Once for each overlap; what came to its end needs no note."""
        self.require(command, *BEFORE_CONTRACT, ApplicationStage.CONTRACTED)
        if command.overlap_id in self.overlaps:
            return
        self.trigger(
            ctx,
            OverlapNoted(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                overlap_id=command.overlap_id,
                institution=command.institution,
                contact=command.contact,
                similarity=command.similarity,
            ),
        )

    @decides(RecordOutcome)
    def record_outcome(self, command: RecordOutcome, ctx: Context) -> None:
        """What the ranking says of an eligible application; after a complaint it may say something else."""
        self.require(
            command,
            ApplicationStage.ELIGIBLE,
            ApplicationStage.AWARDED,
            ApplicationStage.RESERVE,
            ApplicationStage.REJECTED,
        )
        if (command.outcome is AwardOutcome.REJECTED) != (command.amount is None):
            raise InvalidValue("/amount", N_("An award and a reserve have an amount, a rejection has none."))
        self.trigger(
            ctx,
            OutcomeRecorded(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                outcome=command.outcome,
                rank=command.rank,
                score=command.score,
                amount=command.amount,
            ),
        )

    @decides(PromoteReserve, references=ON_CALL, boundary=Reserve)
    def promote(self, command: PromoteReserve, ctx: Context) -> None:
        """The next one of the reserve and no other, with no more than was asked for."""
        self.require(command, ApplicationStage.RESERVE)
        self.call(command, ctx).require(command, CallStage.FINAL)
        ctx.folded(Reserve).require_next(self.id)
        self._require_award(command.amount)
        self.trigger(
            ctx,
            ReservePromoted(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                amount=command.amount,
                reason=command.reason,
            ),
        )

    @decides(RecordAgreement)
    def record_agreement(self, command: RecordAgreement, ctx: Context) -> None:
        """The award is used up."""
        self.require(command, ApplicationStage.AWARDED)
        self.trigger(
            ctx,
            ApplicationContracted(
                call_id=self.call_id, organisation_id=self.organisation_id, agreement_id=command.agreement_id
            ),
        )

    @decides(LapseAward, boundary=Contract)
    def lapse(self, command: LapseAward, ctx: Context) -> None:
        """An award of which no agreement comes."""
        self.require(command, ApplicationStage.AWARDED)
        ctx.folded(Contract).require_none(command)
        self.trigger(
            ctx, AwardLapsed(call_id=self.call_id, organisation_id=self.organisation_id, reason=command.reason)
        )

    def _require_time_to_complete(self, command: CheckApplication, ctx: Context) -> None:
        due = self.completion
        if self.stage is ApplicationStage.COMPLETION_REQUESTED and due is not None and ctx.now < due.due_at:
            raise RuleViolated(
                due.rule,
                N_("The applicant has until {due_at} to bring what is missing."),
                citation=due.citation,
                due_at=due.due_at.isoformat(),
                command=command.name,
            )

    def _require_award(self, amount: Money) -> None:
        require_positive(amount, "/amount")
        asked = self.project.requested if self.project else amount
        if amount.currency != asked.currency:
            raise InvalidValue("/amount/currency", N_("The call pays in {currency}."), currency=asked.currency)
        if asked < amount:
            raise RuleViolated(
                "grant.award.asked",
                N_("The applicant asked for {asked}; nobody is given more."),
                citation=citations.FINANCING,
                asked=str(asked),
            )


def _require_gates(command: CheckApplication, call: GrantCall) -> None:
    asked = {gate.code for gate in call.facts.gates or ()}
    for code in sorted(asked ^ command.gates.keys()):
        raise InvalidValue(f"/gates/{code}", N_("Each gate of the call is answered, and no other."))


def _unmet_gates(command: CheckApplication, call: GrantCall) -> Iterator[Finding]:
    for gate in call.facts.gates or ():
        if not command.gates[gate.code]:
            yield finding(
                "gate-not-met",
                N_("The gate '{gate}' of the call is not met."),
                citation=citations.FINANCING,
                rule="grant.call.gate",
                pointer=f"/gates/{gate.code}",
                gate=gate.code,
            )


def _ineligible(call: GrantCall, standing: Standing, ctx: Context) -> Iterator[Finding]:
    """What the register of organisations says against it today."""
    today = local_day(ctx.now)
    try:
        standing.require_in_good_standing(today)
    except RuleViolated as refusal:
        yield Finding("not-in-good-standing", "error", refusal.message, refusal.citation, refusal.rule, "/eligible")
    for kind in call.facts.certificates or ():
        try:
            standing.require_certificate(CertificateKind(kind), today)
        except RuleViolated as refusal:
            at = f"/certificates/{kind}"
            yield Finding("certificate-missing", "error", refusal.message, refusal.citation, refusal.rule, at)
