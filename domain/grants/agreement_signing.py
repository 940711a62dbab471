"""An agreement until it is in force, and what changes it afterwards: drafted, signed, amended, suspended, ended."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Self
from uuid import UUID

from domain.funding_claims.events import claim_id
from domain.funding_claims.ledger import Claims
from domain.grants import citations
from domain.grants.agreement_holding import require_held_back
from domain.grants.agreement_parts import DueReport, PlannedInstalment, PlannedReport, require_schedule
from domain.grants.agreement_state import AgreementState
from domain.grants.application import Application
from domain.grants.application_state import ON_CALL
from domain.grants.awards import Awards
from domain.grants.call_state import RANKED
from domain.grants.commands.agreement import (
    AmendAgreement,
    CompleteAgreement,
    DraftAgreement,
    ResumeAgreement,
    SignAgreement,
    SuspendAgreement,
    TerminateAgreement,
)
from domain.grants.complaint import ON_APPLICATION
from domain.grants.complaints import Complaints
from domain.grants.events.agreement import (
    AgreementAmended,
    AgreementCompleted,
    AgreementDrafted,
    AgreementResumed,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    ReportScheduled,
)
from domain.grants.grant_call import GrantCall
from domain.grants.impartiality import require_impartial
from domain.grants.project import Project, joined, require_alone, require_capped, require_funded
from domain.grants.vocabulary import (
    AgreementStage,
    ApplicationStage,
    CallStage,
    InstalmentStage,
    ReportKind,
    ReportStage,
)
from domain.kernel.aggregate import creates, decides
from domain.kernel.amounts import require_positive
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import deadline, end_of, local_day, require_past, start_of
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.kernel.money import Money
from domain.kernel.vocabulary import MILLION
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import CertificateKind

FINAL_REPORT = "grant.final_report.due"
RESTING: References = {**ON_CALL, **ON_APPLICATION}
_BEGUN = (ReportStage.SUBMITTED, ReportStage.ACCEPTED)


class Signing(AgreementState):
    """Decisions on the agreement as a whole."""

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """An application leads to one agreement."""
        del tenant_id
        return derived_id("agreement", command.application_id) if isinstance(command, DraftAgreement) else None

    @classmethod
    @creates(DraftAgreement, references=RESTING, boundary=Complaints)
    def draft(cls, command: DraftAgreement, ctx: Context, stream_id: UUID) -> Self:
        """On an award that no complaint can change; the schedule must make the award, and hold the last part back.

        With the co-financing it may not come to more than the costs; where it would, the agreement is on less.
        """
        call, application = ctx.reference("call", GrantCall), ctx.reference("application", Application)
        project, award = _awarded(command, call, application, ctx)
        co_financing = joined(project.co_financing, application.declared)
        require_funded(award, co_financing, project.costs, ctx.rules)
        require_schedule(command.instalments, command.reports, award)
        require_held_back(command.instalments, command.reports, award, ctx)
        event = AgreementDrafted(
            call_id=command.call_id,
            application_id=command.application_id,
            organisation_id=application.organisation_id,
            organisation_name=application.organisation_name,
            identifiers=application.identifiers,
            language=application.language,
            title=project.title,
            activity=project.activity,
            purpose=project.purpose,
            starts_on=project.starts_on,
            ends_on=project.ends_on,
            award=award,
            costs=project.costs,
            indirect_cap=MILLION if call.facts.indirect_cost_cap is None else call.facts.indirect_cost_cap,
            instalments=command.instalments,
            reports=_due(command.reports, project.ends_on, ctx),
            co_financing=co_financing,
            municipalities=project.municipalities,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(SignAgreement, references=RESTING, boundary=Awards, register=(Standing, Claims))
    def sign(self, command: SignAgreement, ctx: Context) -> None:
        """Everything that made the award lawful still holds today, and the call's budget holds it."""
        self.require(command, AgreementStage.DRAFTED)
        self._require_named(command)
        call, application = ctx.reference("call", GrantCall), ctx.reference("application", Application)
        call.require_award(command, application.id, *RANKED)
        application.require(command, ApplicationStage.AWARDED)
        _require_day(command, call, ctx)
        require_impartial(ctx.registered(Standing), ctx)
        require_eligible(ctx.registered(Standing), self.organisation_id, call, local_day(ctx.now))
        self._require_unpaid_elsewhere(ctx)
        require_alone(application.declared, call.facts)
        require_capped(_indirect(application, self.award), self.award, call.facts)
        require_funded(self.award, joined(self.co_financing, application.declared), self.costs, ctx.rules)
        self._require_budget(call, ctx.folded(Awards))
        self.trigger(
            ctx,
            AgreementSigned(
                call_id=self.call_id,
                application_id=self.application_id,
                organisation_id=self.organisation_id,
                decision_no=command.decision_no,
                signed_on=command.signed_on,
                award=self.award,
                signed_by=ctx.actor,
            ),
        )
        self._await_reports(ctx, {})

    @decides(AmendAgreement)
    def amend(self, command: AmendAgreement, ctx: Context) -> None:
        """The award stays; what was paid, requested or reported stays in its place."""
        self.require(command, AgreementStage.ACTIVE, AgreementStage.SUSPENDED)
        if command.ends_on < self.starts_on:
            raise InvalidValue("/ends_on", N_("The project ends before it starts."))
        require_schedule(command.instalments, command.reports, self.award)
        self._require_kept(command.instalments, command.reports)
        last = self.instalments.get(len(command.instalments))
        if last is None or last.stage is InstalmentStage.PLANNED:  # what was paid by an earlier rule stays as it is
            require_held_back(command.instalments, command.reports, self.award, ctx)
        before = {number: one.plan for number, one in self.reports.items()}
        self.trigger(
            ctx,
            AgreementAmended(
                organisation_id=self.organisation_id,
                ends_on=command.ends_on,
                instalments=command.instalments,
                reports=_due(command.reports, command.ends_on, ctx),
                reason=command.reason,
            ),
        )
        self._await_reports(ctx, before)

    @decides(SuspendAgreement)
    def suspend(self, command: SuspendAgreement, ctx: Context) -> None:
        """Stop the payments."""
        self.require(command, AgreementStage.ACTIVE)
        self.trigger(ctx, AgreementSuspended(reason=command.reason))

    @decides(ResumeAgreement)
    def resume(self, command: ResumeAgreement, ctx: Context) -> None:
        """Go on."""
        self.require(command, AgreementStage.SUSPENDED)
        self.trigger(ctx, AgreementResumed(reason=command.reason))

    @decides(TerminateAgreement)
    def terminate(self, command: TerminateAgreement, ctx: Context) -> None:
        """Before its time; what is to be given back a recovery order says."""
        self.require(command, AgreementStage.ACTIVE, AgreementStage.SUSPENDED)
        self.trigger(
            ctx,
            AgreementTerminated(
                call_id=self.call_id,
                organisation_id=self.organisation_id,
                decision_no=command.decision_no,
                reason=command.reason,
                unpaid=self.unpaid,
                reports=len(self.reports),
                ended_by=ctx.actor,
            ),
        )

    @decides(CompleteAgreement)
    def complete(self, command: CompleteAgreement, ctx: Context) -> None:
        """When nothing is left to be reported, accepted or paid."""
        self.require(command, AgreementStage.ACTIVE)
        if not self.settled:
            raise RuleViolated(
                "grant.agreement.settled",
                N_("Instalments are not paid or withheld yet, or reports are not accepted."),
                citation=citations.FINANCING,
            )
        self.trigger(
            ctx,
            AgreementCompleted(
                call_id=self.call_id, organisation_id=self.organisation_id, paid=self.paid, unpaid=self.unpaid
            ),
        )

    def _await_reports(self, ctx: Context, before: Mapping[int, DueReport]) -> None:
        """Say of each report by when it is due, where that was not said `before`."""
        for number, one in self.reports.items():
            said = before.get(number)
            if one.stage not in _BEGUN and (said is None or said.due_at != one.plan.due_at):
                self.trigger(ctx, ReportScheduled(number=number, due_at=one.plan.due_at, proof=one.plan.proof))

    def _require_named(self, command: SignAgreement) -> None:
        named = (command.call_id, command.application_id, command.organisation_id)
        for field, told, own in zip(
            ("call_id", "application_id", "organisation_id"),
            named,
            (self.call_id, self.application_id, self.organisation_id),
            strict=True,
        ):
            if told != own:
                raise InvalidValue(f"/{field}", N_("The agreement is on another application."))

    def _require_unpaid_elsewhere(self, ctx: Context) -> None:
        """What the national ledger knows; a sandbox and history recorded elsewhere have no claim there."""
        claims, claim = ctx.registered(Claims), claim_id(ctx.tenant.tenant_id, self.id)
        claims.require_no_overdue_report()
        if not (ctx.tenant.sandbox or ctx.imported):
            claims.require_reserved(claim)
        claims.require_settled(claim, ctx.rules)

    def _require_budget(self, call: GrantCall, awards: Awards) -> None:
        budget = call.money
        if budget is None:
            return
        promised = awards.sum(budget.currency) + self.award
        if budget < promised:
            raise RuleViolated(
                "grant.call.budget",
                N_("With this award the call would promise {promised}; its budget is {budget}."),
                citation=citations.FINANCING,
                promised=str(promised),
                budget=str(budget),
            )

    def _require_kept(self, instalments: Sequence[PlannedInstalment], reports: Sequence[PlannedReport]) -> None:
        if len(reports) < len(self.reports):
            raise InvalidValue("/reports", N_("A report that was agreed on may be moved, not dropped."))
        planned, told = {one.number: one for one in instalments}, {one.number: one for one in reports}
        for number, one in self.instalments.items():
            if one.stage is not InstalmentStage.PLANNED and planned.get(number) != one.plan:
                raise InvalidValue(f"/instalments/{number - 1}", N_("What was requested or paid stays as it was."))
        for number, report in self.reports.items():
            kept = told.get(number)
            same = kept and (kept.kind, kept.starts_on, kept.ends_on) == (
                report.plan.kind,
                report.plan.starts_on,
                report.plan.ends_on,
            )
            if report.stage in _BEGUN and not same:
                raise InvalidValue(f"/reports/{number - 1}", N_("What was reported stays as it was."))


def require_eligible(standing: Standing, organisation_id: UUID, call: GrantCall, day: date) -> None:
    """Refuse a beneficiary that is not in good standing on that day, or lacks a certificate that the call asks for.

    One that was merged is the organisation that goes on. Raises: RuleViolated with the rule of the register.
    """
    standing.require_in_good_standing(day, organisation_id)
    for kind in call.facts.certificates or ():
        standing.require_certificate(CertificateKind(kind), day)


def _require_day(command: SignAgreement, call: GrantCall, ctx: Context) -> None:
    """Not on a day to come, and not on one before the award was published."""
    require_past(command.signed_on, "/signed_on", ctx.now)
    awarded_at = call.awarded_at(command.application_id)
    if awarded_at is not None and command.signed_on < local_day(awarded_at):
        raise RuleViolated(
            "grant.agreement.signed_on",
            N_("The award was published on {day}; before that nothing could be signed."),
            citation=citations.FINANCING,
            day=local_day(awarded_at).isoformat(),
        )


def _awarded(command: DraftAgreement, call: GrantCall, application: Application, ctx: Context) -> tuple[Project, Money]:
    if application.call_id != command.call_id:
        raise InvalidValue("/call_id", N_("The application is for another call."))
    if call.stage is CallStage.PROVISIONAL and application.id not in call.released:
        call.require_complaints_over(ctx.now)
        ctx.folded(Complaints).require_decided(ctx)
    call.require_award(command, application.id, CallStage.FINAL)
    project, award = application.project, application.award
    if application.stage is not ApplicationStage.AWARDED or project is None or award is None:
        raise IllegalTransition(state=application.stage, command=command.name)
    agreed = command.award or award
    require_positive(agreed, "/award")
    if agreed.currency != award.currency:
        raise InvalidValue("/award/currency", N_("The grant is paid in {currency}."), currency=award.currency)
    if award < agreed:
        raise InvalidValue(
            "/award", N_("The award is {award}; the agreement may be on less, not on more."), award=str(award)
        )
    return project, agreed


def _indirect(application: Application, award: Money) -> Money:
    return application.project.indirect if application.project else Money(0, award.currency)


def _due(reports: Sequence[PlannedReport], ends_on: date, ctx: Context) -> tuple[DueReport, ...]:
    """The reports with the instants by which they are due: the final one's the rule says, from the project's end."""
    final = deadline(ctx.rules[FINAL_REPORT], start_of(ends_on), "ProjectEnded", ctx.calendar)
    return tuple(
        DueReport(
            number=one.number,
            kind=one.kind,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            due_at=final.due_at if one.due_on is None else end_of(one.due_on),
            proof=final if one.kind is ReportKind.FINAL else None,
        )
        for one in reports
    )
