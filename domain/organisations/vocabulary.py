"""Words shared by the commands and events of organisations: code lists, identifiers, certificates, periods, offices."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.text import END

IdentifierValue = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=40,
        pattern=rf"^[0-9A-Za-z][0-9A-Za-z ./-]*{END}",
        description="An identifier as it is printed: letters, digits, dots, dashes and slashes",
    ),
]
CertificateNo = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=60,
        pattern=rf"^[0-9A-Za-z][0-9A-Za-z ./-]*{END}",
        description="Number of a certificate as it is printed",
    ),
]


Period = tuple[date, date | None]
"""First and last day, both within; None where it goes on."""


def share_a_day(one: Period, other: Period) -> bool:
    """Whether two periods have a day in common."""
    begins = max(one[0], other[0])
    return all(until is None or begins <= until for _, until in (one, other))


class Stage(StrEnum):
    """Where an organisation stands. `refused`, `removed` and `merged` are final."""

    CLAIMED = "claimed"
    REFUSED = "refused"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    MERGED = "merged"


class LegalForm(StrEnum):
    """The forms of Law No. 06/L-043, which added the institute."""

    ASSOCIATION = "association"
    FOUNDATION = "foundation"
    INSTITUTE = "institute"


class Scheme(StrEnum):
    """Lists that identifiers are from. No list of NGOs is published under org-id.guide, so `XK-NGO` is provisional."""

    NGO = "XK-NGO"
    FISCAL = "XK-FISCAL"


class CertificateKind(StrEnum):
    """What a certificate shows: that no tax is owed, or that the organisation is registered."""

    TAX = "tax"
    REGISTRATION = "registration"


class Position(StrEnum):
    """Offices that a person may hold in an organisation."""

    AUTHORISED_REPRESENTATIVE = "authorised_representative"
    CHAIR = "chair"
    BOARD_MEMBER = "board_member"
    EXECUTIVE_DIRECTOR = "executive_director"
    TREASURER = "treasurer"
    FOUNDER = "founder"
    OTHER = "other"


class Network(StrEnum):
    """Networks of organisations whose members the register knows."""

    CIVIKOS = "civikos"


class Identifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number by which a list knows the organisation, as it is printed."""

    scheme: Scheme
    value: IdentifierValue

    @property
    def plain(self) -> str:
        """What two ways of printing the same number have in common: its letters and digits."""
        return "".join(sign for sign in self.value.upper() if sign.isalnum())


Identifiers = Annotated[tuple[Identifier, ...], msgspec.Meta(max_length=len(Scheme))]
ProvedIdentifiers = Annotated[tuple[Identifier, ...], msgspec.Meta(min_length=1, max_length=len(Scheme))]


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A certificate, valid from `issued_on` to `valid_until`, both within; a revoked one up to the day before.

    None: a registration that does not end by itself.
    """

    certificate_id: UUID
    kind: CertificateKind
    number: CertificateNo
    issued_on: date
    valid_until: date | None = None
    revoked_on: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether it shows on that day what it was issued for."""
        ended = self.valid_until is not None and day > self.valid_until
        revoked = self.revoked_on is not None and day >= self.revoked_on
        return self.issued_on <= day and not ended and not revoked


class PublicBenefit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A time of public-benefit status by a decision; both days are within, None means that it goes on."""

    status_id: UUID
    decision_no: str
    valid_from: date
    valid_until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the organisation had the status on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def overlaps(self, since: date, until: date | None) -> bool:
        """Whether it holds on some day of that period."""
        return share_a_day((self.valid_from, self.valid_until), (since, until))


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A person in an office, by id alone; both days are within, None means that it goes on."""

    officer_id: UUID
    person_id: UUID
    position: Position
    since: date
    until: date | None = None

    def serves_on(self, day: date) -> bool:
        """Whether the person held the office on that day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def is_same_office(self, other: "Officer") -> bool:
        """Whether both are of the same person in the same position."""
        return (self.person_id, self.position) == (other.person_id, other.position)

    def overlaps(self, other: "Officer") -> bool:
        """Whether both hold on some day."""
        return share_a_day((self.since, self.until), (other.since, other.until))


class Membership(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Membership of the organisation in a network; both days are within, None means that it goes on."""

    network: Network
    since: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it was a member on that day."""
        return self.since <= day and (self.until is None or day <= self.until)

    def overlaps(self, other: "Membership") -> bool:
        """Whether both hold on some day."""
        return share_a_day((self.since, self.until), (other.since, other.until))


class Holdings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What the register holds of an organisation that goes into another one. `absorbed` went into it before."""

    identifiers: tuple[Identifier, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    public_benefit: tuple[PublicBenefit, ...] = ()
    officers: tuple[Officer, ...] = ()
    memberships: tuple[Membership, ...] = ()
    absorbed: tuple[UUID, ...] = ()
