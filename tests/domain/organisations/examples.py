"""Organisations with a past, for the tests of this domain and of those that rest on it."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact
from domain.organisations import events as e
from domain.organisations.identifiers import IdentifierHolders
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import (
    Certificate,
    CertificateKind,
    Identifier,
    LegalForm,
    Membership,
    Network,
    Officer,
    Position,
    PublicBenefit,
    Scheme,
)
from domain.tenants.commands import Kind
from domain.tenants.events import InstitutionDissolved, InstitutionRegistered, RegisterFounded
from domain.tenants.register import InstitutionRegister
from tests.support.given import ACTOR, NATIONAL, NOW, STREAM, built

CLAIMANT, PERSON, OTHER = (derived_id("test", name) for name in ("claimant", "officer", "other organisation"))
NAME = title(sq="Qendra për Rini", sr="Centar za mlade")
CONTACT = Contact(office="Zyra", email="zyra@qendra.example")
REASON = text(sq="Arsye", sr="Razlog", en="Reason")
NGO, FISCAL = Identifier(Scheme.NGO, "5112345-6"), Identifier(Scheme.FISCAL, "600123456")
DECISION = "Decision 4/2026"
TODAY = NOW.date()

REGISTER = built(
    InstitutionRegister,
    [
        RegisterFounded(),
        InstitutionRegistered(1, "opm", "OPM", Kind.NATIONAL, {}, ("sq", "sr")),
        InstitutionRegistered(10, "mflt", "MFLT", Kind.MINISTRY, {}, ("sq", "sr")),
        InstitutionRegistered(36, "prizren", "PZ", Kind.MUNICIPALITY, {}, ("sq", "sr", "tr")),
        InstitutionRegistered(37, "peje", "PE", Kind.MUNICIPALITY, {}, ("sq", "sr")),
        InstitutionRegistered(55, "sandbox-municipality", "S", Kind.MUNICIPALITY, {}, ("sq", "sr"), sandbox=True),
        InstitutionDissolved("peje", "Decision 1"),
    ],
)
REGISTRAR = Mandate(Role.REGISTRAR, "Appointment 3/2026")
ANYBODY = Mandate(Role.SIGNED_IN, "any person")
DELEGATE = Mandate(Role.CSO_DELEGATE, "Statute, Article 12", STREAM, derived_id("test", "mandate"))
STRANGER = Mandate(Role.CSO_DELEGATE, "Statute", OTHER, derived_id("test", "strangers mandate"))


def claimed(**changes: Any) -> e.OrganisationClaimed:
    """A claim by `CLAIMANT`."""
    facts: dict[str, Any] = {
        "organisation_id": STREAM,
        "legal_name": NAME,
        "legal_form": LegalForm.ASSOCIATION,
        "municipality": "prizren",
        "identifiers": (NGO, FISCAL),
        "contact": CONTACT,
        "claimant_id": CLAIMANT,
    }
    return e.OrganisationClaimed(**facts | changes)


def verified(organisation_id: UUID = STREAM, identifiers: tuple[Identifier, ...] = (NGO, FISCAL)) -> Event:
    """Its entry in the register."""
    return e.OrganisationVerified(organisation_id=organisation_id, identifiers=identifiers, decision_no=DECISION)


REGISTERED: tuple[Event, ...] = (claimed(), verified())
SUSPENDED = e.OrganisationSuspended(organisation_id=STREAM, decision_no=DECISION, reason=REASON)
REINSTATED = e.OrganisationReinstated(organisation_id=STREAM, decision_no=DECISION, reason=REASON)
REMOVED = e.OrganisationRemoved(organisation_id=STREAM, identifiers=(NGO, FISCAL), decision_no=DECISION, reason=REASON)
REFUSED = e.ClaimRefused(organisation_id=STREAM, decision_no=DECISION, reason=REASON)

TAX = Certificate(
    certificate_id=derived_id("test", "tax"),
    kind=CertificateKind.TAX,
    number="ATK-1",
    issued_on=date(2026, 2, 1),
    valid_until=date(2026, 4, 30),
)
STATUS = PublicBenefit(
    status_id=derived_id("test", "status"), decision_no=DECISION, valid_from=date(2025, 1, 1), valid_until=None
)
OFFICER = Officer(
    officer_id=derived_id("test", "office"), person_id=PERSON, position=Position.CHAIR, since=date(2025, 6, 1)
)
MEMBERSHIP = Membership(network=Network.CIVIKOS, since=date(2024, 1, 1))
CERTIFIED = e.CertificateRecorded(organisation_id=STREAM, certificate=TAX)
BENEFIT = e.PublicBenefitGranted(organisation_id=STREAM, status=STATUS)
IN_OFFICE = e.OfficerRecorded(organisation_id=STREAM, officer=OFFICER)
JOINED = e.MembershipRecorded(organisation_id=STREAM, membership=MEMBERSHIP)


def mandated(person_id: UUID = PERSON, *, valid_to: date | None = None, **changes: Any) -> e.RepresentativeMandated:
    """A representative's mandate from the beginning of the year."""
    facts: dict[str, Any] = {
        "organisation_id": STREAM,
        "mandate_id": derived_id("test", "representative", person_id),
        "person_id": person_id,
        "legal_basis": "Statute, Article 12",
        "valid_from": date(2026, 1, 1),
        "valid_to": valid_to,
    }
    return e.RepresentativeMandated(**facts | changes)


def national(**overrides: Any) -> dict[str, Any]:
    """What a decision in the national log knows: the register of institutions, and that every identifier is free."""
    known: dict[str, Any] = {
        "tenant": NATIONAL,
        "actor": ACTOR,
        "mandate": REGISTRAR,
        "references": {"register": REGISTER},
        "boundary": IdentifierHolders(),
    }
    return known | overrides


def standing(*events: Event, at: datetime = NOW - timedelta(days=1)) -> Standing:
    """The register's knowledge of `STREAM` after these events; the first begins the stream a minute after `at`."""
    known = Standing()
    for version, event in enumerate(events, 1):
        told = msgspec.structs.replace(event).stamp(STREAM, version, at + timedelta(minutes=version))
        known.apply(STREAM, told)
    return known


def good_standing(*others: Event) -> Standing:
    """A verified organisation with a tax certificate that is valid until the end of April 2026, and `others`."""
    return standing(*REGISTERED, CERTIFIED, *others)
