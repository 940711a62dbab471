"""One example of every event of an application, all fields filled."""

from datetime import date

from domain.grants.events import application as e
from domain.grants.project import CoFinancing
from domain.grants.vocabulary import ApplicationStage, AwardOutcome
from domain.kernel.errors import Finding
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.message import Message
from domain.kernel.vocabulary import Contact
from tests.domain.grants import applications as a
from tests.domain.grants.stories import ANSWERS, CALL, FILE, GATE, REASON, euro

MISSING = Finding(
    "certificate-missing",
    "warning",
    Message("On {day} the register held no valid {kind} certificate.", {"kind": "tax", "day": "2026-03-25"}),
    "Regulation (MF) No. 04/2017",
    "organisation.certificate",
    "/certificates/tax",
)
PROJECT = a.project(starts_on=date(2026, 7, 1))

EXAMPLES: tuple[Event, ...] = (
    e.ApplicationDrafted(
        call_id=CALL,
        organisation_id=a.ORGANISATION,
        organisation_name=a.DRAFTED.organisation_name,
        municipality="prizren",
        identifiers=a.DRAFTED.identifiers,
        language="sq",
        four_eyes=True,
    ),
    e.ProjectDescribed(project=PROJECT),
    e.SectionSaved(form_version=1, section="project", revision=2, answers=ANSWERS["project"]),
    a.ATTACHED,
    e.EvidenceRemoved(file_id=a.FILE_ID),
    a.INVITED,
    e.EditorRemoved(person_id=a.COLLEAGUE),
    a.SIGNED,
    e.ApplicationSubmitted(
        **a.OF_CALL,
        received_at=a.SUBMITTED.received_at,
        receipt=a.SUBMITTED.receipt,
        digest="ab" * 32,
        project=PROJECT,
        findings=(MISSING,),
        contact_id=derived_id("test", "contact"),
        office=Contact(office="Zyra për grante", email="grante@mkrs.example"),
    ),
    a.ASKED,
    e.ApplicationCompleted(**a.OF_CALL, files=(FILE,), note=REASON),
    e.ApplicationChecked(
        **a.OF_CALL,
        eligible=False,
        gates={GATE.code: False},
        findings=(MISSING,),
        reason=REASON,
        checked_by=a.COLLEAGUE,
        complaints_until=a.COMPLAINTS,
    ),
    e.CheckReopened(**a.OF_CALL, complaint_id=derived_id("test", "complaint")),
    e.ApplicationWithdrawn(**a.OF_CALL, before=ApplicationStage.ELIGIBLE, reason=REASON),
    a.NOTED,
    e.CoFinancingDeclared(
        **a.OF_CALL,
        co_financing=CoFinancing(source="MKRS", amount=euro(10_000), institution="mkrs"),
        elsewhere=euro(5_000),
    ),
    e.OutcomeRecorded(**a.OF_CALL, outcome=AwardOutcome.AWARDED, rank=1, score=910_000, amount=euro(450_000)),
    e.ReservePromoted(**a.OF_CALL, amount=euro(450_000), reason=REASON),
    e.ApplicationContracted(**a.OF_CALL, agreement_id=derived_id("test", "agreement")),
    e.AwardLapsed(**a.OF_CALL, reason=REASON),
)
