"""A programme, an issuer's keys, and certificates on two agreements, as the tests tell them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from domain.kernel.context import Mandate
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text, title
from domain.volunteering.certified import CertifiedHours
from domain.volunteering.commands import certificate as c
from domain.volunteering.events import certificate as e
from domain.volunteering.events import issuer as i
from domain.volunteering.events import programme as p
from domain.volunteering.events.hours import HoursCorrected, HoursTotalled
from domain.volunteering.events.volunteer import GuardianRecorded, VolunteerRegistered, volunteer_id
from domain.volunteering.holder import hashed_name
from domain.volunteering.hours_parts import ledger_id
from domain.volunteering.issuer_keys import RING, IssuerKeyRing
from domain.volunteering.programme import VolunteerProgramme
from domain.volunteering.programme_facts import ProgrammeFacts
from domain.volunteering.standing import VolunteerStanding
from domain.volunteering.vocabulary import AgeBand, Purpose, Traits
from tests.support.given import MINISTRY, NOW, built

COORDINATOR = Mandate(Role.VOLUNTEER_COORDINATOR, "Appointment 4/2026")
PERSON, NAME = derived_id("test", "volunteer"), "Vlora Berisha"
MOTHER = derived_id("test", "mother")
PROGRAMME, CERTIFICATE = derived_id("test", "programme"), derived_id("test", "certificate")
KITCHEN, LIBRARY = derived_id("test", "agreement"), derived_id("test", "second agreement")
KEYS = tuple(f"{n:02x}" * 32 for n in (1, 2, 3))
FACTS = ProgrammeFacts(
    title=title(sq="Ndihmë për të moshuarit", sr="Pomoć starijima"),
    criteria=text(sq="Së paku një ditë pune.", sr="Najmanje jedan radni dan."),
    skills=("care", "cooking"),
    min_minutes=480,
    valid_years=3,
)
ADOPTED = p.ProgrammeAdopted(facts=FACTS, decision_no="5/2026")
RETIRED = p.ProgrammeRetired(decision_no="6/2026")
MADE = i.IssuerKeyMade(KEYS[0])
ROTATED = i.IssuerKeyRotated(KEYS[1], KEYS[0], "yearly")
LOST = i.IssuerKeyRetired(KEYS[0], "the laptop was stolen")
DIGESTS = {KITCHEN: "ab" * 32, LIBRARY: "cd" * 32}
ISSUED = e.CertificateIssued(
    subject=UUID("0195a000-0000-4000-8000-000000000001"),
    name_hash=hashed_name(NAME, "00" * 16),
    issuer_key=KEYS[0],
    programme_id=PROGRAMME,
    title=FACTS.title,
    criteria=FACTS.criteria,
    skills=FACTS.skills,
    minutes=4_830,
    months=1,
    entries=23,
    first_day=date(2026, 1, 12),
    last_day=date(2026, 3, 9),
    totals=(DIGESTS[KITCHEN],),
    valid_until=datetime(2029, 3, 16, 22, 59, 59, tzinfo=UTC),
)
HELD = e.CertificateHeld(
    person_id=PERSON,
    agreement_ids=(KITCHEN,),
    totals=(DIGESTS[KITCHEN],),
    supersedes=(derived_id("test", "certificate before"),),
)
REVOKED = e.CertificateRevoked(
    person_id=PERSON, agreement_ids=(KITCHEN,), decision_no="9/2026", ground=c.RevocationGround.HOURS_CORRECTED
)
SUPERSEDED = e.CertificateSuperseded(
    person_id=PERSON, agreement_ids=(KITCHEN,), by=derived_id("test", "certificate after")
)
CERTIFYING: tuple[Event, ...] = (ADOPTED, RETIRED, MADE, ROTATED, LOST, ISSUED, HELD, REVOKED, SUPERSEDED)
"""Of every event one with all of its fields."""


def totalled(agreement: UUID = KITCHEN, minutes: int = 4_830, digest: str = "", person: UUID = PERSON) -> HoursTotalled:
    """The confirmed hours of an agreement."""
    return HoursTotalled(
        agreement_id=agreement,
        person_id=person,
        minutes=minutes,
        entries=23,
        first_day=ISSUED.first_day,
        last_day=ISSUED.last_day,
        digest=digest or DIGESTS[agreement],
    )


def corrected(agreement: UUID = KITCHEN, *, confirmed: bool = True) -> HoursCorrected:
    """An entry that counts no more."""
    return HoursCorrected(
        agreement_id=agreement,
        person_id=PERSON,
        entry_id=derived_id("test", "entry"),
        minutes=60,
        corrected_by=derived_id("test", "entry after"),
        was_confirmed=confirmed,
    )


def hours(*told: tuple[UUID, Event] | Event) -> CertifiedHours:
    """What is known of the hours: events of a certificate come with its stream."""
    fold = CertifiedHours()
    for one in told:
        stream, event = one if isinstance(one, tuple) else (ledger_id(KITCHEN), one)
        fold.apply(stream, event)
    return fold


def standing(*consents: Purpose) -> VolunteerStanding:
    """The volunteer, consenting to be certified or to this."""
    fold = VolunteerStanding()
    known = VolunteerRegistered(
        person_id=PERSON,
        traits=Traits(band=AgeBand.FROM_18, municipality="prizren"),
        consents=consents or (Purpose.CERTIFICATE,),
    )
    fold.apply(volunteer_id(PERSON), known.stamp(volunteer_id(PERSON), 1, NOW))
    return fold


def guarded() -> VolunteerStanding:
    """The volunteer as a minor in the care of `MOTHER`."""
    fold = VolunteerStanding()
    traits = Traits(band=AgeBand.FROM_15, municipality="prizren")
    known = VolunteerRegistered(person_id=PERSON, traits=traits, consents=(Purpose.CERTIFICATE,))
    care = GuardianRecorded(person_id=PERSON, guardian_id=MOTHER, proof="Birth certificate")
    for version, event in enumerate((known, care), 1):
        fold.apply(volunteer_id(PERSON), event.stamp(volunteer_id(PERSON), version, NOW))
    return fold


def ring(*events: Event) -> IssuerKeyRing:
    """The institution's keys."""
    found: IssuerKeyRing = built(IssuerKeyRing, events or (MADE,), RING)
    return found


def programme(*events: Event) -> VolunteerProgramme:
    """What the institution certifies."""
    found: VolunteerProgramme = built(VolunteerProgramme, events or (ADOPTED,), PROGRAMME)
    return found


def facts(**changes: Any) -> dict[str, Any]:
    """What a decision to certify knows."""
    known: dict[str, Any] = {
        "tenant": MINISTRY,
        "mandate": COORDINATOR,
        "boundary": hours(totalled()),
        "registers": (standing(),),
        "references": {"programme": programme(), "keys": ring()},
    }
    return known | changes
