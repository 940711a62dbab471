"""The register of organisations: one row an entry, with all that it showed and every decision on it.

Who claimed it, holds an office or acts for it is in here by id alone; names are sealed beside the events.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Contact
from domain.organisations import events as e
from domain.organisations.vocabulary import Certificate, Identifier, Membership, Officer, PublicBenefit, Stage
from infra.eventstore.codec import decode_metadata
from projections.read_model import ReadModel, Stored, folds
from projections.searching import searchable

S = TypeVar("S", bound=msgspec.Struct)


class Ruling(msgspec.Struct, frozen=True):
    """A decision on the entry: `made` it verified, refused, suspended, reinstated, removed, merged or amended."""

    made: str
    decision_no: str
    at: datetime
    reason: Text | None = None


class Tenure(msgspec.Struct, frozen=True):
    """An office and its days, without the person."""

    position: str
    since: date
    until: date | None = None


class Representative(msgspec.Struct, frozen=True):
    """A person's mandate to act for the organisation; `revoked_at` where it ended before its time."""

    mandate_id: UUID
    person_id: UUID
    legal_basis: str
    valid_from: date
    valid_to: date | None = None
    revoked_at: datetime | None = None


class OrganisationRow(msgspec.Struct, frozen=True):
    """An entry. `state` is claimed, refused, verified, suspended, removed or merged; `public` once it was verified.

    A merged entry is public, too: it leads to `merged_into`. `absorbed` are entries that went into this one, directly
    or by way of another. `numbers` are the letters and digits of its identifiers.
    """

    tenant_id: int
    organisation_id: UUID
    state: str
    version: int
    legal_name: Title
    legal_form: str
    municipality: str
    claimed_at: datetime
    changed_at: datetime
    searched: str = ""
    numbers: tuple[str, ...] = ()
    public: bool = False
    identifiers: tuple[Identifier, ...] = ()
    contact: Contact | None = None
    claimant_id: UUID | None = None
    verified_at: datetime | None = None
    certificates: tuple[Certificate, ...] = ()
    public_benefit: tuple[PublicBenefit, ...] = ()
    officers: tuple[Officer, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    memberships: tuple[Membership, ...] = ()
    representatives: tuple[Representative, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    merged_into: UUID | None = None
    absorbed: tuple[UUID, ...] = ()
    findings: tuple[Finding, ...] = ()
    source: str = ""
    source_id: str = ""


Row = OrganisationRow


class OrganisationRegister(ReadModel[OrganisationRow]):
    """Folds organisations in the national log."""

    name = "organisation_register"
    table = "organisation_register"
    row = OrganisationRow
    key = ("organisation_id",)
    kept = True
    only_tenant = NATIONAL_TENANT

    def followed(self, row: Row, event: Stored, told: Event) -> Row:
        """With what is found by searching."""
        return replace(
            super().followed(row, event, told),
            numbers=tuple(dict.fromkeys(one.plain for one in row.identifiers)),
            searched=searchable(row.legal_name, " ".join(one.value for one in row.identifiers), row.source_id),
            tenures=tuple(Tenure(one.position, one.since, one.until) for one in row.officers),
        )

    @folds(e.OrganisationClaimed, begins=True)
    def claimed(self, _row: None, event: Stored, told: e.OrganisationClaimed) -> Row:
        """A new entry, which is nobody's business but its claimant's and the registrar's yet."""
        metadata = decode_metadata(event.metadata)
        return Row(
            tenant_id=event.tenant_id,
            organisation_id=event.stream_id,
            state=Stage.CLAIMED,
            version=event.version,
            legal_name=told.legal_name,
            legal_form=told.legal_form,
            municipality=told.municipality,
            claimed_at=event.occurred_at,
            changed_at=event.occurred_at,
            identifiers=told.identifiers,
            contact=told.contact,
            claimant_id=told.claimant_id,
            findings=told.findings,
            source=metadata.source,
            source_id=metadata.source_id,
        )

    @folds(e.OrganisationAmended)
    def amended(self, row: Row, event: Stored, told: e.OrganisationAmended) -> Row:
        """What is None stays."""
        changed = replace(
            row,
            legal_name=told.legal_name or row.legal_name,
            legal_form=told.legal_form or row.legal_form,
            municipality=told.municipality or row.municipality,
            identifiers=row.identifiers if told.identifiers is None else told.identifiers,
            contact=told.contact or row.contact,
            findings=row.findings if told.identifiers is None else told.findings,
        )
        return changed if told.decision_no is None else _ruled(changed, "amended", event, told.decision_no)

    @folds(e.OrganisationVerified)
    def verified(self, row: Row, event: Stored, told: e.OrganisationVerified) -> Row:
        """In the register, for everybody to see."""
        entered = replace(
            row,
            state=Stage.VERIFIED,
            public=True,
            verified_at=event.occurred_at,
            identifiers=told.identifiers,
            findings=told.findings,
        )
        return _ruled(entered, "verified", event, told.decision_no)

    @folds(e.ClaimRefused)
    def refused(self, row: Row, event: Stored, told: e.ClaimRefused) -> Row:
        """No entry came of the claim."""
        return _ruled(replace(row, state=Stage.REFUSED), "refused", event, told.decision_no, told.reason)

    @folds(e.OrganisationSuspended)
    def suspended(self, row: Row, event: Stored, told: e.OrganisationSuspended) -> Row:
        """No money until it is reinstated."""
        return _ruled(replace(row, state=Stage.SUSPENDED), "suspended", event, told.decision_no, told.reason)

    @folds(e.OrganisationReinstated)
    def reinstated(self, row: Row, event: Stored, told: e.OrganisationReinstated) -> Row:
        """As before."""
        return _ruled(replace(row, state=Stage.VERIFIED), "reinstated", event, told.decision_no, told.reason)

    @folds(e.OrganisationRemoved)
    def removed(self, row: Row, event: Stored, told: e.OrganisationRemoved) -> Row:
        """Off the register; what it was stays readable."""
        return _ruled(replace(row, state=Stage.REMOVED), "removed", event, told.decision_no, told.reason)

    @folds(e.OrganisationMerged)
    def merged(self, row: Row, event: Stored, told: e.OrganisationMerged) -> Row:
        """It leads to another entry."""
        gone = replace(row, state=Stage.MERGED, public=True, merged_into=told.into)
        return _ruled(gone, "merged", event, told.decision_no)

    @folds(e.OrganisationAbsorbed)
    def absorbed(self, row: Row, _event: Stored, told: e.OrganisationAbsorbed) -> Row:
        """What stood there stands here."""
        taken = told.holdings
        return replace(
            row,
            absorbed=(*row.absorbed, told.merged_id, *taken.absorbed),
            identifiers=_joined(row.identifiers, taken.identifiers),
            certificates=_joined(row.certificates, taken.certificates),
            public_benefit=_joined(row.public_benefit, taken.public_benefit),
            officers=_joined(row.officers, taken.officers),
            memberships=_joined(row.memberships, taken.memberships),
        )

    @folds(e.CertificateRecorded)
    def certified(self, row: Row, _event: Stored, told: e.CertificateRecorded) -> Row:
        """One more certificate."""
        return replace(row, certificates=(*row.certificates, told.certificate))

    @folds(e.CertificateRevoked)
    def certificate_revoked(self, row: Row, _event: Stored, told: e.CertificateRevoked) -> Row:
        """It shows nothing any more."""
        is_it, change = _is("certificate_id", told.certificate_id), _set(revoked_on=told.revoked_on)
        return replace(row, certificates=_changed(row.certificates, is_it, change))

    @folds(e.PublicBenefitGranted)
    def benefit_granted(self, row: Row, _event: Stored, told: e.PublicBenefitGranted) -> Row:
        """One more time of the status."""
        return replace(row, public_benefit=(*row.public_benefit, told.status))

    @folds(e.PublicBenefitEnded)
    def benefit_ended(self, row: Row, _event: Stored, told: e.PublicBenefitEnded) -> Row:
        """Its last day is known."""
        is_it, change = _is("status_id", told.status_id), _set(valid_until=told.last_day)
        return replace(row, public_benefit=_changed(row.public_benefit, is_it, change))

    @folds(e.OfficerRecorded)
    def officer_recorded(self, row: Row, _event: Stored, told: e.OfficerRecorded) -> Row:
        """One more officer."""
        return replace(row, officers=(*row.officers, told.officer))

    @folds(e.OfficerEnded)
    def officer_ended(self, row: Row, _event: Stored, told: e.OfficerEnded) -> Row:
        """The last day in office is known."""
        is_it, change = _is("officer_id", told.officer_id), _set(until=told.until)
        return replace(row, officers=_changed(row.officers, is_it, change))

    @folds(e.MembershipRecorded)
    def joined(self, row: Row, _event: Stored, told: e.MembershipRecorded) -> Row:
        """One more membership."""
        return replace(row, memberships=(*row.memberships, told.membership))

    @folds(e.MembershipEnded)
    def left(self, row: Row, _event: Stored, told: e.MembershipEnded) -> Row:
        """The membership that went on ends."""

        def goes_on(one: Membership) -> bool:
            return one.network == told.network and one.until is None

        return replace(row, memberships=_changed(row.memberships, goes_on, _set(until=told.until)))

    @folds(e.RepresentativeMandated)
    def mandated(self, row: Row, _event: Stored, told: e.RepresentativeMandated) -> Row:
        """One more person may act for it."""
        given = Representative(told.mandate_id, told.person_id, told.legal_basis, told.valid_from, told.valid_to)
        return replace(row, representatives=(*row.representatives, given))

    @folds(e.RepresentativeRevoked)
    def mandate_revoked(self, row: Row, event: Stored, told: e.RepresentativeRevoked) -> Row:
        """One person less."""
        is_it, change = _is("mandate_id", told.mandate_id), _set(revoked_at=event.occurred_at)
        return replace(row, representatives=_changed(row.representatives, is_it, change))


def _ruled(row: Row, made: str, event: Stored, decision_no: str, reason: Text | None = None) -> Row:
    return replace(row, rulings=(*row.rulings, Ruling(made, decision_no, event.occurred_at, reason)))


def _joined(held: tuple[S, ...], taken: tuple[S, ...]) -> tuple[S, ...]:
    return tuple(dict.fromkeys((*held, *taken)))


def _changed(held: tuple[S, ...], is_it: Callable[[S], bool], change: Callable[[S], S]) -> tuple[S, ...]:
    return tuple(change(one) if is_it(one) else one for one in held)


def _is(key: str, value: UUID) -> Callable[[msgspec.Struct], bool]:
    return lambda one: bool(getattr(one, key) == value)


def _set(**fields: object) -> Callable[[S], S]:
    return lambda one: replace(one, **fields)
