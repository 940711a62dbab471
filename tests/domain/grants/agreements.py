"""An agreement as its events tell it: 4,500 euro in two instalments, the second after the final report."""

from datetime import UTC, date, datetime
from typing import Any

from domain.grants.agreement import GrantAgreement
from domain.grants.agreement_parts import DueReport, Expense, PlannedInstalment, PlannedReport
from domain.grants.agreement_signing import FINAL_REPORT
from domain.grants.awards import Awards
from domain.grants.events import agreement as e
from domain.grants.events.ranking import FinalRankingPublished
from domain.grants.vocabulary import ReportKind
from domain.kernel.context import Mandate
from domain.kernel.deadline import deadline, end_of, start_of
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from tests.domain.grants.applications import (
    APPLICATION,
    COLLEAGUE,
    DELEGATE,
    DRAFTED,
    ORGANISATION,
    PROJECT,
    WON,
    application,
    standing,
)
from tests.domain.grants.commissions import COMMISSION
from tests.domain.grants.complaints import OPEN_TO_COMPLAINTS, RANKING
from tests.domain.grants.ledger import ledger
from tests.domain.grants.stories import CALENDAR, CALL, FILE, REASON, RULES, call, euro
from tests.support.given import ACTOR, Scenario, built, given

AGREEMENT = derived_id("agreement", APPLICATION)
SIGNED_AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
RUNNING = datetime(2026, 7, 2, 9, tzinfo=UTC)
AFTER_INTERIM = datetime(2026, 10, 12, 9, tzinfo=UTC)
AFTER_PROJECT = datetime(2027, 1, 11, 9, tzinfo=UTC)
OFFICER = Mandate(Role.GRANT_OFFICER, "Appointment 2/2026")
PAYER = Mandate(Role.FINANCE_OFFICER, "Appointment 8/2026")
CLOCK = Mandate(Role.CLOCK, "system")

INSTALMENTS = (
    PlannedInstalment(number=1, amount=euro(300_000), payable_from=date(2026, 7, 1)),
    PlannedInstalment(number=2, amount=euro(150_000), payable_from=date(2026, 12, 31), after_report=2),
)
REPORTS = (
    PlannedReport(
        number=1,
        kind=ReportKind.INTERIM,
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 9, 30),
        due_on=date(2026, 10, 10),
    ),
    PlannedReport(number=2, kind=ReportKind.FINAL, starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31)),
)
FINAL_DUE = deadline(RULES[FINAL_REPORT], start_of(PROJECT.ends_on), "ProjectEnded", CALENDAR)
INTERIM_DUE = end_of(date(2026, 10, 10))
DUE = (
    DueReport(
        number=1, kind=ReportKind.INTERIM, starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30), due_at=INTERIM_DUE
    ),
    DueReport(
        number=2,
        kind=ReportKind.FINAL,
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 12, 31),
        due_at=FINAL_DUE.due_at,
        proof=FINAL_DUE,
    ),
)
AGREED = e.AgreementDrafted(
    call_id=CALL,
    application_id=APPLICATION,
    organisation_id=ORGANISATION,
    organisation_name=DRAFTED.organisation_name,
    identifiers=DRAFTED.identifiers,
    language=DRAFTED.language,
    title=PROJECT.title,
    activity=PROJECT.activity,
    purpose=PROJECT.purpose,
    starts_on=PROJECT.starts_on,
    ends_on=PROJECT.ends_on,
    award=euro(450_000),
    costs=PROJECT.costs,
    indirect_cap=70_000,
    instalments=INSTALMENTS,
    reports=DUE,
    co_financing=PROJECT.co_financing,
    municipalities=PROJECT.municipalities,
)
SIGNED = e.AgreementSigned(
    call_id=CALL,
    application_id=APPLICATION,
    organisation_id=ORGANISATION,
    decision_no="11/2026",
    signed_on=date(2026, 6, 1),
    award=euro(450_000),
    signed_by=ACTOR,
)
AMENDED = e.AgreementAmended(
    ends_on=date(2027, 1, 31),
    instalments=INSTALMENTS,
    reports=DUE,
    reason=REASON,
    organisation_id=ORGANISATION,
)
SCHEDULED = tuple(e.ReportScheduled(number=one.number, due_at=one.due_at, proof=one.proof) for one in DUE)
IN_FORCE = (AGREED, SIGNED, *SCHEDULED)
REQUESTED = e.InstalmentRequested(number=1)
CHECKED = e.InstalmentChecked(number=1, checked_by=COLLEAGUE)
PAID = e.InstalmentPaid(number=1, amount=euro(300_000), paid_on=date(2026, 7, 2), reference="TRX-1")
FIRST_PAID = (*IN_FORCE, REQUESTED, CHECKED, PAID)
EXPENSE = Expense(line="stage", title="Skena e parë", amount=euro(200_000), paid_on=date(2026, 8, 3), evidence=(FILE,))


def reported(number: int = 1, *expenses: Expense, late: bool = False, was_overdue: bool = False) -> Event:
    """A report that came."""
    return e.ReportSubmitted(
        number=number,
        organisation_id=ORGANISATION,
        narrative="U mbajtën dy koncerte.",
        late=late,
        was_overdue=was_overdue,
        expenses=expenses,
    )


def accepted(number: int = 1) -> Event:
    """A report that stands."""
    return e.ReportAccepted(number=number)


def terminated(**changes: Any) -> e.AgreementTerminated:
    """It ended before its time, by whoever decides in tests."""
    told_of: dict[str, Any] = {
        "call_id": CALL,
        "organisation_id": ORGANISATION,
        "decision_no": "12/2026",
        "reason": REASON,
        "unpaid": euro(150_000),
        "reports": 2,
        "ended_by": ACTOR,
    }
    return e.AgreementTerminated(**told_of | changes)


OVERDUE = e.ReportOverdue(number=1, organisation_id=ORGANISATION, due_at=INTERIM_DUE)
ALL_REPORTED = (*FIRST_PAID, reported(1, EXPENSE), accepted(1), reported(2), accepted(2))
SECOND_PAID = (
    e.InstalmentRequested(number=2),
    e.InstalmentChecked(number=2),
    e.InstalmentPaid(number=2, amount=euro(150_000), paid_on=date(2027, 1, 11), reference="TRX-2"),
)
SETTLED = (*ALL_REPORTED, *SECOND_PAID)
FINAL = FinalRankingPublished(commission_id=COMMISSION, ranking=RANKING, changed=False)
FINAL_CALL = (*OPEN_TO_COMPLAINTS, FINAL)


def agreement(*events: Event) -> GrantAgreement:
    """An agreement to rest on; in force unless told otherwise."""
    made: GrantAgreement = built(GrantAgreement, events or IN_FORCE, AGREEMENT, at=SIGNED_AT)
    return made


def told(*events: Event) -> Scenario:
    """An agreement with a past."""
    return given(GrantAgreement, events, stream_id=AGREEMENT, at=SIGNED_AT)


def awards(*others: tuple[Any, Event]) -> Awards:
    """What other agreements of the call promise."""
    fold = Awards()
    for stream, event in others:
        fold.apply(stream, event)
    return fold


def signing(**overrides: Any) -> dict[str, Any]:
    """What drawing up and signing rest on."""
    resting = {
        "references": {"call": call(*FINAL_CALL), "application": application(*WON)},
        "registers": (standing(), ledger()),
        "boundary": awards(),
    }
    return {"mandate": OFFICER, "now": SIGNED_AT} | resting | overrides


def as_beneficiary(**overrides: Any) -> dict[str, Any]:
    """The organisation, while the project runs."""
    return {"mandate": DELEGATE, "now": RUNNING} | overrides


def as_payer(**overrides: Any) -> dict[str, Any]:
    """Whoever pays, with the register as it is."""
    resting = {"references": {"call": call(*FINAL_CALL)}, "registers": (standing(), ledger())}
    return {"mandate": PAYER, "now": RUNNING} | resting | overrides


def as_official(**overrides: Any) -> dict[str, Any]:
    """An officer at a desk, with the register as it is; another person than whoever checked and pays in tests."""
    return {"mandate": OFFICER, "actor": COLLEAGUE, "registers": (standing(),)} | overrides
