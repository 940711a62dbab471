"""The state of an organisation: how each event changes it, and what every decision asks of it."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import msgspec

from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.organisations.events import (
    CertificateRecorded,
    CertificateRevoked,
    ClaimRefused,
    MembershipEnded,
    MembershipRecorded,
    OfficerEnded,
    OfficerRecorded,
    OrganisationAbsorbed,
    OrganisationAmended,
    OrganisationClaimed,
    OrganisationMerged,
    OrganisationReinstated,
    OrganisationRemoved,
    OrganisationSuspended,
    OrganisationVerified,
    PublicBenefitEnded,
    PublicBenefitGranted,
    RepresentativeMandated,
    RepresentativeRevoked,
)
from domain.organisations.vocabulary import (
    Certificate,
    Holdings,
    Identifier,
    Membership,
    Officer,
    PublicBenefit,
    Stage,
    share_a_day,
)

REGISTERED = (Stage.VERIFIED, Stage.SUSPENDED)
"""Entries of the register that are neither claims nor at their end."""
LIVING = (Stage.CLAIMED, *REGISTERED)
_REGISTRARS = frozenset({Role.REGISTRAR, Role.OGG_SUPERVISOR, Role.SEED, Role.IMPORTER})


class Representative(msgspec.Struct, frozen=True):
    """A person's mandate to act for the organisation; both days are within."""

    mandate_id: UUID
    person_id: UUID
    legal_basis: str
    valid_from: date
    valid_to: date | None = None

    def overlaps(self, other: "Representative") -> bool:
        """Whether both hold on some day."""
        return share_a_day((self.valid_from, self.valid_to), (other.valid_from, other.valid_to))


class OrganisationState(Aggregate):
    """What an organisation remembers. `stood` are its stages with their instants, the earliest first.

    `officers_since`: when the register came to hold the entry, whatever days it tells of. `mandated`: of each mandate
    that was ever given, to whom and when; `representatives` are those that stand.
    """

    @applies(OrganisationClaimed)
    def _claimed(self, event: OrganisationClaimed) -> None:
        self.organisation_id = event.organisation_id
        self.legal_name, self.legal_form, self.municipality = event.legal_name, event.legal_form, event.municipality
        self.identifiers: tuple[Identifier, ...] = event.identifiers
        self.contact = event.contact
        self.claimant_id = event.claimant_id
        self.stage = Stage.CLAIMED
        self.stood: tuple[tuple[datetime, Stage], ...] = ((event.occurred_at, Stage.CLAIMED),)
        self.certificates: dict[UUID, Certificate] = {}
        self.public_benefit: dict[UUID, PublicBenefit] = {}
        self.officers: dict[UUID, Officer] = {}
        self.officers_since: dict[UUID, datetime] = {}
        self.memberships: tuple[Membership, ...] = ()
        self.representatives: dict[UUID, Representative] = {}
        self.mandated: dict[UUID, tuple[UUID, datetime]] = {}
        self.merged_into: UUID | None = None
        self.absorbed: tuple[UUID, ...] = ()

    @applies(OrganisationAmended)
    def _amended(self, event: OrganisationAmended) -> None:
        self.legal_name = event.legal_name or self.legal_name
        self.legal_form = event.legal_form or self.legal_form
        self.municipality = event.municipality or self.municipality
        self.contact = event.contact or self.contact
        if event.identifiers is not None:
            self.identifiers = event.identifiers

    @applies(OrganisationVerified)
    def _verified(self, event: OrganisationVerified) -> None:
        self.identifiers = event.identifiers
        self._stand(Stage.VERIFIED, event.occurred_at)

    @applies(ClaimRefused)
    def _refused(self, event: ClaimRefused) -> None:
        self._stand(Stage.REFUSED, event.occurred_at)

    @applies(OrganisationSuspended)
    def _suspended(self, event: OrganisationSuspended) -> None:
        self._stand(Stage.SUSPENDED, event.occurred_at)

    @applies(OrganisationReinstated)
    def _reinstated(self, event: OrganisationReinstated) -> None:
        self._stand(Stage.VERIFIED, event.occurred_at)

    @applies(OrganisationRemoved)
    def _removed(self, event: OrganisationRemoved) -> None:
        self._stand(Stage.REMOVED, event.occurred_at)

    @applies(OrganisationMerged)
    def _merged(self, event: OrganisationMerged) -> None:
        self.merged_into = event.into
        self._stand(Stage.MERGED, event.occurred_at)

    @applies(OrganisationAbsorbed)
    def _absorbed(self, event: OrganisationAbsorbed) -> None:
        taken = event.holdings
        self.absorbed = (*self.absorbed, event.merged_id, *taken.absorbed)
        self.identifiers = tuple(dict.fromkeys((*self.identifiers, *taken.identifiers)))
        self.certificates |= {one.certificate_id: one for one in taken.certificates}
        self.public_benefit |= {one.status_id: one for one in taken.public_benefit}
        self.officers |= {one.officer_id: one for one in taken.officers}
        self.officers_since |= {one.officer_id: event.occurred_at for one in taken.officers}
        self.memberships = tuple(dict.fromkeys((*self.memberships, *taken.memberships)))

    @applies(CertificateRecorded)
    def _certified(self, event: CertificateRecorded) -> None:
        self.certificates[event.certificate.certificate_id] = event.certificate

    @applies(CertificateRevoked)
    def _certificate_revoked(self, event: CertificateRevoked) -> None:
        old = self.certificates[event.certificate_id]
        self.certificates[event.certificate_id] = msgspec.structs.replace(old, revoked_on=event.revoked_on)

    @applies(PublicBenefitGranted)
    def _benefit_granted(self, event: PublicBenefitGranted) -> None:
        self.public_benefit[event.status.status_id] = event.status

    @applies(PublicBenefitEnded)
    def _benefit_ended(self, event: PublicBenefitEnded) -> None:
        old = self.public_benefit[event.status_id]
        self.public_benefit[event.status_id] = msgspec.structs.replace(old, valid_until=event.last_day)

    @applies(OfficerRecorded)
    def _officer_recorded(self, event: OfficerRecorded) -> None:
        self.officers[event.officer.officer_id] = event.officer
        self.officers_since[event.officer.officer_id] = event.occurred_at

    @applies(OfficerEnded)
    def _officer_ended(self, event: OfficerEnded) -> None:
        old = self.officers[event.officer_id]
        self.officers[event.officer_id] = msgspec.structs.replace(old, until=event.until)

    @applies(MembershipRecorded)
    def _joined(self, event: MembershipRecorded) -> None:
        self.memberships = (*self.memberships, event.membership)

    @applies(MembershipEnded)
    def _left(self, event: MembershipEnded) -> None:
        self.memberships = tuple(
            msgspec.structs.replace(one, until=event.until)
            if one.network == event.network and one.until is None
            else one
            for one in self.memberships
        )

    @applies(RepresentativeMandated)
    def _mandated(self, event: RepresentativeMandated) -> None:
        self.representatives[event.mandate_id] = Representative(
            event.mandate_id, event.person_id, event.legal_basis, event.valid_from, event.valid_to
        )
        self.mandated[event.mandate_id] = event.person_id, event.occurred_at

    @applies(RepresentativeRevoked)
    def _mandate_revoked(self, event: RepresentativeRevoked) -> None:
        del self.representatives[event.mandate_id]

    def ties(self) -> Iterator[tuple[UUID, UUID, datetime]]:
        """Offices and mandates, ended ones too: the entry's id, whose it is, and when the register came to hold it."""
        for officer_id, officer in self.officers.items():
            yield officer_id, officer.person_id, self.officers_since[officer_id]
        for mandate_id, (person_id, since) in self.mandated.items():
            yield mandate_id, person_id, since

    def require(self, command: Command, *stages: Stage) -> None:
        """Refuse the command unless the organisation stands in one of these stages."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def require_own(self, command: Command, ctx: Context) -> None:
        """Refuse all but registrars, whoever acts for the organisation, and the claimant of what is still a claim."""
        claims = self.stage is Stage.CLAIMED and ctx.actor == self.claimant_id
        if not (is_registrar(ctx) or claims or ctx.mandate.acts_for(self.organisation_id)):
            raise NotPermitted(command.name, ("claimant", str(Role.CSO_DELEGATE), str(Role.REGISTRAR)))

    def holdings(self) -> Holdings:
        """What another entry takes over of this one; what a claim says of identifiers was never proved."""
        return Holdings(
            identifiers=() if self.stage is Stage.CLAIMED else self.identifiers,
            certificates=tuple(self.certificates.values()),
            public_benefit=tuple(self.public_benefit.values()),
            officers=tuple(self.officers.values()),
            memberships=self.memberships,
            absorbed=self.absorbed,
        )

    def _stand(self, stage: Stage, at: datetime) -> None:
        self.stage = stage
        self.stood = (*self.stood, (at, stage))


def is_registrar(ctx: Context) -> bool:
    """Whether the decision is taken by those who keep the register."""
    return ctx.mandate.role in _REGISTRARS


def require_period(since: date, until: date | None, pointer: str) -> None:
    """Raises: InvalidValue where a period ends before it begins."""
    if until is not None and until < since:
        raise InvalidValue(pointer, N_("The period ends before it begins."))
