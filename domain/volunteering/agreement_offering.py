"""An agreement until it is signed: offered on a free place, accepted by the volunteer, of a minor by a guardian too."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.deadline import end_of, local_day, start_of
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.window import require_clock
from domain.volunteering import citations
from domain.volunteering.agreement_known import ItsVolunteer, OwnAgreement
from domain.volunteering.agreement_parts import AgreementStage
from domain.volunteering.agreement_places import Places
from domain.volunteering.agreement_state import AgreementState
from domain.volunteering.agreement_terms import require_age, require_allowed, require_terms
from domain.volunteering.commands.agreement import (
    AcceptAgreement,
    DeclineAgreement,
    GiveGuardianConsent,
    LapseAgreement,
    OfferAgreement,
    RefuseGuardianConsent,
    WithdrawOffer,
)
from domain.volunteering.events.agreement import (
    AgreementAccepted,
    AgreementActivated,
    AgreementDeclined,
    AgreementLapsed,
    AgreementOffered,
    AgreementSigned,
    GuardianConsentGiven,
    GuardianConsentRefused,
    OfferWithdrawn,
)
from domain.volunteering.opportunity import Opportunity
from domain.volunteering.provider import Provider, require_acting
from domain.volunteering.providing import ProviderStanding
from domain.volunteering.standing import VolunteerStanding
from domain.volunteering.vocabulary import Protection

CONSENT = "volunteer.minor.consent"
_OPEN = (AgreementStage.OFFERED, AgreementStage.CONSENT_PENDING)


def _opportunity(command: Command) -> UUID | None:
    return command.opportunity_id if isinstance(command, OfferAgreement) else None


def _provider(command: Command) -> UUID | None:
    return command.provider_id if isinstance(command, OfferAgreement) else None


class Offering(AgreementState):
    """Decisions before the work begins."""

    @classmethod
    @creates(
        OfferAgreement,
        references={"opportunity": (Opportunity, _opportunity), "provider": (Provider, _provider)},
        boundary=Places,
        register=(VolunteerStanding, ProviderStanding),
    )
    def offer(cls, command: OfferAgreement, ctx: Context, stream_id: UUID) -> Self:
        """By an active provider, on a free place of its published opportunity, to somebody of the right age."""
        ctx.tenant.require_active()
        opportunity, provider = ctx.reference("opportunity", Opportunity), ctx.reference("provider", Provider)
        require_acting(ctx.mandate, provider.organisation_id)
        _require_own(command, opportunity, provider, ctx)
        insurances = require_terms(command, provider, ctx)
        volunteer, wanted = ctx.registered(VolunteerStanding), opportunity.particulars
        require_allowed(volunteer.band, wanted.risk, ctx)
        require_age(volunteer.band, wanted)
        left = ctx.folded(Places).require_free(wanted.places, command.person_id)
        event = AgreementOffered(
            agreement_id=stream_id,
            opportunity_id=command.opportunity_id,
            provider_id=command.provider_id,
            organisation_id=provider.organisation_id,
            person_id=command.person_id,
            supervisor_id=command.supervisor_id,
            tasks=command.tasks,
            place=command.place,
            first_day=command.first_day,
            last_day=command.last_day,
            max_minutes=command.max_minutes,
            insurances=insurances,
            reimbursement=command.reimbursement,
            risk=wanted.risk,
            band=volunteer.band,
            protection=volunteer.protection,
            offered_by=ctx.actor,
            places_left=left - 1,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(AcceptAgreement, boundary=OwnAgreement, register=(ItsVolunteer,))
    def accept(self, command: AcceptAgreement, ctx: Context) -> None:
        """By the volunteer, as old as they are now; what protects them from now on lasts for the agreement."""
        self.require_volunteer(ctx)
        self.require(command, AgreementStage.OFFERED)
        self._require_not_begun(ctx)
        volunteer = ctx.registered(ItsVolunteer)
        require_allowed(volunteer.band, self.risk, ctx)
        consent = volunteer.protection is Protection.MINOR and ctx.rules[CONSENT].value != "none"
        event = AgreementAccepted(
            **self.about,
            band=volunteer.band,
            protection=volunteer.protection,
            consent_needed=consent,
            guardians=tuple(sorted(volunteer.guardians)) if consent else (),
        )
        self.trigger(ctx, event)
        if not consent:
            self._sign(ctx)

    @decides(DeclineAgreement)
    def decline(self, command: DeclineAgreement, ctx: Context) -> None:
        """By the volunteer, as long as nothing is signed."""
        self.require_volunteer(ctx)
        self.require(command, *_OPEN)
        self.trigger(ctx, AgreementDeclined(**self.about))

    @decides(WithdrawOffer)
    def withdraw(self, command: WithdrawOffer, ctx: Context) -> None:
        """By the provider, as long as nothing is signed."""
        require_acting(ctx.mandate, self.organisation_id)
        self.require(command, *_OPEN)
        self.trigger(ctx, OfferWithdrawn(**self.about))

    @decides(LapseAgreement)
    def lapse(self, command: LapseAgreement, ctx: Context) -> None:
        """When the first day has ended and nothing is signed, by the clock alone."""
        require_clock(command, ctx)
        self.require(command, *_OPEN)
        if ctx.now < end_of(self.first_day):
            raise RuleViolated(
                "volunteer.agreement.first_day",
                N_("The offer is open to the end of {day}."),
                citation=citations.VOLUNTARY_WORK,
                day=self.first_day.isoformat(),
            )
        self.trigger(ctx, AgreementLapsed(**self.about))

    @decides(GiveGuardianConsent, boundary=OwnAgreement, register=(ItsVolunteer,))
    def consent(self, command: GiveGuardianConsent, ctx: Context) -> None:
        """By a recorded guardian of the minor who accepted."""
        self.require_guardian(ctx)
        self.require(command, AgreementStage.CONSENT_PENDING)
        self._require_not_begun(ctx)
        self.trigger(ctx, GuardianConsentGiven(**self.about, guardian_id=ctx.actor))
        self._sign(ctx)

    @decides(RefuseGuardianConsent, boundary=OwnAgreement, register=(ItsVolunteer,))
    def refuse_consent(self, command: RefuseGuardianConsent, ctx: Context) -> None:
        """By a recorded guardian of the minor who accepted."""
        self.require_guardian(ctx)
        self.require(command, AgreementStage.CONSENT_PENDING)
        self.trigger(ctx, GuardianConsentRefused(**self.about, guardian_id=ctx.actor))

    def require_guardian(self, ctx: Context) -> None:
        """Raises: RuleViolated unless the actor is on record as a guardian of the volunteer, who is somebody else."""
        if ctx.actor == self.person_id or ctx.actor not in ctx.registered(ItsVolunteer).guardians:
            raise RuleViolated(
                "volunteer.guardian",
                N_("Only a guardian of the volunteer who is on record does this."),
                citation=ctx.rules[CONSENT].citation,
            )

    def _sign(self, ctx: Context) -> None:
        """Everybody agrees; where the first day has come the work may begin at once."""
        self.trigger(
            ctx,
            AgreementSigned(
                **self.about,
                organisation_id=self.organisation_id,
                first_day=self.first_day,
                last_day=self.last_day,
            ),
        )
        if ctx.now >= start_of(self.first_day):
            self.trigger(ctx, AgreementActivated(**self.about, last_day=self.last_day))

    def _require_not_begun(self, ctx: Context) -> None:
        """Refuse to sign what has lapsed, also before the clock has said so."""
        if local_day(ctx.now) > self.first_day:
            raise RuleViolated(
                "volunteer.agreement.lapsed",
                N_("The offer was open to the end of {day}."),
                citation=citations.VOLUNTARY_WORK,
                day=self.first_day.isoformat(),
            )


def _require_own(command: OfferAgreement, opportunity: Opportunity, provider: Provider, ctx: Context) -> None:
    """Refuse what is not this provider's, or not open to be taken up."""
    if command.organisation_id != provider.organisation_id:
        raise InvalidValue("/organisation_id", N_("The provider is another organisation, or the institution."))
    provider.require_active()
    opportunity.require_open(command.provider_id)
    if provider.organisation_id is not None:
        ctx.registered(ProviderStanding).require_in_good_standing(local_day(ctx.now))
