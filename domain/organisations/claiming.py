"""An organisation on its way into the register: claimed by anybody, amended, verified by proof or refused."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import Finding, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.findings import WARNING, finding
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.text import Text
from domain.organisations import citations
from domain.organisations.commands import AmendOrganisation, ClaimOrganisation, RefuseClaim, VerifyOrganisation
from domain.organisations.events import ClaimRefused, OrganisationAmended, OrganisationClaimed, OrganisationVerified
from domain.organisations.identifiers import IdentifierHolders, check_identifiers, require_distinct
from domain.organisations.state import LIVING, OrganisationState, is_registrar
from domain.organisations.vocabulary import Stage
from domain.tenants.commands import Kind
from domain.tenants.register import InstitutionRegister, InstitutionState


def _register(command: Command) -> UUID | None:
    """The register of institutions, where the command names a seat."""
    named = isinstance(command, ClaimOrganisation | AmendOrganisation) and command.municipality is not None
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT) if named else None


_ON_REGISTER = {"register": (InstitutionRegister, _register)}


class Claim(OrganisationState):
    """Decisions up to the entry in the register."""

    @classmethod
    @creates(ClaimOrganisation, references=_ON_REGISTER, boundary=IdentifierHolders)
    def claim(cls, command: ClaimOrganisation, ctx: Context, stream_id: UUID) -> Self:
        """By anybody; what is odd is found and told, and so is what history leaves open."""
        if ctx.tenant.tenant_id != NATIONAL_TENANT:
            raise RuleViolated("tenant.national", N_("Organisations are registered by the national tenant only."))
        if not command.legal_name.languages:
            raise InvalidValue("/legal_name", N_("The name is empty."))
        require_distinct(command.identifiers)
        _require_municipality(command.municipality, ctx)
        findings = tuple(check_identifiers(command.identifiers, ctx.folded(IdentifierHolders)))
        if command.contact is None:
            findings = (*findings, _without_contact(ctx))
        event = OrganisationClaimed(
            organisation_id=stream_id,
            legal_name=command.legal_name,
            legal_form=command.legal_form,
            municipality=command.municipality,
            identifiers=command.identifiers,
            contact=command.contact,
            claimant_id=ctx.actor if ctx.mandate.role == Role.SIGNED_IN else None,
            findings=findings,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(AmendOrganisation, references=_ON_REGISTER, boundary=IdentifierHolders)
    def amend(self, command: AmendOrganisation, ctx: Context) -> None:
        """A claim by its claimant; of what was verified the organisation itself changes the contact alone."""
        self.require(command, *LIVING)
        self.require_own(command, ctx)
        self._require_decision(command, ctx)
        if all(getattr(command, field) is None for field in command.__struct_fields__ if field != "decision_no"):
            raise InvalidValue("", N_("Nothing is given that could be changed."))
        if command.legal_name is not None and not command.legal_name.languages:
            raise InvalidValue("/legal_name", N_("The name is empty."))
        if command.municipality is not None:
            _require_municipality(command.municipality, ctx)
        identifiers = command.identifiers or ()
        require_distinct(identifiers)
        holders = ctx.folded(IdentifierHolders)
        if self.stage is not Stage.CLAIMED:
            holders.require_free(identifiers, self.organisation_id)
        kept = {one.plain for one in identifiers}
        given_up = tuple(one for one in self.identifiers if one.plain not in kept) if identifiers else ()
        event = OrganisationAmended(
            organisation_id=self.organisation_id,
            legal_name=command.legal_name,
            legal_form=command.legal_form,
            municipality=command.municipality,
            identifiers=command.identifiers,
            former_identifiers=given_up,
            contact=command.contact,
            decision_no=command.decision_no,
            findings=self._odd(command, holders),
        )
        self.trigger(ctx, event)

    @decides(VerifyOrganisation, boundary=IdentifierHolders)
    def verify(self, command: VerifyOrganisation, ctx: Context) -> None:
        """By proof, and an identifier proves one organisation."""
        self.require(command, Stage.CLAIMED)
        if ctx.actor == self.claimant_id:
            raise RuleViolated(
                "organisation.verified_by_other",
                N_("Nobody verifies what they claimed themselves."),
                citation=citations.NGO_LAW,
            )
        require_distinct(command.identifiers)
        holders = ctx.folded(IdentifierHolders)
        holders.require_free(command.identifiers, self.organisation_id)
        event = OrganisationVerified(
            organisation_id=self.organisation_id,
            identifiers=command.identifiers,
            decision_no=command.decision_no,
            findings=self._odd(command, holders),
        )
        self.trigger(ctx, event)

    @decides(RefuseClaim)
    def refuse(self, command: RefuseClaim, ctx: Context) -> None:
        """With a reason that can be read."""
        self.require(command, Stage.CLAIMED)
        require_reason(command.reason)
        self.trigger(
            ctx,
            ClaimRefused(organisation_id=self.organisation_id, decision_no=command.decision_no, reason=command.reason),
        )

    def _odd(self, command: AmendOrganisation | VerifyOrganisation, holders: IdentifierHolders) -> tuple[Finding, ...]:
        """What is odd about the identifiers; that the organisation has one itself is not."""
        found = check_identifiers(command.identifiers or (), holders)
        return tuple(one for one in found if one.message.values.get("organisation") != str(self.organisation_id))

    def _require_decision(self, command: AmendOrganisation, ctx: Context) -> None:
        """What was verified changes by a decision of those who keep the register; a claim needs none."""
        if self.stage is Stage.CLAIMED:
            if command.decision_no is not None:
                raise InvalidValue("/decision_no", N_("A claim is amended without a decision."))
            return
        proved = (command.legal_name, command.legal_form, command.municipality, command.identifiers)
        if all(fact is None for fact in proved) and command.decision_no is None:
            return
        if not is_registrar(ctx):
            raise NotPermitted(command.name, (str(Role.REGISTRAR), str(Role.OGG_SUPERVISOR)))
        if command.decision_no is None:
            raise RuleViolated(
                "organisation.verified_facts",
                N_("What was verified is changed by a decision; its number is missing."),
                citation=citations.NGO_LAW,
            )


def require_reason(reason: Text) -> None:
    """Raises: InvalidValue for a reason without a word."""
    if not reason.languages:
        raise InvalidValue("/reason", N_("The reason is empty."))


def _without_contact(ctx: Context) -> Finding:
    """Only of history may it be left open how an organisation is reached."""
    if not ctx.imported:
        raise RuleViolated(
            "organisation.contact",
            N_("An office and a mailbox must be named at which the organisation is reached."),
            citation=citations.NGO_LAW,
        )
    return finding(
        "contact-missing",
        N_("The record does not say how the organisation is reached."),
        citation=citations.NGO_LAW,
        rule="organisation.contact",
        pointer="/contact",
        severity=WARNING,
    )


def _require_municipality(slug: str, ctx: Context) -> None:
    found = ctx.reference("register", InstitutionRegister).institutions.get(slug)
    if found is None or found.kind != Kind.MUNICIPALITY or found.sandbox:
        raise InvalidValue("/municipality", N_("No municipality has the slug {slug}."), slug=slug)
    if found.state is not InstitutionState.ACTIVE and not ctx.imported:
        raise InvalidValue("/municipality", N_("{slug} is no longer active: {state}."), slug=slug, state=found.state)
