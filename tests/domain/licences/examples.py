"""A licence for day care, its events and its entry, as the tests tell them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from domain.kernel.context import Mandate
from domain.kernel.deadline import Deadline, deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text
from domain.licences import commands as c
from domain.licences import events as e
from domain.licences.entry import LicenceEntry
from domain.licences.held import Licences
from domain.licences.licence import DECIDE
from domain.licences.vocabulary import LicenceStage, Reliance, StaffQualification, Term
from domain.rules.shipped import shipped_calendar, shipped_rules
from tests.domain.organisations.examples import FISCAL, NAME, NGO, REGISTER
from tests.support.given import NATIONAL, NOW, built

ORGANISATION = derived_id("test", "organisation")
LICENCE = derived_id("test", "licence")
CLOCK = Mandate(Role.CLOCK, "system")
INSPECTOR = Mandate(Role.LICENSING_INSPECTOR, "Appointment 3/2026")
SERVICE, PLACES = "day_care", ("prizren", "suhareke")
REASON = text(sq="Arsyeja", sr="Razlog")
FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)
DAY = timedelta(days=1)
STAFF = (
    StaffQualification(role="caregiver", qualification="care_certificate", people=4),
    StaffQualification(role="coordinator", qualification="social_work_ba", people=1),
)
CONTRACT = Reliance(tenant_id=36, stream_id=derived_id("test", "contract"))


def told_by(n: int) -> UUID:
    """The id of the nth event of the issuer's log."""
    return derived_id("test", "issuer's event", n)


def term(valid_from: date = FIRST, valid_until: date = LAST, **changes: Any) -> Term:
    """A year of day care for thirty in two municipalities."""
    told: dict[str, Any] = {"places": PLACES, "capacity": 30, "staff": STAFF}
    return Term(valid_from=valid_from, valid_until=valid_until, **(told | changes))


def entered(of: Term | None = None, licence: UUID = LICENCE, **changes: Any) -> e.LicenceEntered:
    """The entry's first event: granted by the ministry with the 12th event of its log."""
    told: dict[str, Any] = {
        "organisation_id": ORGANISATION,
        "institution": "mflt",
        "tenant_id": 10,
        "licence_id": licence,
        "service": SERVICE,
        "term": of or term(),
        "decision_no": "12/2026",
        "event_id": told_by(12),
        "origin": "10:1:12",
    }
    return e.LicenceEntered(**(told | changes))


def changed(status: LicenceStage, since: date, n: int = 13, **more: Any) -> e.LicenceEntryChanged:
    """What the nth event of the issuer's log changed."""
    return e.LicenceEntryChanged(
        organisation_id=ORGANISATION, status=status, since=since, event_id=told_by(n), origin=f"10:1:{n}", **more
    )


def stream(of: e.LicenceEntered) -> UUID:
    """The entry's stream in the national log."""
    return e.entry_id(of.tenant_id, of.licence_id)


def licences(*histories: tuple[Event, ...]) -> Licences:
    """The fold over entries, each with its events from the first."""
    fold = Licences()
    for history in histories:
        first = history[0]
        assert isinstance(first, e.LicenceEntered)
        entry: LicenceEntry = built(LicenceEntry, history, stream(first))
        fold.entries[entry.id] = entry
    return fold


def knowing(**more: Any) -> dict[str, Any]:
    """The facts of a decision in the national log."""
    return {"tenant": NATIONAL, "mandate": CLOCK, "references": {"institutions": REGISTER}} | more


DELEGATE = Mandate(Role.CSO_DELEGATE, "Statute, Article 12", ORGANISATION, derived_id("test", "mandate"))
FURTHER = (LAST + DAY, date(2028, 3, 31))
"""First and last day of the term after."""


def decide_by(at: datetime = NOW) -> Deadline:
    """By when what was asked for at that time is decided."""
    return deadline(shipped_rules("ministry")[DECIDE], at, "LicenceApplied", shipped_calendar())


APPLIED = e.LicenceApplied(
    organisation_id=ORGANISATION,
    organisation_name=NAME,
    identifiers=(NGO, FISCAL),
    service=SERVICE,
    places=PLACES,
    capacity=30,
    staff=STAFF,
    decide_by=decide_by(),
)
INSPECTED = e.LicenceInspected(inspected_on=date(2026, 3, 10), passed=True, capacity=30, findings=REASON)
FAILED = e.LicenceInspected(inspected_on=date(2026, 3, 10), passed=False, capacity=30, findings=REASON)
RENEWABLE = date(2026, 12, 31)
"""Ninety days before the last one."""
GRANTED = e.LicenceGranted(
    organisation_id=ORGANISATION, service=SERVICE, decision_no="12/2026", term=term(), renewable_from=RENEWABLE
)
REFUSED = e.LicenceRefused(organisation_id=ORGANISATION, service=SERVICE, decision_no="12/2026", reason=REASON)
RENEWED = e.LicenceRenewed(decision_no="20/2027", term=term(*FURTHER), renewable_from=date(2028, 1, 1))
SUSPENDED = e.LicenceSuspended(decision_no="14/2026", first_day=date(2026, 5, 1), reason=REASON)
REINSTATED = e.LicenceReinstated(decision_no="16/2026", first_day=date(2026, 6, 1), reason=REASON)
REVOKED = e.LicenceRevoked(
    organisation_id=ORGANISATION, service=SERVICE, decision_no="18/2026", first_day=date(2026, 7, 1), reason=REASON
)
EXPIRED = e.LicenceExpired(organisation_id=ORGANISATION, service=SERVICE, last_day=LAST)
HELD = (APPLIED, INSPECTED, GRANTED)
NOON = datetime(2026, 3, 16, 11, 0, tzinfo=UTC)
ENTER = c.EnterLicence(
    organisation_id=ORGANISATION,
    tenant_id=10,
    licence_id=LICENCE,
    service=SERVICE,
    term=term(),
    decision_no="12/2026",
    event_id=told_by(12),
    origin="10:1:12",
)
EXAMPLES: dict[type[Event], Event] = {
    type(example): example
    for example in (
        APPLIED,
        INSPECTED,
        GRANTED,
        REFUSED,
        RENEWED,
        SUSPENDED,
        REINSTATED,
        REVOKED,
        EXPIRED,
        entered(),
        changed(
            LicenceStage.GRANTED,
            FURTHER[0],
            decision_no="20/2027",
            reason=REASON,
            term=term(*FURTHER),
            relied_on_by=(CONTRACT,),
        ),
        e.LicenceReliedOn(
            organisation_id=ORGANISATION,
            reliance=CONTRACT,
            status=LicenceStage.SUSPENDED,
            since=date(2026, 5, 1),
            origin="10:1:13",
        ),
    )
}
