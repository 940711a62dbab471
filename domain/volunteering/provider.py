"""A provider: an organisation, or an institution itself, for whom people volunteer."""

from datetime import date
from typing import Self
from uuid import UUID

from domain.kernel import languages
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context, Mandate
from domain.kernel.deadline import local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.text import Text, Title
from domain.organisations.state import require_period
from domain.volunteering import citations
from domain.volunteering.commands.provider import (
    ActivateProvider,
    ApplyAsProvider,
    RefuseProvider,
    ReinstateProvider,
    RenewInsurance,
    SuspendProvider,
    VerifyProvider,
)
from domain.volunteering.events.provider import (
    InsuranceRenewed,
    ProviderActivated,
    ProviderApplied,
    ProviderRefused,
    ProviderReinstated,
    ProviderSuspended,
    ProviderVerified,
)
from domain.volunteering.providing import ProviderStanding, Providing
from domain.volunteering.vocabulary import Insurance, ProviderStage


class Provider(Aggregate):
    """applied → verified → active ↔ suspended; or refused. An official verifies, the provider itself begins.

    `insurances` in the order in which they were told; volunteers are insured on the days of any of them.
    """

    initial = ProviderApplied
    REFERENCED = True

    @classmethod
    @creates(ApplyAsProvider, boundary=Providing, register=(ProviderStanding,))
    def apply_for(cls, command: ApplyAsProvider, ctx: Context, stream_id: UUID) -> Self:
        """On the organisation's own mandate, or by the institution's coordinator for the institution itself."""
        ctx.tenant.require_active()
        require_acting(ctx.mandate, command.organisation_id)
        ctx.folded(Providing).require_none()
        require_said(command.summary, "/summary", ctx)
        event = ProviderApplied(
            organisation_id=command.organisation_id,
            title=_title(command, ctx),
            summary=command.summary,
            municipality=command.municipality,
            contact=command.contact,
            applied_by=ctx.actor,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(VerifyProvider, register=(ProviderStanding,))
    def verify(self, command: VerifyProvider, ctx: Context) -> None:
        """By an official who neither asked for it nor has to do with the organisation."""
        self._require(command, ProviderStage.APPLIED)
        self._require_named(command.organisation_id)
        self._require_disinterested(ctx)
        self._require_standing(ctx)
        self.trigger(ctx, ProviderVerified(decision_no=command.decision_no))

    @decides(RefuseProvider)
    def refuse(self, command: RefuseProvider, ctx: Context) -> None:
        """What was asked for; whoever asks again asks anew."""
        self._require(command, ProviderStage.APPLIED)
        require_said(command.reason, "/reason", ctx)
        event = ProviderRefused(
            organisation_id=self.organisation_id, decision_no=command.decision_no, reason=command.reason
        )
        self.trigger(ctx, event)

    @decides(ActivateProvider, register=(ProviderStanding,))
    def activate(self, command: ActivateProvider, ctx: Context) -> None:
        """By the provider's people, on a day that the insurance covers."""
        self._require(command, ProviderStage.VERIFIED)
        self.require_acting(ctx)
        self._require_named(command.organisation_id)
        self._require_standing(ctx)
        _require_insurance(command.insurance)
        if not command.insurance.covers(local_day(ctx.now)):
            raise _not_insured(local_day(ctx.now))
        require_said(command.charter, "/charter", ctx)
        self.trigger(ctx, ProviderActivated(insurance=command.insurance, charter=command.charter))

    @decides(RenewInsurance)
    def insure(self, command: RenewInsurance, ctx: Context) -> None:
        """Each policy once; it may begin while the one before still runs."""
        self._require(command, ProviderStage.ACTIVE, ProviderStage.SUSPENDED)
        self.require_acting(ctx)
        _require_insurance(command.insurance)
        if command.insurance in self.insurances:
            raise IllegalTransition(state=self.stage, command=command.name)
        self.trigger(ctx, InsuranceRenewed(insurance=command.insurance))

    @decides(SuspendProvider)
    def suspend(self, command: SuspendProvider, ctx: Context) -> None:
        """What was agreed goes on; nothing new is published or offered."""
        self._require(command, ProviderStage.ACTIVE)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, ProviderSuspended(decision_no=command.decision_no, reason=command.reason))

    @decides(ReinstateProvider, register=(ProviderStanding,))
    def reinstate(self, command: ReinstateProvider, ctx: Context) -> None:
        """As active as before."""
        self._require(command, ProviderStage.SUSPENDED)
        self._require_named(command.organisation_id)
        self._require_standing(ctx)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, ProviderReinstated(decision_no=command.decision_no, reason=command.reason))

    @applies(ProviderApplied)
    def _applied(self, event: ProviderApplied) -> None:
        self.stage = ProviderStage.APPLIED
        self.organisation_id, self.title = event.organisation_id, event.title
        self.municipality, self.applied_by = event.municipality, event.applied_by
        self.insurances: tuple[Insurance, ...] = ()

    @applies(ProviderVerified)
    def _verified(self, _event: ProviderVerified) -> None:
        self.stage = ProviderStage.VERIFIED

    @applies(ProviderRefused)
    def _refused(self, _event: ProviderRefused) -> None:
        self.stage = ProviderStage.REFUSED

    @applies(ProviderActivated)
    def _activated(self, event: ProviderActivated) -> None:
        self.stage, self.insurances = ProviderStage.ACTIVE, (event.insurance,)

    @applies(InsuranceRenewed)
    def _insured(self, event: InsuranceRenewed) -> None:
        self.insurances = (*self.insurances, event.insurance)

    @applies(ProviderSuspended)
    def _suspended(self, _event: ProviderSuspended) -> None:
        self.stage = ProviderStage.SUSPENDED

    @applies(ProviderReinstated)
    def _reinstated(self, _event: ProviderReinstated) -> None:
        self.stage = ProviderStage.ACTIVE

    def acts(self, mandate: Mandate) -> bool:
        """Whether somebody with that mandate acts for the provider."""
        return acts_for(mandate, self.organisation_id)

    def require_acting(self, ctx: Context) -> None:
        """Raises: RuleViolated for whoever does not act for the provider."""
        require_acting(ctx.mandate, self.organisation_id)

    def require_active(self) -> None:
        """Raises: RuleViolated unless it may begin something new."""
        if self.stage is not ProviderStage.ACTIVE:
            raise RuleViolated(
                "volunteer.provider.active",
                N_("The provider is not active but {stage}: it begins nothing new."),
                citation=citations.VOLUNTARY_WORK,
                stage=self.stage,
            )

    def require_verified(self) -> None:
        """Raises: RuleViolated while nobody decided that people may volunteer there, and where it was refused."""
        if self.stage in (ProviderStage.APPLIED, ProviderStage.REFUSED):
            raise RuleViolated(
                "volunteer.provider.verified",
                N_("Only a provider that an official verified has opportunities; this one is {stage}."),
                citation=citations.VOLUNTARY_WORK,
                stage=self.stage,
            )

    def require_insured(self, first_day: date, last_day: date) -> None:
        """Raises: RuleViolated naming the first day of the period on which volunteers are not insured."""
        day = first_day
        while day <= last_day:
            reaches = max((one.valid_until for one in self.insurances if one.covers(day)), default=None)
            if reaches is None:
                raise _not_insured(day)
            if reaches >= last_day:
                return
            day = date.fromordinal(reaches.toordinal() + 1)

    def _require(self, command: Command, *stages: ProviderStage) -> None:
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _require_named(self, organisation_id: UUID | None) -> None:
        """Refuse a command that names another organisation than the one whose standing counts."""
        if organisation_id != self.organisation_id:
            raise InvalidValue("/organisation_id", N_("The provider is another organisation, or the institution."))

    def _require_standing(self, ctx: Context) -> None:
        if self.organisation_id is not None:
            ctx.registered(ProviderStanding).require_in_good_standing(local_day(ctx.now))

    def _require_disinterested(self, ctx: Context) -> None:
        """Refuse whoever asked, and whoever holds an office of the organisation or acts for it."""
        involved = set() if self.organisation_id is None else ctx.registered(ProviderStanding).involved
        if ctx.actor == self.applied_by or ctx.actor in involved:
            raise RuleViolated(
                "volunteer.provider.own",
                N_("Nobody verifies a provider that is their own, or for which they asked themselves."),
                citation=citations.VOLUNTARY_WORK,
            )


def acts_for(mandate: Mandate, organisation_id: UUID | None) -> bool:
    """Whether the mandate is the organisation's own, or the coordinator's where the institution itself provides."""
    if organisation_id is None:
        return mandate.role == Role.VOLUNTEER_COORDINATOR
    return mandate.acts_for(organisation_id)


def require_acting(mandate: Mandate, organisation_id: UUID | None) -> None:
    """Raises: RuleViolated unless the mandate is one of the provider's."""
    if not acts_for(mandate, organisation_id):
        raise RuleViolated(
            "volunteer.provider.mandate",
            N_("To act for a provider, use a mandate that the organisation gave, or be the institution's coordinator."),
            citation=citations.VOLUNTARY_WORK,
        )


def _title(command: ApplyAsProvider, ctx: Context) -> Title:
    """The organisation's name in the register, or what the institution calls its own volunteering."""
    if command.organisation_id is not None:
        if command.title is not None:
            raise InvalidValue("/title", N_("An organisation is called as the register has it."))
        standing = ctx.registered(ProviderStanding)
        standing.require_in_good_standing(local_day(ctx.now))
        return standing.name
    if command.title is None or not command.title.languages:
        raise InvalidValue("/title", N_("The text is empty."))
    languages.require_languages(command.title, ctx, "volunteer.languages")
    return command.title


def _require_insurance(insurance: Insurance) -> None:
    require_period(insurance.valid_from, insurance.valid_until, "/insurance/valid_until")


def _not_insured(day: date) -> RuleViolated:
    return RuleViolated(
        "volunteer.provider.insured",
        N_("Volunteers of the provider are not insured on {day}."),
        citation=citations.VOLUNTARY_WORK,
        day=day.isoformat(),
    )


def require_said(said: Text, pointer: str, ctx: Context) -> None:
    """Refuse a text that the public is to read and that lacks a language which the institution owes.

    Raises: InvalidValue, RuleViolated.
    """
    languages.require_said(said, pointer, ctx, "volunteer.languages")
