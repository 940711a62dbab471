"""What became true of organisations; stored names are `organisations.<Event>.v1`. All in the national log.

Each carries `organisation:<id>`, so that whoever decides about money reads everything about one organisation. Those
that decide who may act for it govern, too. Officers and representatives are named by id alone.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.governing import GOVERNS
from domain.kernel.text import Line, Slug, Text, Title
from domain.kernel.vocabulary import Contact, DecisionNo
from domain.organisations.vocabulary import (
    Certificate,
    Holdings,
    Identifier,
    LegalForm,
    Membership,
    Officer,
    PublicBenefit,
)


def organisation_tag(organisation_id: UUID) -> str:
    """Boundary of everything that is on record about one organisation."""
    return f"organisation:{organisation_id}"


def identifier_tags(identifiers: Iterable[Identifier]) -> tuple[str, ...]:
    """Boundaries of identifiers: of each, one verified organisation may have it."""
    return tuple(dict.fromkeys(f"identifier:{one.scheme}:{one.plain}" for one in identifiers))


class OrganisationEvent(Event, frozen=True, kw_only=True):
    """An event of an organisation's own stream, whose id is `organisation_id`."""

    organisation_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation."""
        return (organisation_tag(self.organisation_id),)


class _Representation(OrganisationEvent, frozen=True, kw_only=True):
    """An event on which it depends who may act for the organisation."""

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation; and it governs."""
        return (organisation_tag(self.organisation_id), GOVERNS)


class OrganisationClaimed(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody said that the organisation exists; nothing is proved yet.

    `claimant_id` is None on history recorded elsewhere, and for demonstration. `findings` say which identifier looks
    odd or is another's.
    """

    TOPIC = "organisations.OrganisationClaimed.v1"

    organisation_id: UUID
    legal_name: Title
    legal_form: LegalForm
    municipality: Slug
    identifiers: tuple[Identifier, ...] = ()
    contact: Contact | None = None
    claimant_id: UUID | None = None
    findings: tuple[Finding, ...] = ()

    def tags(self) -> tuple[str, ...]:
        """The boundary of the organisation."""
        return (organisation_tag(self.organisation_id),)


class OrganisationAmended(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Facts were changed; None means unchanged. `former_identifiers` are those that were given up."""

    TOPIC = "organisations.OrganisationAmended.v1"

    legal_name: Title | None = None
    legal_form: LegalForm | None = None
    municipality: Slug | None = None
    identifiers: tuple[Identifier, ...] | None = None
    former_identifiers: tuple[Identifier, ...] = ()
    contact: Contact | None = None
    decision_no: DecisionNo | None = None
    findings: tuple[Finding, ...] = ()

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the organisation and of identifiers that changed by a decision."""
        changed = (*(self.identifiers or ()), *self.former_identifiers) if self.decision_no else ()
        return (organisation_tag(self.organisation_id), *identifier_tags(changed))


class _Identified(OrganisationEvent, frozen=True, kw_only=True):
    """An event by which identifiers are taken, given up or passed on."""

    identifiers: tuple[Identifier, ...]

    def tags(self) -> tuple[str, ...]:
        """The boundaries of the organisation and of each identifier."""
        return (organisation_tag(self.organisation_id), *identifier_tags(self.identifiers))


class OrganisationVerified(_Identified, frozen=True, kw_only=True, omit_defaults=True):
    """The organisation stands in the register, known by the identifiers that were proved."""

    TOPIC = "organisations.OrganisationVerified.v1"

    decision_no: DecisionNo
    findings: tuple[Finding, ...] = ()


class ClaimRefused(OrganisationEvent, frozen=True, kw_only=True):
    """The claim was not proved; there is no such entry."""

    TOPIC = "organisations.ClaimRefused.v1"

    decision_no: DecisionNo
    reason: Text


class OrganisationSuspended(_Representation, frozen=True, kw_only=True):
    """No award, no payment, and nobody acts for it until it is reinstated."""

    TOPIC = "organisations.OrganisationSuspended.v1"

    decision_no: DecisionNo
    reason: Text


class OrganisationReinstated(_Representation, frozen=True, kw_only=True):
    """The suspension is over."""

    TOPIC = "organisations.OrganisationReinstated.v1"

    decision_no: DecisionNo
    reason: Text


class OrganisationRemoved(_Identified, frozen=True, kw_only=True):
    """The organisation is off the register for ever; its identifiers are free."""

    TOPIC = "organisations.OrganisationRemoved.v1"

    decision_no: DecisionNo
    reason: Text

    def tags(self) -> tuple[str, ...]:
        """As of everything that tells of identifiers; and nobody represents it any more."""
        return (*_Identified.tags(self), GOVERNS)


class OrganisationMerged(OrganisationEvent, frozen=True, kw_only=True):
    """This entry and `into` are one organisation: `holdings` are found under `into` from here on."""

    TOPIC = "organisations.OrganisationMerged.v1"

    into: UUID
    decision_no: DecisionNo
    holdings: Holdings

    def tags(self) -> tuple[str, ...]:
        """Of the organisation and the identifiers that it passes on; and nobody represents it any more."""
        return (organisation_tag(self.organisation_id), *identifier_tags(self.holdings.identifiers), GOVERNS)


class OrganisationAbsorbed(OrganisationEvent, frozen=True, kw_only=True, omit_defaults=True):
    """What stood under `merged_id` stands here; `onward` is set where this entry went into another one meanwhile."""

    TOPIC = "organisations.OrganisationAbsorbed.v1"

    merged_id: UUID
    holdings: Holdings
    onward: UUID | None = None


class CertificateRecorded(OrganisationEvent, frozen=True, kw_only=True):
    """The organisation showed a certificate."""

    TOPIC = "organisations.CertificateRecorded.v1"

    certificate: Certificate


class CertificateRevoked(OrganisationEvent, frozen=True, kw_only=True):
    """The certificate shows nothing any more from `revoked_on` on."""

    TOPIC = "organisations.CertificateRevoked.v1"

    certificate_id: UUID
    revoked_on: date
    reason: Text


class PublicBenefitGranted(OrganisationEvent, frozen=True, kw_only=True):
    """The organisation has public-benefit status for a time."""

    TOPIC = "organisations.PublicBenefitGranted.v1"

    status: PublicBenefit


class PublicBenefitEnded(OrganisationEvent, frozen=True, kw_only=True):
    """The last day of a public-benefit status was set by a decision."""

    TOPIC = "organisations.PublicBenefitEnded.v1"

    status_id: UUID
    decision_no: DecisionNo
    last_day: date


class OfficerRecorded(OrganisationEvent, frozen=True, kw_only=True):
    """A person holds an office; the name is sealed under the person's own key."""

    TOPIC = "organisations.OfficerRecorded.v1"

    officer: Officer


class OfficerEnded(OrganisationEvent, frozen=True, kw_only=True):
    """The last day in an office was set."""

    TOPIC = "organisations.OfficerEnded.v1"

    officer_id: UUID
    until: date


class MembershipRecorded(OrganisationEvent, frozen=True, kw_only=True):
    """The organisation is a member of a network."""

    TOPIC = "organisations.MembershipRecorded.v1"

    membership: Membership


class MembershipEnded(OrganisationEvent, frozen=True, kw_only=True):
    """The last day of the current membership in a network was set."""

    TOPIC = "organisations.MembershipEnded.v1"

    network: str
    until: date


class RepresentativeMandated(_Representation, frozen=True, kw_only=True, omit_defaults=True):
    """A person may act for the organisation everywhere from the first to the last day, both within, days in Kosovo.

    Name and address are sealed under the person's own key.
    """

    TOPIC = "organisations.RepresentativeMandated.v1"

    mandate_id: UUID
    person_id: UUID
    legal_basis: Line
    valid_from: date
    valid_to: date | None = None


class RepresentativeRevoked(_Representation, frozen=True, kw_only=True):
    """A representative's mandate ended before its time; the reason speaks of a person and is sealed."""

    TOPIC = "organisations.RepresentativeRevoked.v1"

    mandate_id: UUID


EVENTS: tuple[type[Event], ...] = (
    OrganisationClaimed,
    OrganisationAmended,
    OrganisationVerified,
    ClaimRefused,
    OrganisationSuspended,
    OrganisationReinstated,
    OrganisationRemoved,
    OrganisationMerged,
    OrganisationAbsorbed,
    CertificateRecorded,
    CertificateRevoked,
    PublicBenefitGranted,
    PublicBenefitEnded,
    OfficerRecorded,
    OfficerEnded,
    MembershipRecorded,
    MembershipEnded,
    RepresentativeMandated,
    RepresentativeRevoked,
)
