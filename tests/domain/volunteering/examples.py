"""Providers, and everything else in volunteering, as the tests tell them."""

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from domain.kernel.context import Mandate, Tenant
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact
from domain.organisations.events import OfficerRecorded
from domain.organisations.vocabulary import Officer, Position
from domain.volunteering.check_in_parts import Kind
from domain.volunteering.events import check_in as k
from domain.volunteering.events import opportunity as o
from domain.volunteering.events import provider as p
from domain.volunteering.events import volunteer as v
from domain.volunteering.provider import Provider
from domain.volunteering.schedule import Schedule, ShiftSeries, SingleShift
from domain.volunteering.shifts import shifts_of
from domain.volunteering.standing import VolunteerStanding
from domain.volunteering.vocabulary import (
    Accessibility,
    AgeBand,
    Availability,
    Frequency,
    Gender,
    Insurance,
    Location,
    Origin,
    Particulars,
    Purpose,
    RiskClass,
    Traits,
)
from tests.domain.organisations.examples import PERSON
from tests.domain.volunteering.certifying import CERTIFYING
from tests.domain.volunteering.hours_examples import HOURS
from tests.support.given import NOW, built

ORGANISATION = derived_id("test", "organisation")
DELEGATE = Mandate(Role.CSO_DELEGATE, "Statute, Article 12", ORGANISATION, derived_id("test", "mandate"))
STRANGER = Mandate(
    Role.CSO_DELEGATE, "Statute", derived_id("test", "other organisation"), derived_id("test", "stranger's mandate")
)
OFFICIAL = Mandate(Role.VOLUNTEERING_OFFICER, "Appointment 3/2026")
COORDINATOR = Mandate(Role.VOLUNTEER_COORDINATOR, "Appointment 4/2026")
CLOCK = Mandate(Role.CLOCK, "system")
REASON = text(sq="Arsyeja", sr="Razlog", tr="Neden")
WORDS = text(sq="Punojmë me të rinj.", sr="Radimo sa mladima.", tr="Gençlerle çalışıyoruz.")
CONTACT = Contact(office="Zyra", email="zyra@qendra.example", phone="+383 38 200")
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
INSURED = Insurance(insurer="Siguria", policy_no="P-1/2026", valid_from=FIRST, valid_until=LAST)
FURTHER = Insurance(insurer="Siguria", policy_no="P-1/2027", valid_from=LAST + DAY, valid_until=date(2027, 12, 31))
APPLIED = p.ProviderApplied(
    organisation_id=ORGANISATION,
    title=title(sq="Qendra për Rini", sr="Centar za mlade"),
    summary=WORDS,
    municipality="prizren",
    contact=CONTACT,
    applied_by=derived_id("test", "representative"),
)
VERIFIED = p.ProviderVerified(decision_no="7/2026")
REFUSED = p.ProviderRefused(organisation_id=ORGANISATION, decision_no="7/2026", reason=REASON)
ACTIVATED = p.ProviderActivated(insurance=INSURED, charter=WORDS)
RENEWED = p.InsuranceRenewed(insurance=FURTHER)
SUSPENDED = p.ProviderSuspended(decision_no="9/2026", reason=REASON)
REINSTATED = p.ProviderReinstated(decision_no="11/2026", reason=REASON)
ACTIVE = (APPLIED, VERIFIED, ACTIVATED)
TWO_LANGUAGES = Tenant(37, "peje", "municipality")
OFFICER = OfficerRecorded(
    organisation_id=ORGANISATION,
    officer=Officer(officer_id=derived_id("test", "office"), person_id=PERSON, position=Position.CHAIR, since=FIRST),
)
"""Of the organisation, in the national register."""
PHONE = k.PhoneRegistered(person_id=derived_id("test", "volunteer"), public_key="04" + "ab" * 64)
PASS = k.PassIssued(
    provider_id=derived_id("test", "provider"),
    organisation_id=ORGANISATION,
    opportunity_id=derived_id("test", "opportunity"),
    number=1,
    valid_from=datetime(2026, 3, 15, 8, tzinfo=UTC),
    valid_until=datetime(2026, 3, 16, 8, tzinfo=UTC),
)
WITHDRAWN_PASS = k.PassWithdrawn(opportunity_id=PASS.opportunity_id, number=1)
CHECKED_IN = k.CheckInRecorded(
    check_in_id=derived_id("test", "check-in"),
    kind=Kind.START,
    at=datetime(2026, 3, 15, 9, tzinfo=UTC),
    agreement_id=derived_id("test", "agreement"),
    opportunity_id=PASS.opportunity_id,
    task="teaching",
    pass_number=1,
    pass_proof="K3QF7WXY",
    signature="0f" * 64,
)
CHECKED_OUT = k.ShiftCheckedOut(
    person_id=PHONE.person_id,
    provider_id=PASS.provider_id,
    agreement_id=CHECKED_IN.agreement_id,
    opportunity_id=PASS.opportunity_id,
    task="teaching",
    started_at=CHECKED_IN.at,
    ended_at=CHECKED_IN.at + timedelta(hours=3),
    begun_by=CHECKED_IN.check_in_id,
    ended_by=derived_id("test", "check-out"),
)
CHECK_INS: tuple[Event, ...] = (PHONE, k.PhoneRevoked(), PASS, WITHDRAWN_PASS, CHECKED_IN, CHECKED_OUT)
PROVIDER, OPPORTUNITY, PERSON_ID, GUARDIAN = (
    derived_id("test", name) for name in ("provider", "opportunity", "volunteer", "guardian")
)
SERIES = ShiftSeries(
    starts_at="2026-04-06T17:00",
    ends_at="2026-04-06T20:00",
    recurrence="FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4",
    without=(date(2026, 4, 13),),
)
SCHEDULE = Schedule(shifts=(SingleShift(starts_at="2026-04-11T20:00", ends_at="2026-04-12T02:00"),), series=(SERIES,))
"""Monday, Wednesday, a night from Saturday to Sunday, and the Wednesday after: the second Monday is left out."""
ARRANGED = Schedule(first_day=date(2026, 4, 1), last_day=date(2026, 9, 30))
TITLE = title(sq="Mësim në natyrë", sr="Učenje u prirodi", tr="Doğada öğrenme")
PARTICULARS = Particulars(
    title=TITLE,
    summary=WORDS,
    tasks=WORDS,
    skills=("teaching", "first_aid"),
    places=12,
    municipality="prizren",
    venue="Parku i qytetit",
    location=Location(latitude=42_212_778, longitude=20_739_722),
    min_age=15,
    max_age=30,
    accessibility=(Accessibility.STEP_FREE,),
    languages=("sq", "tr"),
    risk=RiskClass.LOW,
    schedule=SCHEDULE,
)
SHIFTS = shifts_of(SCHEDULE, "")
DRAFTED = o.OpportunityDrafted(
    provider_id=PROVIDER,
    organisation_id=ORGANISATION,
    particulars=PARTICULARS,
    shifts=SHIFTS,
    first_day=date(2026, 4, 6),
    last_day=date(2026, 4, 15),
)
ORIGIN = Origin(provider_name="DOROT", category="Education", frequency=Frequency.ONGOING, hours=12)
RECORDED = o.OpportunityDrafted(
    origin=ORIGIN,
    particulars=replace(PARTICULARS, municipality=None, schedule=ARRANGED),
    first_day=date(2026, 4, 1),
    last_day=date(2026, 9, 30),
)
REVISED = o.OpportunityRevised(
    provider_id=PROVIDER,
    organisation_id=ORGANISATION,
    particulars=replace(PARTICULARS, places=20),
    shifts=SHIFTS,
    first_day=date(2026, 4, 6),
    last_day=date(2026, 4, 15),
)
PUBLISHED = o.OpportunityPublished(provider_id=PROVIDER)
CLOSED = o.OpportunityClosed(reason=REASON)
REGISTERED = v.VolunteerRegistered(
    person_id=PERSON_ID,
    traits=Traits(band=AgeBand.FROM_15, municipality="prizren", gender=Gender.FEMALE),
    skills=("teaching",),
    languages=("sq",),
    availability=Availability(weekdays=(1, 3), week_minutes=240, remote=True),
    consents=(Purpose.MATCHING, Purpose.STATISTICS),
)
VOLUNTEER_REVISED = v.VolunteerRevised(
    person_id=PERSON_ID,
    traits=Traits(band=AgeBand.FROM_18, municipality="peje", gender=Gender.FEMALE),
    skills=("teaching", "driving"),
    languages=("sq", "sr"),
    availability=Availability(weekdays=(6, 7)),
)
CONSENTED = v.ConsentGiven(person_id=PERSON_ID, purpose=Purpose.STATISTICS, said=Gender.OTHER)
WITHDREW = v.ConsentWithdrawn(person_id=PERSON_ID, purpose=Purpose.STATISTICS)
GUARDED = v.GuardianRecorded(person_id=PERSON_ID, guardian_id=GUARDIAN, proof="Birth certificate")
UNGUARDED = v.GuardianEnded(person_id=PERSON_ID, guardian_id=GUARDIAN)
CALENDAR_RENEWED = v.CalendarRenewed(person_id=PERSON_ID, number=1)
FORGOTTEN = v.VolunteerForgotten(person_id=PERSON_ID)
OPPORTUNITIES: tuple[Event, ...] = (
    replace(RECORDED, provider_id=PROVIDER, organisation_id=ORGANISATION, shifts=SHIFTS),
    REVISED,
    PUBLISHED,
    o.OpportunityFilled(),
    o.OpportunityVacant(),
    CLOSED,
)
VOLUNTEERS: tuple[Event, ...] = (
    REGISTERED,
    VOLUNTEER_REVISED,
    CONSENTED,
    WITHDREW,
    GUARDED,
    UNGUARDED,
    CALENDAR_RENEWED,
    FORGOTTEN,
)
PROVIDERS: tuple[Event, ...] = (APPLIED, VERIFIED, REFUSED, ACTIVATED, RENEWED, SUSPENDED, REINSTATED)
EXAMPLES: dict[type[Event], Event] = {
    type(example): example
    for part in (PROVIDERS, OPPORTUNITIES, VOLUNTEERS, HOURS, CHECK_INS, CERTIFYING)
    for example in part
}
"""Of every event one with all of its fields; each part of the domain adds its own."""


def providing(*events: Event) -> Provider:
    """The provider after these events, active where there are none."""
    made: Provider = built(Provider, events or ACTIVE, PROVIDER)
    return made


def standing(*events: Event) -> VolunteerStanding:
    """What the national register knows of the volunteer after these events."""
    fold, stream = VolunteerStanding(), v.volunteer_id(PERSON_ID)
    for version, event in enumerate(events, 1):
        fold.apply(stream, replace(event).stamp(stream, version, NOW - timedelta(days=1) + timedelta(minutes=version)))
    return fold
