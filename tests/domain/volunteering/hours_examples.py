"""An agreement of a volunteer in Prizren, the hours given under it, and their time in the national log."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.money import Money
from domain.kernel.text import text
from domain.volunteering.agreement_known import AgreementOfLedger, OwnAgreement
from domain.volunteering.agreement_parts import AgreedTask, Expense, Reimbursement, Side
from domain.volunteering.events import agreement as a
from domain.volunteering.events import hours as h
from domain.volunteering.events import time as t
from domain.volunteering.events.volunteer import GuardianRecorded, VolunteerForgotten, VolunteerRegistered, volunteer_id
from domain.volunteering.hours_ledger import HoursLedger
from domain.volunteering.hours_parts import DayMinutes, TimeRefusal, Why, ledger_id
from domain.volunteering.standing import VolunteerStanding
from domain.volunteering.vocabulary import AgeBand, Insurance, Protection, RiskClass, Traits
from tests.support.given import NOW, built

PERSON, SUPERVISOR, GUARDIAN = (derived_id("test", name) for name in ("volunteer", "supervisor", "guardian"))
OFFICE = derived_id("test", "provider's officer")
AGREEMENT = derived_id("test", "agreement")
LEDGER = ledger_id(AGREEMENT)
OPPORTUNITY, PROVIDER = derived_id("test", "opportunity"), derived_id("test", "provider")
ORGANISATION = derived_id("test", "organisation")
INSURED = Insurance(
    insurer="Siguria", policy_no="P-1/2026", valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31)
)
"""The provider and its policy, as the examples of providers have them."""
BEGINS, ENDS = date(2026, 3, 16), date(2026, 11, 15)
TASKS = (AgreedTask(code="kitchen", what=text(sq="Gatim", sr="Kuvanje", tr="Yemek")),)
TRAVEL = Reimbursement(expense=Expense.TRAVEL, most_a_day=Money(500))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ABOUT: dict[str, Any] = {"agreement_id": AGREEMENT, "opportunity_id": OPPORTUNITY, "person_id": PERSON}
OFFERED = a.AgreementOffered(
    **ABOUT,
    provider_id=PROVIDER,
    organisation_id=ORGANISATION,
    supervisor_id=SUPERVISOR,
    tasks=TASKS,
    place="Rruga e Dëshmorëve 4",
    first_day=BEGINS,
    last_day=ENDS,
    max_minutes=12_000,
    insurances=(INSURED,),
    reimbursement=(TRAVEL,),
    risk=RiskClass.LOW,
    band=AgeBand.FROM_18,
    protection=Protection.ADULT,
    offered_by=OFFICE,
    places_left=1,
)
ACCEPTED = a.AgreementAccepted(**ABOUT, band=AgeBand.FROM_18, protection=Protection.ADULT, consent_needed=False)
OF_MINOR = replace(OFFERED, band=AgeBand.FROM_15, protection=Protection.MINOR)
MINOR_ACCEPTED = a.AgreementAccepted(
    **ABOUT, band=AgeBand.FROM_15, protection=Protection.MINOR, consent_needed=True, guardians=(GUARDIAN,)
)
CONSENTED = a.GuardianConsentGiven(**ABOUT, guardian_id=GUARDIAN)
CONSENT_REFUSED = a.GuardianConsentRefused(**ABOUT, guardian_id=GUARDIAN)
CONSENT_WITHDRAWN = a.GuardianConsentWithdrawn(**ABOUT, guardian_id=GUARDIAN)
SIGNED = a.AgreementSigned(**ABOUT, organisation_id=ORGANISATION, first_day=BEGINS, last_day=ENDS)
ACTIVE = a.AgreementActivated(**ABOUT, last_day=ENDS)
DECLINED, WITHDRAWN, LAPSED = a.AgreementDeclined(**ABOUT), a.OfferWithdrawn(**ABOUT), a.AgreementLapsed(**ABOUT)
COMPLETED = a.AgreementCompleted(**ABOUT, last_day=ENDS)
ENDED = a.AgreementEnded(**ABOUT, side=Side.VOLUNTEER, last_day=date(2026, 5, 1))
ADULTS = (OFFERED, ACCEPTED, SIGNED, ACTIVE)
MINORS = (OF_MINOR, MINOR_ACCEPTED, CONSENTED, SIGNED, ACTIVE)

ENTRY, NEXT = derived_id("test", "entry"), derived_id("test", "next entry")
WORK: dict[str, Any] = {"agreement_id": AGREEMENT, "person_id": PERSON}
OPENED = h.HoursLedgerOpened(**WORK, organisation_id=ORGANISATION)
MORNING = datetime(2026, 3, 16, 6, 0, tzinfo=UTC)
"""Seven by the clock in Prizren."""


def logged(started_at: datetime = MORNING, minutes: int = 120, entry_id: UUID = ENTRY, **changes: Any) -> h.HoursLogged:
    """Two hours of a morning, told by the volunteer; all on the day on which they begin."""
    told: dict[str, Any] = {
        "started_at": started_at,
        "ended_at": started_at + minutes * MINUTE,
        "break_minutes": 0,
        "days": (DayMinutes((started_at + HOUR).date(), minutes),),
        "task": "kitchen",
        "protection": Protection.ADULT,
        "logged_by": PERSON,
    }
    return h.HoursLogged(**WORK, entry_id=entry_id, **(told | changes))


def of_entry(of: type[Any], entry_id: UUID = ENTRY, minutes: int = 120, **more: Any) -> Any:
    """An event about an entry of two hours."""
    needs = {"minutes": minutes} if "minutes" in of.__struct_fields__ else {}
    return of(**WORK, entry_id=entry_id, **(needs | more))


OVERLAP = TimeRefusal(why=Why.OVERLAP, institution="peje", started_at=MORNING, ended_at=MORNING + HOUR)
CAPPED = TimeRefusal(why=Why.DAY_CAP, rule="volunteer.day.max", day=BEGINS, allowed=600, taken=540)
CLAIMED, REFUSED = of_entry(h.HoursClaimed), of_entry(h.HoursRefused, refusal=OVERLAP)
CONFIRMED, REJECTED = of_entry(h.HoursConfirmed, confirmed_by=OFFICE), of_entry(h.HoursRejected, rejected_by=OFFICE)
CORRECTED = of_entry(h.HoursCorrected, corrected_by=NEXT, was_confirmed=True)
CHECK_OUT = derived_id("test", "check-out")
NOT_LOGGED = h.ShiftRefused(
    **WORK,
    entry_id=NEXT,
    checked_out=CHECK_OUT,
    started_at=MORNING,
    ended_at=MORNING + HOUR,
    task="kitchen",
    refusal=TimeRefusal(why=Why.RULE, rule="volunteer.hours.overlap"),
)
TOTALLED = h.HoursTotalled(**WORK, minutes=120, entries=1, first_day=BEGINS, last_day=BEGINS, digest="ab" * 32)

TIME: dict[str, Any] = {"person_id": PERSON, "entry_id": ENTRY, "tenant_id": 36, "ledger_id": LEDGER}
TIME_OPENED = t.VolunteerTimeOpened(person_id=PERSON)
TIME_CLAIMED = t.TimeClaimed(
    **TIME, institution="prizren", started_at=MORNING, ended_at=MORNING + 2 * HOUR, days=(DayMinutes(BEGINS, 120),)
)
TIME_REFUSED = t.TimeRefused(**TIME, refusal=OVERLAP)
TIME_RELEASED = t.TimeReleased(**TIME)


def agreed(*events: Event, of: type[AgreementOfLedger] = AgreementOfLedger) -> Any:
    """The agreement as a boundary holds it after these events; they happened before yesterday."""
    made = of()
    for version, event in enumerate(events or ADULTS, 1):
        made.apply(AGREEMENT, replace(event).stamp(AGREEMENT, version, NOW - timedelta(days=2, minutes=-version)))
    return made


def own(*events: Event) -> OwnAgreement:
    """The same, for a decision on the agreement itself."""
    made: OwnAgreement = agreed(*events, of=OwnAgreement)
    return made


def volunteer(
    band: AgeBand = AgeBand.FROM_18,
    guardians: tuple[UUID, ...] = (),
    of: type[VolunteerStanding] = VolunteerStanding,
    *,
    forgotten: bool = False,
) -> VolunteerStanding:
    """The volunteer as the national register knows them."""
    made = of()
    registered = VolunteerRegistered(person_id=PERSON, traits=Traits(band=band, municipality="prizren"))
    erased = (VolunteerForgotten(person_id=PERSON),) if forgotten else ()
    recorded = (GuardianRecorded(person_id=PERSON, guardian_id=one, proof="Certificate") for one in guardians)
    for version, event in enumerate((registered, *recorded, *erased), 1):
        made.apply(TIME["ledger_id"], event.stamp(volunteer_id(PERSON), version, NOW - timedelta(days=3)))
    return made


def ledger(*events: Event) -> Any:
    """The ledger of the agreement with these entries."""
    return built(HoursLedger, (OPENED, *events), LEDGER)


HOURS: tuple[Event, ...] = (
    OFFERED,
    MINOR_ACCEPTED,
    DECLINED,
    WITHDRAWN,
    LAPSED,
    CONSENTED,
    CONSENT_REFUSED,
    CONSENT_WITHDRAWN,
    SIGNED,
    ACTIVE,
    COMPLETED,
    ENDED,
    OPENED,
    logged(late=True, corrects=NEXT, checked_out=CHECK_OUT),
    NOT_LOGGED,
    CLAIMED,
    REFUSED,
    CONFIRMED,
    REJECTED,
    CORRECTED,
    TOTALLED,
    TIME_OPENED,
    TIME_CLAIMED,
    TIME_REFUSED,
    TIME_RELEASED,
)
