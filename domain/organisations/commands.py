"""Commands on organisations; all of them in the national log."""

from datetime import date
from uuid import UUID

from domain.kernel.command import Command
from domain.kernel.text import Email, Line, Prose, Slug, Text, Title
from domain.kernel.vocabulary import Contact, DecisionNo
from domain.organisations.vocabulary import (
    CertificateKind,
    CertificateNo,
    Holdings,
    Identifiers,
    LegalForm,
    Network,
    Position,
    ProvedIdentifiers,
)


class ClaimOrganisation(Command, frozen=True, kw_only=True):
    """Say that an organisation exists and what it is called; whoever claims it may amend the claim until it is decided.

    `municipality` is the slug of its seat.
    """

    legal_name: Title
    legal_form: LegalForm
    municipality: Slug
    identifiers: Identifiers = ()
    contact: Contact | None = None


class AmendOrganisation(Command, frozen=True, kw_only=True):
    """Change what is given; None leaves it. After the verification all but the contact needs a decision."""

    legal_name: Title | None = None
    legal_form: LegalForm | None = None
    municipality: Slug | None = None
    identifiers: ProvedIdentifiers | None = None
    contact: Contact | None = None
    decision_no: DecisionNo | None = None


class VerifyOrganisation(Command, frozen=True, kw_only=True):
    """Enter a claimed organisation into the register, with the identifiers that were proved."""

    decision_no: DecisionNo
    identifiers: ProvedIdentifiers


class RefuseClaim(Command, frozen=True, kw_only=True):
    """End a claim that was not proved, and say why."""

    decision_no: DecisionNo
    reason: Text


class SuspendOrganisation(Command, frozen=True, kw_only=True):
    """Stop a verified organisation from getting money and from being acted for, and say why."""

    decision_no: DecisionNo
    reason: Text


class ReinstateOrganisation(Command, frozen=True, kw_only=True):
    """Lift a suspension."""

    decision_no: DecisionNo
    reason: Text


class RemoveOrganisation(Command, frozen=True, kw_only=True):
    """Take an organisation off the register for ever, and say why."""

    decision_no: DecisionNo
    reason: Text


class MergeOrganisation(Command, frozen=True, kw_only=True):
    """Decide that this entry and another are the same organisation: what stands here is found there from now on."""

    into: UUID
    decision_no: DecisionNo


class AbsorbOrganisation(Command, frozen=True, kw_only=True):
    """Take over what stood under an entry that was merged into this one; sent by the clock."""

    merged_id: UUID
    holdings: Holdings


class RecordCertificate(Command, frozen=True, kw_only=True):
    """Record a certificate that was shown. A tax certificate always ends; a registration may not."""

    kind: CertificateKind
    number: CertificateNo
    issued_on: date
    valid_until: date | None = None


class RevokeCertificate(Command, frozen=True, kw_only=True):
    """Say that from a day on a certificate shows nothing any more, and why."""

    certificate_id: UUID
    revoked_on: date
    reason: Text


class GrantPublicBenefit(Command, frozen=True, kw_only=True):
    """Record that the organisation has public-benefit status from a day on, by a decision."""

    decision_no: DecisionNo
    valid_from: date
    valid_until: date | None = None


class EndPublicBenefit(Command, frozen=True, kw_only=True):
    """Say which day is or was the last one of a public-benefit status, by a decision."""

    status_id: UUID
    decision_no: DecisionNo
    last_day: date


class RecordOfficer(Command, frozen=True, kw_only=True):
    """Record who holds an office. The name is sealed under the person's own key."""

    person_id: UUID
    full_name: Line
    position: Position
    since: date
    until: date | None = None


class EndOfficer(Command, frozen=True, kw_only=True):
    """Say which day is or was the last one in an office."""

    officer_id: UUID
    until: date


class RecordMembership(Command, frozen=True, kw_only=True):
    """Record that the organisation is a member of a network."""

    network: Network
    since: date
    until: date | None = None


class EndMembership(Command, frozen=True, kw_only=True):
    """Say which day is or was the last one of a membership."""

    network: Network
    until: date


class MandateRepresentative(Command, frozen=True, kw_only=True):
    """Let a person act for the organisation, in every institution, for a time, on a legal basis; both days are within.

    Name and address are sealed under the person's own key.
    """

    person_id: UUID
    full_name: Line
    email: Email
    legal_basis: Line
    valid_from: date
    valid_to: date | None = None


class RevokeRepresentative(Command, frozen=True, kw_only=True):
    """End a representative's mandate before its time."""

    mandate_id: UUID
    reason: Prose
