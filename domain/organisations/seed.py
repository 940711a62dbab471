"""Two organisations to try Pakt as, verified and represented: their first events, as commands with ids of their own."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.ids import NATIONAL_SLUG, derived_id
from domain.kernel.text import Title, title
from domain.kernel.vocabulary import Contact
from domain.organisations.commands import (
    ClaimOrganisation,
    MandateRepresentative,
    RecordCertificate,
    RecordOfficer,
    VerifyOrganisation,
)
from domain.organisations.vocabulary import CertificateKind, Identifier, LegalForm, Position, Scheme
from domain.tenants.seed import AUDITS_TO, DEMO_ORGANISATION, MANDATES_FROM, DemoPerson, SeedCommand

_BASIS = "Demonstration, decision 1/2017"


class DemoOrganisation(msgspec.Struct, frozen=True):
    """An organisation with one officer and one representative; `role` is what its representative signs in as."""

    organisation_id: UUID
    role: str
    legal_name: Title
    legal_form: LegalForm
    municipality: str
    numbers: tuple[str, str]
    representative: str
    officer: str
    certified_until: date = AUDITS_TO

    @property
    def person(self) -> DemoPerson:
        """The representative, who holds a mandate in every institution."""
        return DemoPerson("", self.role, derived_id("demo", self.role), self.representative, self.organisation_id)


DEMO_ORGANISATIONS = (
    DemoOrganisation(
        organisation_id=DEMO_ORGANISATION,
        role="active_youth",
        legal_name=title(sq="Rinia Aktive", sr="Aktivna omladina", en="Active Youth"),
        legal_form=LegalForm.ASSOCIATION,
        municipality="prizren",
        numbers=("5110001-1", "600000101"),
        representative="Dafina Gashi",
        officer="Valon Morina",
    ),
    DemoOrganisation(
        organisation_id=derived_id("demo", "organisation", "new bridge"),
        role="new_bridge",
        legal_name=title(sq="Ura e Re", sr="Novi most", en="New Bridge"),
        legal_form=LegalForm.FOUNDATION,
        municipality="gracanice",
        numbers=("5110002-2", "600000102"),
        representative="Jelena Nikolić",
        officer="Marko Petrović",
    ),
)


def representatives() -> tuple[DemoPerson, ...]:
    """Whom to sign in as to act for a demo organisation."""
    return tuple(one.person for one in DEMO_ORGANISATIONS)


def organisation_seed() -> Iterator[SeedCommand]:
    """Claimed, verified, certified, and represented; in the national log, after the institutions."""
    for one in DEMO_ORGANISATIONS:
        for n, command in enumerate(_story(one)):
            command_id = derived_id("seed", NATIONAL_SLUG, "organisation", one.organisation_id, n)
            yield SeedCommand(NATIONAL_SLUG, one.organisation_id, command, command_id)


def _story(one: DemoOrganisation) -> Iterator[Command]:
    ngo, fiscal = one.numbers
    proved = (Identifier(Scheme.NGO, ngo), Identifier(Scheme.FISCAL, fiscal))
    yield ClaimOrganisation(
        legal_name=one.legal_name,
        legal_form=one.legal_form,
        municipality=one.municipality,
        identifiers=proved,
        contact=Contact(office="Zyra / Kancelarija", email=f"{one.role}@organisation.example"),
    )
    yield VerifyOrganisation(decision_no=_BASIS, identifiers=proved)
    for kind in CertificateKind:
        yield RecordCertificate(
            kind=kind, number=f"{kind}-{ngo}", issued_on=MANDATES_FROM, valid_until=one.certified_until
        )
    yield RecordOfficer(
        person_id=derived_id("demo", one.role, "chair"),
        full_name=one.officer,
        position=Position.CHAIR,
        since=MANDATES_FROM,
    )
    yield MandateRepresentative(
        person_id=one.person.person_id,
        full_name=one.representative,
        email=f"{one.role}@person.example",
        legal_basis="Statuti / Statut",
        valid_from=MANDATES_FROM,
    )
