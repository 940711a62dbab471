"""A complaint of an applicant: filed in time, admitted or not, decided by somebody who did not judge.

It is about the provisional ranking, or about the check that found the application ineligible. What waits for which:
scoring is not opened while one may still complain about a check, or while such a complaint is open or its check not
made anew (`Commission.open`), so that the commission gets all eligible applications together, and no ranking ever lacks
one; the final ranking waits for the complaints about the provisional one (`CallRanking`).
"""

from typing import Self
from uuid import UUID

from domain.grants import citations
from domain.grants.application import Application
from domain.grants.application_state import ON_CALL
from domain.grants.call_ranking import ON_COMMISSION
from domain.grants.commands.complaint import AdmitComplaint, DecideComplaint, DismissComplaint, FileComplaint
from domain.grants.commission_state import CommissionState
from domain.grants.complaints import DECIDE
from domain.grants.events.complaint import ComplaintAdmitted, ComplaintDecided, ComplaintDismissed, ComplaintFiled
from domain.grants.grant_call import GrantCall
from domain.grants.impartiality import require_impartial
from domain.grants.languages import require_languages
from domain.grants.vocabulary import ApplicationStage, CallStage, ComplaintStage, ComplaintSubject
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, deadline
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.message import N_
from domain.organisations.standing import Standing

CHECKED = (CallStage.PUBLISHED, CallStage.CLOSED, CallStage.EVALUATING)
"""Stages in which there is a check and no ranking: the clock may not have closed a call yet whose time is over."""


def application_named(command: Command) -> UUID | None:
    """The application that a command is about."""
    found: UUID | None = getattr(command, "application_id", None)
    return found


def complaint_id(application_id: UUID, subject: ComplaintSubject) -> UUID:
    """The stream of an application's one complaint about its rank, or about its check."""
    about = (subject.value,) if subject is ComplaintSubject.CHECK else ()
    return derived_id("complaint", application_id, *about)


ON_APPLICATION: References = {"application": (Application, application_named)}


class Complaint(Aggregate):
    """filed, admitted, decided; or inadmissible."""

    initial = ComplaintFiled

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """One complaint per application about its rank and one about its check: made anew, the check stands."""
        del tenant_id
        return complaint_id(command.application_id, command.subject) if isinstance(command, FileComplaint) else None

    @classmethod
    @creates(FileComplaint, references={**ON_CALL, **ON_APPLICATION})
    def file(cls, command: FileComplaint, ctx: Context, stream_id: UUID) -> Self:
        """By the applicant, against the provisional ranking or the check, before the time is over."""
        call, application = ctx.reference("call", GrantCall), ctx.reference("application", Application)
        if application.call_id != command.call_id:
            raise InvalidValue("/call_id", N_("The application is for another call."))
        if command.organisation_id != application.organisation_id:
            raise InvalidValue("/organisation_id", N_("The application is another organisation's."))
        application.require_applicant(command, ctx)
        of_check = command.subject is ComplaintSubject.CHECK
        rank = _checked(command, call, application, ctx) if of_check else _ranked(command, call, ctx)
        event = ComplaintFiled(
            call_id=command.call_id,
            application_id=command.application_id,
            organisation_id=command.organisation_id,
            grounds=command.grounds,
            rank=rank,
            decide_by=deadline(ctx.rules[DECIDE], ctx.now, "ComplaintFiled", ctx.calendar),
            subject=command.subject,
            checked_by=application.checked_by if of_check else None,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(AdmitComplaint)
    def admit(self, command: AdmitComplaint, ctx: Context) -> None:
        """Look into it."""
        self._require(command, ComplaintStage.FILED)
        self.trigger(ctx, ComplaintAdmitted(call_id=self.call_id, application_id=self.application_id))

    @decides(DismissComplaint, references=ON_COMMISSION, register=(Standing,))
    def dismiss(self, command: DismissComplaint, ctx: Context) -> None:
        """Not looked into, by somebody who did not judge, with a reason in the institution's languages."""
        self._require(command, ComplaintStage.FILED)
        self._require_outsider(command, ctx)
        require_languages(command.reason, ctx)
        self.trigger(
            ctx,
            ComplaintDismissed(call_id=self.call_id, application_id=self.application_id, reason=command.reason),
        )

    @decides(DecideComplaint, references=ON_COMMISSION, register=(Standing,))
    def decide(self, command: DecideComplaint, ctx: Context) -> None:
        """By somebody who did not judge; also after its day, which is then on record."""
        self._require(command, ComplaintStage.ADMITTED)
        self._require_outsider(command, ctx)
        require_languages(command.reason, ctx)
        self.trigger(
            ctx,
            ComplaintDecided(
                call_id=self.call_id,
                application_id=self.application_id,
                commission_id=command.commission_id,
                decision=command.decision,
                reason=command.reason,
                late=ctx.now >= self.decide_by.due_at,
            ),
        )

    @applies(ComplaintFiled)
    def _filed(self, event: ComplaintFiled) -> None:
        self.stage = ComplaintStage.FILED
        self.call_id, self.application_id = event.call_id, event.application_id
        self.organisation_id, self.decide_by = event.organisation_id, event.decide_by
        self.subject, self.checked_by = event.subject, event.checked_by

    @applies(ComplaintAdmitted)
    def _admitted(self, event: ComplaintAdmitted) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ComplaintStage.ADMITTED

    @applies(ComplaintDismissed)
    def _dismissed(self, event: ComplaintDismissed) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ComplaintStage.INADMISSIBLE

    @applies(ComplaintDecided)
    def _decided(self, event: ComplaintDecided) -> None:  # noqa: ARG002 - an applier takes its event
        self.stage = ComplaintStage.DECIDED

    def _require_outsider(self, command: DismissComplaint | DecideComplaint, ctx: Context) -> None:
        """Neither who has to do with the organisation, nor who made what is complained about."""
        if command.organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The application is another organisation's."))
        require_impartial(ctx.registered(Standing), ctx)
        if self.subject is ComplaintSubject.RANKING:
            self._require_no_commissioner(ctx)
            return
        if command.commission_id is not None:
            raise InvalidValue("/commission_id", N_("The complaint is about the check, which no commission made."))
        if ctx.actor == self.checked_by:
            raise RuleViolated(
                "grant.complaint.decider",
                N_("Whoever made the check decides no complaint about it."),
                citation=citations.FINANCING,
            )

    def _require_no_commissioner(self, ctx: Context) -> None:
        commission = ctx.reference("commission", CommissionState)
        if commission.call_id != self.call_id:
            raise InvalidValue("/commission_id", N_("The commission is another call's."))
        if commission.judging.sits(ctx.actor):
            raise RuleViolated(
                "grant.complaint.decider",
                N_("Nobody of the commission decides a complaint about its ranking."),
                citation=citations.FINANCING,
            )

    def _require(self, command: Command, *stages: ComplaintStage) -> None:
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)


def _ranked(command: FileComplaint, call: GrantCall, ctx: Context) -> int:
    """The application's rank in the provisional ranking, while one may complain about it."""
    call.require(command, CallStage.PROVISIONAL)
    rank = next((one.rank for one in call.ranking if one.application_id == command.application_id), None)
    if rank is None:
        raise InvalidValue("/application_id", N_("The ranking does not hold this application."))
    if call.complaints_until is not None:
        _require_in_time(call.complaints_until, ctx)
    return rank


def _checked(command: FileComplaint, call: GrantCall, application: Application, ctx: Context) -> int:
    """0, while one may complain that the application was found ineligible."""
    call.require(command, *CHECKED)
    application.require(command, ApplicationStage.INELIGIBLE)
    if application.complaints_until is None:  # a verdict from before one could complain about it
        raise IllegalTransition(state=application.stage, command=command.name)
    _require_in_time(application.complaints_until, ctx)
    return 0


def _require_in_time(until: Deadline, ctx: Context) -> None:
    until.require_running(ctx.now, N_("One could complain until {until}."))
