"""An agreement with a volunteer: what is done where and when, under whose eyes, by which protection.

Its decisions stand in one module per concern: `agreement_state` < `agreement_offering` < this module.
"""

from datetime import date

from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import end_of, local_day, start_of
from domain.kernel.errors import RuleViolated
from domain.kernel.event import Personal
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.window import require_clock
from domain.volunteering import citations
from domain.volunteering.agreement_known import ItsVolunteer, OwnAgreement
from domain.volunteering.agreement_offering import Offering
from domain.volunteering.agreement_parts import AgreementStage, Side
from domain.volunteering.agreement_state import BINDING
from domain.volunteering.commands.agreement import (
    ActivateAgreement,
    CompleteVolunteering,
    EndAgreement,
    WithdrawGuardianConsent,
)
from domain.volunteering.events.agreement import (
    AgreementActivated,
    AgreementCompleted,
    AgreementEnded,
    AgreementOffered,
    GuardianConsentWithdrawn,
)
from domain.volunteering.provider import require_acting


class VolunteerAgreement(Offering):
    """offered → consent_pending (a minor's) → signed → active → completed or ended; or nothing comes of it."""

    initial = AgreementOffered
    REFERENCED = True

    @decides(ActivateAgreement)
    def activate(self, command: ActivateAgreement, ctx: Context) -> None:
        """When the first day has come, by the clock alone."""
        require_clock(command, ctx)
        self.require(command, AgreementStage.SIGNED)
        if ctx.now < start_of(self.first_day):
            raise RuleViolated(
                "volunteer.agreement.begins",
                N_("The work begins on {day}."),
                citation=citations.VOLUNTARY_WORK,
                day=self.first_day.isoformat(),
            )
        self.trigger(ctx, AgreementActivated(**self.about, last_day=self.last_day))

    @decides(CompleteVolunteering)
    def complete(self, command: CompleteVolunteering, ctx: Context) -> None:
        """By the provider whenever the work is done; by the clock when the last day has ended."""
        if ctx.mandate.role != Role.CLOCK:
            require_acting(ctx.mandate, self.organisation_id)
        self.require(command, AgreementStage.ACTIVE)
        if ctx.mandate.role == Role.CLOCK and ctx.now < end_of(self.last_day):
            raise RuleViolated(
                "volunteer.agreement.last_day",
                N_("The work goes on to the end of {day}."),
                citation=citations.VOLUNTARY_WORK,
                day=self.last_day.isoformat(),
            )
        self.trigger(ctx, AgreementCompleted(**self.about, last_day=self._until(ctx)))

    @decides(EndAgreement)
    def end(self, command: EndAgreement, ctx: Context) -> None:
        """By the volunteer or the provider, today; what was done until then counts."""
        side = Side.VOLUNTEER if ctx.actor == self.person_id else Side.PROVIDER
        if side is Side.PROVIDER:
            require_acting(ctx.mandate, self.organisation_id)
        self.require(command, *BINDING)
        event = AgreementEnded(**self.about, side=side, last_day=self._until(ctx))
        self.trigger(ctx, event.about(Personal(self.person_id, "reason", command.reason, needed=False)))

    @decides(WithdrawGuardianConsent, boundary=OwnAgreement, register=(ItsVolunteer,))
    def withdraw_consent(self, command: WithdrawGuardianConsent, ctx: Context) -> None:
        """By a recorded guardian, also by another than who gave it; without it a minor's agreement ends."""
        self.require_guardian(ctx)
        self.require(command, *BINDING)
        if not self.guardians:
            raise RuleViolated(
                "volunteer.guardian.consent",
                N_("The agreement rests on no guardian's consent."),
                citation=citations.VOLUNTARY_WORK,
            )
        self.trigger(ctx, GuardianConsentWithdrawn(**self.about, guardian_id=ctx.actor))
        self.trigger(ctx, AgreementEnded(**self.about, side=Side.GUARDIAN, last_day=self._until(ctx)))

    def _until(self, ctx: Context) -> date:
        """The last day on which there was work to do, if it ends now; before the first one where there was none."""
        return min(self.last_day, local_day(ctx.now))
