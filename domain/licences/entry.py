"""The entry of a licence in the national log: what buyers in every institution decide by."""

from typing import Self
from uuid import UUID

from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.kernel.message import N_
from domain.licences.commands import EnterLicence, NoteLicenceChange, RelyOnLicence
from domain.licences.events import LicenceEntered, LicenceEntryChanged, LicenceReliedOn
from domain.licences.validity import Validity
from domain.licences.vocabulary import LicenceStage, Reliance
from domain.tenants.register import InstitutionRegister


def _institutions(_command: Command) -> UUID:
    return derived_id(InstitutionRegister.SINGLETON, NATIONAL_TENANT)


class LicenceEntry(Aggregate):
    """granted ↔ suspended → revoked or expired, as its issuer decided, and who relies on it.

    Its commands tell what has happened in other logs: they refuse nothing but what the entry knows already.
    """

    initial = LicenceEntered

    @classmethod
    @creates(EnterLicence, references={"institutions": (InstitutionRegister, _institutions)})
    def enter(cls, command: EnterLicence, ctx: Context, stream_id: UUID) -> Self:
        """Always."""
        ctx.tenant.require_national()
        known = ctx.reference("institutions", InstitutionRegister).institutions.values()
        slug = next((one.slug for one in known if one.tenant_id == command.tenant_id), None)
        if slug is None:
            raise InvalidValue("/tenant_id", N_("The register has no such institution."))
        event = LicenceEntered(
            organisation_id=command.organisation_id,
            institution=slug,
            tenant_id=command.tenant_id,
            licence_id=command.licence_id,
            service=command.service,
            term=command.term,
            decision_no=command.decision_no,
            event_id=command.event_id,
            origin=command.origin,
        )
        return cls.begin(ctx, stream_id, event)

    @decides(NoteLicenceChange)
    def note(self, command: NoteLicenceChange, ctx: Context) -> None:
        """Each event of the issuer's log once, also where a restored log tells it from another epoch."""
        if command.event_id in self.told:
            raise IllegalTransition(state=self.status, command=command.name)
        event = LicenceEntryChanged(
            organisation_id=self.organisation_id,
            status=command.status,
            since=command.since,
            event_id=command.event_id,
            origin=command.origin,
            decision_no=command.decision_no,
            reason=command.reason,
            term=command.term,
            relied_on_by=self.relied_on_by,
        )
        self.trigger(ctx, event)

    @decides(RelyOnLicence)
    def rely(self, command: RelyOnLicence, ctx: Context) -> None:
        """Each contract once."""
        if command.reliance in self.relied_on_by:
            raise IllegalTransition(state="relied_on", command=command.name)
        event = LicenceReliedOn(
            organisation_id=self.organisation_id,
            reliance=command.reliance,
            status=self.status,
            since=self.since,
            origin=self.origin,
        )
        self.trigger(ctx, event)

    @applies(LicenceEntered)
    def _entered(self, event: LicenceEntered) -> None:
        self.organisation_id, self.institution = event.organisation_id, event.institution
        self.tenant_id, self.licence_id, self.service = event.tenant_id, event.licence_id, event.service
        self.validity = Validity(terms=(event.term,))
        self.status, self.since, self.origin = LicenceStage.GRANTED, event.term.valid_from, event.origin
        self.told: frozenset[UUID] = frozenset({event.event_id})
        self.relied_on_by: tuple[Reliance, ...] = ()

    @applies(LicenceEntryChanged)
    def _changed(self, event: LicenceEntryChanged) -> None:
        self.status, self.since, self.origin = event.status, event.since, event.origin
        self.told |= {event.event_id}
        self.validity = self.validity.changed(event.status, event.since, event.origin, event.term)

    @applies(LicenceReliedOn)
    def _relied_on(self, event: LicenceReliedOn) -> None:
        self.relied_on_by = (*self.relied_on_by, event.reliance)
