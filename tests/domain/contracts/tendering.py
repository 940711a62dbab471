"""A need and a call for day care as their events tell them: what the tests of this domain start from.

The call is published on 17 March 2026 and open until the end of 6 April 2026: 20 calendar days, the first left out.
Bids are opened until the end of 14 April, three working days after the closing: Constitution Day and Easter are between.
The service runs from June to December.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.contracts.call_window import CLARIFY, OPEN, OPENING
from domain.contracts.events import call as e
from domain.contracts.events import need as n
from domain.contracts.facts import CallFacts, NeededUnits, NeedFacts
from domain.contracts.need import ServiceNeed
from domain.contracts.need_budget import NeedBudget
from domain.contracts.service_call import ServiceCall
from domain.contracts.vocabulary import (
    CriterionKind,
    DirectAward,
    ListedProvider,
    ProcurementMode,
    QualityStandard,
    ServiceCriterion,
    ServiceLine,
)
from domain.kernel.context import Mandate
from domain.kernel.deadline import deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.money import Money
from domain.kernel.text import text, title
from domain.kernel.vocabulary import Contact, File, LanguageFile, MediaType
from domain.licences.vocabulary import ServiceUnit
from domain.organisations.vocabulary import CertificateKind
from domain.rules.shipped import shipped_calendar, shipped_rules
from domain.scoring.vocabulary import Aggregation, TieRule
from tests.support.given import STREAM, Scenario, built, given

RULES, CALENDAR = shipped_rules("ministry"), shipped_calendar()
CLOCK = Mandate(Role.CLOCK, "system")
OFFICER = Mandate(Role.PROCUREMENT_OFFICER, "Appointment 7/2026")

ASSESSED_AT = datetime(2026, 2, 2, 8, 0, tzinfo=UTC)
PLANNED_AT = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
PUBLISHED_AT = datetime(2026, 3, 17, 8, 0, tzinfo=UTC)
DURING = datetime(2026, 3, 25, 10, 0, tzinfo=UTC)
BIDDING = deadline(RULES[OPEN], PUBLISHED_AT, "CallPublished", CALENDAR)
CLOSES_AT = BIDDING.due_at
CLOSED_AT = CLOSES_AT + timedelta(seconds=5)
OPENING_DUE = deadline(RULES[OPENING], CLOSED_AT, "CallClosed", CALENDAR)
WHILE_OPENED = CLOSED_AT + timedelta(hours=12)
AFTER = OPENING_DUE.due_at + timedelta(hours=10)
FIRST_DAY, LAST_DAY = date(2026, 6, 1), date(2026, 12, 31)

NEED, CALL, LIST = derived_id("test", "need"), STREAM, derived_id("test", "list")
OTHER_CALL = derived_id("test", "call", 2)
CLARIFICATION = derived_id("test", "clarification")
ONE, TWO = derived_id("test", "provider", 1), derived_id("test", "provider", 2)

TITLE = title(sq="Kujdes ditor për të moshuar", sr="Dnevni boravak za starije")
SUMMARY = text(sq="Kush mund të ofertojë", sr="Ko može dati ponudu")
REASON = text(sq="Arsyeja", sr="Razlog")
CONTACT = Contact(office="Zyra e prokurimit", email="prokurimi@example.org", phone="+383 29 200 000")
FILE = File(sha256="ab" * 32, media_type=MediaType.PDF, size=12_345, file_name="specifikimi.pdf")


def euro(cents: int) -> Money:
    """An amount in euro, from cents."""
    return Money(cents, "EUR")


def criterion(code: str, weight: int, most: int, kind: CriterionKind, threshold: int = 0) -> ServiceCriterion:
    """A criterion of the call."""
    return ServiceCriterion(code=code, title=TITLE, weight=weight, max_points=most, kind=kind, threshold=threshold)


NEED_FACTS = NeedFacts(
    title=TITLE,
    description=SUMMARY,
    service="day_care",
    places=("prizren", "suhareke"),
    year=2026,
    beneficiaries=40,
    lines=(
        NeededUnits(code="hours", title=TITLE, unit=ServiceUnit.PERSON_HOUR, quantity=5_000),
        NeededUnits(code="meals", title=TITLE, unit=ServiceUnit.MEAL, quantity=4_000),
    ),
    estimate=euro(8_000_000),
    budget_code="75000-SOC",
)
NEED_ASSESSED = n.NeedAssessed(facts=NEED_FACTS)
NEED_APPROVED = n.NeedApproved(decision_no="31/2026", budget=euro(7_000_000))
NEED_WITHDRAWN = n.NeedWithdrawn(reason=REASON)

LINES = (
    ServiceLine(code="hours", title=TITLE, unit=ServiceUnit.PERSON_HOUR, quantity=4_000, ceiling=euro(1_200)),
    ServiceLine(code="meals", title=TITLE, unit=ServiceUnit.MEAL, quantity=2_000),
)
CRITERIA = (
    criterion("method", 400_000, 40, CriterionKind.QUALITY, threshold=20),
    criterion("staff", 200_000, 20, CriterionKind.QUALITY),
    criterion("price", 400_000, 100, CriterionKind.PRICE),
)
FACTS = CallFacts(
    title=TITLE,
    summary=SUMMARY,
    need_id=NEED,
    mode=ProcurementMode.OPEN,
    service="day_care",
    places=("prizren",),
    first_day=FIRST_DAY,
    last_day=LAST_DAY,
    lines=LINES,
    budget=euro(6_000_000),
    criteria=CRITERIA,
    aggregation=Aggregation.MEAN,
    tie_rules=(TieRule.LOWER_AMOUNT, TieRule.LOT),
    standards=(QualityStandard(code="hygiene", title=TITLE),),
    certificates=(CertificateKind.TAX, CertificateKind.REGISTRATION),
    documents=tuple(LanguageFile(language=code, file=FILE) for code in ("sq", "sr")),
    contact=CONTACT,
)
DIRECT = DirectAward(organisation_id=ONE, decision_no="32/2026", justification=REASON)


def facts(**changes: Any) -> CallFacts:
    """The call's facts, and others."""
    return CallFacts(**{name: getattr(FACTS, name) for name in FACTS.__struct_fields__} | changes)


LISTING = facts(
    mode=ProcurementMode.QUALIFIED_LIST,
    list_until=date(2027, 12, 31),
    first_day=None,
    last_day=None,
    lines=None,
    budget=None,
    criteria=None,
    aggregation=None,
    tie_rules=None,
)
"""What a call says that makes a list of providers."""
CALL_OFF = facts(mode=ProcurementMode.QUALIFIED_LIST, list_id=LIST)


def planned(of: CallFacts = FACTS) -> e.CallPlanned:
    """The call's first event."""
    return e.CallPlanned(facts=of)


CHECKED = e.CallChecked(errors=0, warnings=0, findings=())


def published(of: CallFacts = FACTS, **changes: Any) -> e.CallPublished:
    """The call in public."""
    told: dict[str, Any] = {
        "facts": of,
        "closes_at": CLOSES_AT,
        "languages": ("sq", "sr"),
        "deadline": BIDDING,
        "need_id": of.need_id,
    }
    return e.CallPublished(**told | changes)


CLARIFIED = e.ClarificationIssued(
    clarification_id=CLARIFICATION,
    question=REASON,
    answer=SUMMARY,
    notice=deadline(RULES[CLARIFY], DURING, "ClarificationIssued", CALENDAR),
)
CLOSED = e.CallClosed(closes_at=CLOSES_AT, opening=OPENING_DUE)
QUALIFYING = e.QualificationBegun(bids=2)
PENDING = e.EvaluationBegun(qualified=2)
OPEN_CALL = (planned(), CHECKED, published())
OVER = (*OPEN_CALL, CLOSED)
IN_QUALIFICATION = (*OVER, QUALIFYING)
LISTING_CLOSED = (planned(LISTING), CHECKED, published(LISTING, need_id=None), CLOSED, QUALIFYING)
AWARD_PENDING = (*IN_QUALIFICATION, PENDING)
LISTED = e.QualifiedListPublished(
    providers=(ListedProvider(organisation_id=ONE, bid_id=derived_id("bid", LIST, ONE)),),
    valid_until=date(2027, 12, 31),
)
MADE_LIST = (planned(LISTING), CHECKED, published(LISTING, need_id=None), CLOSED, QUALIFYING, LISTED)


def need(*events: Event) -> ServiceNeed:
    """A need to rest on; approved unless told otherwise."""
    made: ServiceNeed = built(ServiceNeed, events or (NEED_ASSESSED, NEED_APPROVED), NEED, at=ASSESSED_AT)
    return made


def call(*events: Event, stream_id: Any = CALL) -> ServiceCall:
    """A call to rest on; open unless told otherwise. It was published at `PUBLISHED_AT`, if it was."""
    made: ServiceCall = built(ServiceCall, events or OPEN_CALL, stream_id, at=PUBLISHED_AT - timedelta(minutes=3))
    return made


def told(*events: Event) -> Scenario:
    """A call with a past."""
    return given(ServiceCall, events, stream_id=CALL, at=PUBLISHED_AT - timedelta(minutes=3))


def budget(*taken: tuple[Any, Event]) -> NeedBudget:
    """What calls have taken of the need."""
    fold = NeedBudget()
    for stream_id, event in taken:
        fold.apply(stream_id, event)
    return fold


def as_officer(**overrides: Any) -> dict[str, Any]:
    """The officer who prepares the call, on an approved need of which nothing is taken."""
    resting = {"references": {"need": need(), "list": None}, "boundary": budget()}
    return {"mandate": OFFICER, "now": PLANNED_AT} | resting | overrides
