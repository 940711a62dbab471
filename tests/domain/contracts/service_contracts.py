"""A contract as its events tell it: home help in Prizren from July to September 2026, a month a delivery.

100 visits of 12 euro and 300 person-hours of 8 euro: 3,600 euro. The licence runs to the end of 2027.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.contracts.beneficiaries import AgeBand, BeneficiaryCell, Gender
from domain.contracts.commands import contract as c
from domain.contracts.contract_parts import (
    DeliveredUnits,
    DueDelivery,
    InspectionOutcome,
    PlannedDelivery,
    StandardFound,
)
from domain.contracts.contract_schedule import DUE
from domain.contracts.events import contract as e
from domain.contracts.events.call import CallPlanned, contract_id
from domain.contracts.facts import CallFacts
from domain.contracts.service_call import ServiceCall
from domain.contracts.service_contract import ServiceContract
from domain.contracts.vocabulary import PricedLine, QualityStandard, Subcontractor
from domain.funding_claims.ledger import Claims
from domain.kernel.context import Mandate
from domain.kernel.deadline import deadline, start_of
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.money import Money
from domain.kernel.text import text, title
from domain.kernel.vocabulary import File, MediaType
from domain.licences.entry import LicenceEntry
from domain.licences.events import LicenceEntered, LicenceEntryChanged
from domain.licences.held import Licences
from domain.licences.vocabulary import LicenceStage, ServiceUnit, StaffQualification, Term
from domain.organisations import events as o
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import Identifier, Officer, Position, Scheme
from domain.rules.shipped import shipped_calendar, shipped_rules
from tests.domain.organisations.examples import claimed
from tests.support.given import ACTOR, MUNICIPALITY, Scenario, built, given

RULES = shipped_rules("municipality")
CALENDAR = shipped_calendar()
CALL = derived_id("test", "service call")
NEED = derived_id("test", "service need")
ORGANISATION = derived_id("test", "provider")
ELSEWHERE = derived_id("test", "another organisation")
CONTRACT = contract_id(CALL, ORGANISATION)
ENTRY = derived_id("test", "licence entry")
LICENCE = derived_id("test", "licence")
PAYER_ID = derived_id("test", "payer")

BUYER = Mandate(Role.PROCUREMENT_OFFICER, "Appointment 2/2026")
MANAGER = Mandate(Role.CONTRACT_MANAGER, "Appointment 3/2026")
PAYER = Mandate(Role.FINANCE_OFFICER, "Appointment 8/2026")
CLOCK = Mandate(Role.CLOCK, "system")
PROVIDER = Mandate(Role.CSO_DELEGATE, "Statute", organisation_id=ORGANISATION, mandate_id=derived_id("test", "mandate"))
OTHERS = Mandate(Role.CSO_DELEGATE, "Statute", organisation_id=ELSEWHERE, mandate_id=derived_id("test", "mandate", 2))

SIGNED_AT = datetime(2026, 6, 22, 9, tzinfo=UTC)
IN_JULY = datetime(2026, 7, 15, 9, tzinfo=UTC)
IN_AUGUST = datetime(2026, 8, 5, 9, tzinfo=UTC)
IN_OCTOBER = datetime(2026, 10, 5, 9, tzinfo=UTC)
FIRST_DAY, LAST_DAY = date(2026, 7, 1), date(2026, 9, 30)
TITLE = title(sq="Ndihmë në shtëpi", sr="Pomoć u kući", tr="Evde yardım")
REASON = text(sq="Arsyeja", sr="Razlog", tr="Sebep", en="The reason")
FILE = File(sha256="ab" * 32, media_type=MediaType.PDF, size=12_345, file_name="Arta Krasniqi.pdf")
STANDARD = QualityStandard(code="trained_staff", title=title(sq="Staf i trajnuar", sr="Obučeno osoblje", tr="Eğitim"))


def euro(cents: int) -> Money:
    """An amount in euro, from cents."""
    return Money(cents, "EUR")


BUDGET = euro(440_000)
VISITS = PricedLine(code="visits", title=TITLE, unit=ServiceUnit.VISIT, quantity=100, unit_price=euro(1_200))
HOURS = PricedLine(code="hours", title=TITLE, unit=ServiceUnit.PERSON_HOUR, quantity=300, unit_price=euro(800))
LINES = (VISITS, HOURS)
MONTHS = (
    PlannedDelivery(number=1, first_day=date(2026, 7, 1), last_day=date(2026, 7, 31)),
    PlannedDelivery(number=2, first_day=date(2026, 8, 1), last_day=date(2026, 8, 31)),
    PlannedDelivery(number=3, first_day=date(2026, 9, 1), last_day=date(2026, 9, 30)),
)


def due(one: PlannedDelivery) -> DueDelivery:
    """The period with the day by which the rule wants it reported."""
    proof = deadline(RULES[DUE], start_of(one.last_day), "PeriodEnded", CALENDAR)
    return DueDelivery(
        number=one.number, first_day=one.first_day, last_day=one.last_day, due_at=proof.due_at, proof=proof
    )


PERIODS = tuple(due(one) for one in MONTHS)
DRAFTED = e.ContractDrafted(
    call_id=CALL,
    need_id=NEED,
    organisation_id=ORGANISATION,
    organisation_name=title(sq="Dora e ngrohtë", sr="Topla ruka"),
    identifiers=(Identifier(scheme=Scheme.NGO, value="5100000-1"),),
    title=TITLE,
    service="home_help",
    places=("prizren",),
    first_day=FIRST_DAY,
    last_day=LAST_DAY,
    lines=LINES,
    value=euro(360_000),
    beneficiaries=60,
    budget_code="13450",
    deliveries=PERIODS,
    standards=(STANDARD,),
    subcontractors=(Subcontractor(title="Trajnimi SH.P.K.", does="Trajnime", share=50_000),),
)
SIGNED = e.ContractSigned(
    call_id=CALL,
    organisation_id=ORGANISATION,
    entry_ids=(ENTRY,),
    decision_no="21/2026",
    signed_on=date(2026, 6, 22),
    service="home_help",
    places=("prizren",),
    first_day=FIRST_DAY,
    last_day=LAST_DAY,
    value=euro(360_000),
)
SCHEDULED = tuple(e.DeliveryScheduled(delivery=one) for one in PERIODS)
WAITING = (DRAFTED, SIGNED, *SCHEDULED)
ACTIVATED = e.ContractActivated()
ACTIVE = (*WAITING, ACTIVATED)
UNITS = (DeliveredUnits(line="visits", quantity=30), DeliveredUnits(line="hours", quantity=100))
WORTH = euro(30 * 1_200 + 100 * 800)
SERVED = (
    BeneficiaryCell(place="prizren", age_band=AgeBand.FROM_65, gender=Gender.FEMALE, persons=14),
    BeneficiaryCell(place="prizren", age_band=AgeBand.FROM_65, gender=Gender.MALE, persons=9),
    BeneficiaryCell(place="prizren", age_band=AgeBand.FROM_30, gender=Gender.FEMALE, persons=4),
)
FOUND = StandardFound(code="trained_staff", outcome=InspectionOutcome.PARTLY, note=REASON)


def reported(number: int = 1, **changes: Any) -> e.DeliveryReported:
    """A delivery that was reported."""
    facts: dict[str, Any] = {
        "number": number,
        "organisation_id": ORGANISATION,
        "units": UNITS,
        "value": WORTH,
        "narrative": "U kryen të gjitha vizitat.",
        "late": False,
        "was_overdue": False,
        "k": 5,
        "beneficiaries": (SERVED[0], SERVED[1]),
    }
    return e.DeliveryReported(**facts | changes)


INSPECTED = e.DeliveryInspected(number=1, findings=(FOUND,), inspected_on=date(2026, 8, 3))
PENALTY = e.PenaltyImposed(number=1, amount=euro(5_000), decision_no="24/2026", reason=REASON)
OVERDUE = e.DeliveryOverdue(number=1, organisation_id=ORGANISATION, due_at=PERIODS[0].due_at)


def accepted(number: int = 1, amount: Money = WORTH) -> e.DeliveryAccepted:
    """A delivery that stands."""
    return e.DeliveryAccepted(number=number, amount=amount, accepted_by=ACTOR)


def paid(number: int = 1, amount: Money = WORTH, on: date = date(2026, 8, 5)) -> e.DeliveryPaid:
    """A delivery that was paid."""
    return e.DeliveryPaid(number=number, amount=amount, paid_on=on, reference=f"TRX-{number}")


def settled(number: int) -> tuple[Event, ...]:
    """A delivery from its report to its payment."""
    return (reported(number), accepted(number), paid(number, on=PERIODS[number - 1].due_at.date()))


ALL_PAID = (*ACTIVE, *settled(1), *settled(2), *settled(3))


def told(*events: Event) -> Scenario:
    """A contract with a past; one that runs unless told otherwise."""
    return given(ServiceContract, events or ACTIVE, stream_id=CONTRACT, at=SIGNED_AT)


TERM = Term(
    valid_from=date(2025, 1, 1),
    valid_until=date(2027, 12, 31),
    places=("prizren", "suhareke"),
    capacity=80,
    staff=(StaffQualification(role="caregiver", qualification="caregiver_level_3", people=12),),
)
ENTERED = LicenceEntered(
    organisation_id=ORGANISATION,
    institution="mpms",
    tenant_id=12,
    licence_id=LICENCE,
    service="home_help",
    term=TERM,
    decision_no="7/2025",
    event_id=derived_id("test", "licence granted"),
    origin="12:1:40",
)


def changed(status: LicenceStage, since: date, origin: str = "12:1:77", term: Term | None = None) -> Event:
    """What the issuer decided of the licence."""
    return LicenceEntryChanged(
        organisation_id=ORGANISATION,
        status=status,
        since=since,
        event_id=derived_id("test", "licence changed", origin),
        origin=origin,
        decision_no="9/2026",
        term=term,
    )


def licences(*more: Event, entered: Event = ENTERED) -> Licences:
    """What the national register knows of the provider's licence."""
    fold = Licences()
    for version, event in enumerate((entered, *more), 1):
        event.stamp(ENTRY, version, SIGNED_AT - timedelta(days=400) + timedelta(minutes=version))
        fold.apply(ENTRY, event)
    assert isinstance(fold.entries[ENTRY], LicenceEntry)
    return fold


def office(person_id: UUID = ACTOR) -> o.OfficerRecorded:
    """The person chairs the provider."""
    held = Officer(
        officer_id=derived_id("test", "office"), person_id=person_id, position=Position.CHAIR, since=date(2020, 1, 1)
    )
    return o.OfficerRecorded(organisation_id=ORGANISATION, officer=held)


def standing(*more: Event) -> Standing:
    """The provider as the register of organisations knows it: verified."""
    events = (
        claimed(organisation_id=ORGANISATION),
        o.OrganisationVerified(organisation_id=ORGANISATION, identifiers=DRAFTED.identifiers, decision_no="4/2026"),
        *more,
    )
    fold = Standing()
    for version, event in enumerate(events, 1):
        event.stamp(ORGANISATION, version, SIGNED_AT - timedelta(days=90) + timedelta(minutes=version))
        fold.apply(ORGANISATION, event)
    return fold


def called(budget: Money | None = BUDGET) -> ServiceCall:
    """The call of the contract, as far as amendments rest on it."""
    made: ServiceCall = built(
        ServiceCall, (CallPlanned(facts=CallFacts(need_id=NEED, budget=budget)),), CALL, at=SIGNED_AT
    )
    return made


def as_provider(**changes: Any) -> dict[str, Any]:
    """Who acts for the provider, in August."""
    return {"mandate": PROVIDER, "now": IN_AUGUST, "tenant": MUNICIPALITY} | _lawful() | changes


def as_manager(**changes: Any) -> dict[str, Any]:
    """The contract's manager, in August, with registers in order."""
    given_registers = {"registers": (standing(), Claims(), licences()), "references": {"call": called()}}
    return {"mandate": MANAGER, "now": IN_AUGUST, "tenant": MUNICIPALITY} | _lawful() | given_registers | changes


def as_buyer(**changes: Any) -> dict[str, Any]:
    """The buyer's officer."""
    return as_manager(mandate=BUYER) | changes


def as_payer(**changes: Any) -> dict[str, Any]:
    """Whoever pays, another person than who accepted."""
    return as_manager(mandate=PAYER, actor=PAYER_ID) | changes


def as_clock(**changes: Any) -> dict[str, Any]:
    """The system."""
    return as_manager(mandate=CLOCK) | changes


def _lawful() -> dict[str, Any]:
    return {"rules": RULES, "calendar": CALENDAR}


def contract(*events: Event) -> ServiceContract:
    """A contract to look at."""
    made: ServiceContract = built(ServiceContract, events or ACTIVE, CONTRACT, at=SIGNED_AT)
    return made


REPORT = c.ReportDelivery(
    number=1, units=UNITS, narrative="U kryen të gjitha vizitat.", beneficiaries=SERVED, files=(FILE,)
)
ACCEPT = c.AcceptDelivery(organisation_id=ORGANISATION, number=1)
PAY = c.PayDelivery(organisation_id=ORGANISATION, number=1, paid_on=date(2026, 8, 5), reference="TRX-1")
