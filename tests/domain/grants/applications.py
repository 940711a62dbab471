"""An application as its events tell it: what the tests of applications, commissions and agreements start from."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.grants.application import COMPLAIN, Application
from domain.grants.application_submission import OneApplication
from domain.grants.contracts import Contract
from domain.grants.events import application as e
from domain.grants.project import CoFinancing, CostLine, Project
from domain.grants.vocabulary import AwardOutcome, CostKind
from domain.kernel.context import Mandate
from domain.kernel.deadline import deadline
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.organisations import events as o
from domain.organisations.standing import Standing
from domain.organisations.vocabulary import Certificate, CertificateKind, Holdings, Officer, Position
from tests.domain.grants.stories import (
    AFTER,
    ANSWERS,
    CALENDAR,
    CALL,
    DURING,
    FILE,
    OVER,
    PREPARED,
    PUBLISHED,
    REASON,
    RULES,
    call,
    euro,
    facts,
)
from tests.domain.organisations.examples import NAME, NGO, claimed
from tests.support.given import ACTOR, Scenario, built, given

ORGANISATION = derived_id("test", "applicant")
ELSEWHERE = derived_id("test", "another applicant")
APPLICATION = derived_id("test", "application")
COLLEAGUE, STRANGER = derived_id("test", "colleague"), derived_id("test", "stranger")
FILE_ID = derived_id("test", "evidence")
OVERLAP = derived_id("test", "overlap")
GIVEN = derived_id("test", "mandate")
DELEGATE = Mandate(Role.CSO_DELEGATE, "Statute, Article 12", ORGANISATION, GIVEN)
APPOINTED = Mandate(Role.CSO_DELEGATE, "Appointment by the institution", ORGANISATION)
ANYBODY = Mandate(Role.SIGNED_IN, "any person")
OTHERS = Mandate(Role.CSO_DELEGATE, "Statute", ELSEWHERE, GIVEN)
SUCCESSOR = Mandate(Role.CSO_DELEGATE, "Statute", ELSEWHERE, GIVEN, frozenset({ORGANISATION}))
MERGED_AT = datetime(2026, 7, 1, 9, tzinfo=UTC)

PROJECT = Project(
    title="Festivali i Prizrenit",
    activity="Tri ditë muzikë në qytetin e vjetër.",
    purpose="culture",
    starts_on=date(2026, 7, 1),
    ends_on=date(2026, 12, 31),
    costs=(
        CostLine(code="stage", title="Skena", kind=CostKind.ACTIVITIES, amount=euro(470_000)),
        CostLine(code="office", title="Zyra", kind=CostKind.INDIRECT, amount=euro(30_000)),
    ),
    requested=euro(450_000),
    co_financing=(CoFinancing(source="Komuna e Prizrenit", amount=euro(50_000), institution="prizren"),),
    municipalities=("prizren",),
)


def project(**changes: Any) -> Project:
    """The project with other facts."""
    return Project(**{name: getattr(PROJECT, name) for name in PROJECT.__struct_fields__} | changes)


def certificate(kind: CertificateKind, until: date = date(2026, 12, 31)) -> Certificate:
    """A certificate of the applicant."""
    return Certificate(
        certificate_id=derived_id("test", kind, until),
        kind=kind,
        number="ATK-1",
        issued_on=date(2026, 1, 10),
        valid_until=until,
    )


def registered(
    *more: Event, certificates: tuple[Certificate, ...] | None = None, later: Sequence[Event] = ()
) -> Iterator[Event]:
    """What the register tells of the applicant: verified, with both certificates unless told otherwise.

    All of it is from before the call, but for what is `later`: from when the call is over.
    """
    held = [certificate(kind) for kind in CertificateKind] if certificates is None else certificates
    events = (
        claimed(organisation_id=ORGANISATION),
        o.OrganisationVerified(organisation_id=ORGANISATION, identifiers=(NGO,), decision_no="4/2026"),
        *(o.CertificateRecorded(organisation_id=ORGANISATION, certificate=one) for one in held),
        *more,
        *later,
    )
    for version, event in enumerate(events, 1):
        begun = AFTER if event in later else DURING - timedelta(days=30)
        yield event.stamp(ORGANISATION, version, begun + timedelta(minutes=version))


def standing(*more: Event, **told: Any) -> Standing:
    """The applicant as the register knows it; see `registered`."""
    fold = Standing()
    for event in registered(*more, **told):
        fold.apply(ORGANISATION, event)
    return fold


def succeeded(*more: Event, until: date = date(2026, 12, 31)) -> Standing:
    """The applicant merged the day before it asks for money into an entry that shows both certificates."""
    known = standing(certificates=())
    gone = o.OrganisationMerged(organisation_id=ORGANISATION, into=ELSEWHERE, decision_no="9/2026", holdings=Holdings())
    known.apply(ORGANISATION, gone.stamp(ORGANISATION, 3, MERGED_AT))
    events = (
        claimed(organisation_id=ELSEWHERE),
        o.OrganisationVerified(organisation_id=ELSEWHERE, identifiers=(NGO,), decision_no="5/2026"),
        *(
            o.CertificateRecorded(organisation_id=ELSEWHERE, certificate=certificate(kind, until))
            for kind in CertificateKind
        ),
        o.OrganisationAbsorbed(organisation_id=ELSEWHERE, merged_id=ORGANISATION, holdings=Holdings()),
        *more,
    )
    for version, event in enumerate(events, 1):
        known.apply(ELSEWHERE, event.stamp(ELSEWHERE, version, MERGED_AT - timedelta(days=9 - version)))
    return known


SUSPENDED = o.OrganisationSuspended(organisation_id=ORGANISATION, decision_no="5/2026", reason=REASON)
OFFICE = o.OfficerRecorded(
    organisation_id=ORGANISATION,
    officer=Officer(
        officer_id=derived_id("test", "office"),
        person_id=ACTOR,
        position=Position.BOARD_MEMBER,
        since=date(2020, 1, 1),
        until=date(2021, 1, 1),
    ),
)
REPRESENTATION = o.RepresentativeMandated(
    organisation_id=ORGANISATION,
    mandate_id=derived_id("test", "representation"),
    person_id=ACTOR,
    legal_basis="Statute, Article 12",
    valid_from=date(2026, 1, 1),
)
"""Both are of whoever decides in tests."""
DRAFTED = e.ApplicationDrafted(
    call_id=CALL,
    organisation_id=ORGANISATION,
    organisation_name=NAME,
    municipality="prizren",
    identifiers=(NGO,),
    language="sq",
)
DESCRIBED = e.ProjectDescribed(project=PROJECT)
SAVED = e.SectionSaved(form_version=1, section="project", revision=1, answers=ANSWERS["project"])
ATTACHED = e.EvidenceAttached(file_id=FILE_ID, title="Statuti", file=FILE)
INVITED = e.EditorInvited(person_id=COLLEAGUE)
SIGNED = e.ApplicationSignedOff(person_id=ACTOR)
WRITTEN = (DRAFTED, DESCRIBED, SAVED)
SIGNED_OFF = (*WRITTEN, SIGNED)
OF_CALL: dict[str, Any] = {"call_id": CALL, "organisation_id": ORGANISATION}
SUBMITTED = e.ApplicationSubmitted(
    **OF_CALL, received_at=DURING, receipt="AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GGGG", digest="ab" * 32, project=PROJECT
)
SENT = (*SIGNED_OFF, SUBMITTED)
COMPLETION = deadline(RULES["grant.completion_request"], AFTER, "CompletionRequested", CALENDAR)
ASKED = e.CompletionRequested(**OF_CALL, missing=(REASON,), deadline=COMPLETION)
COMPLETED = e.ApplicationCompleted(**OF_CALL, files=(FILE,), note=REASON)
ELIGIBLE = e.ApplicationChecked(**OF_CALL, eligible=True, gates={}, checked_by=ACTOR)
COMPLAINTS = deadline(RULES[COMPLAIN], AFTER, "ApplicationChecked", CALENDAR)
INELIGIBLE = e.ApplicationChecked(
    **OF_CALL, eligible=False, gates={}, reason=REASON, checked_by=ACTOR, complaints_until=COMPLAINTS
)
WITHDRAWN = e.ApplicationWithdrawn(**OF_CALL, before="submitted")  # type: ignore[arg-type] # as the log has it
TAKEN_BACK = e.ApplicationWithdrawn(**OF_CALL, before="draft")  # type: ignore[arg-type] # as the log has it
NOTED = e.OverlapNoted(
    **OF_CALL, overlap_id=OVERLAP, institution="mkrs", contact="grante@mkrs.example", similarity=820_000
)
AWARDED = e.OutcomeRecorded(**OF_CALL, outcome=AwardOutcome.AWARDED, rank=1, score=910_000, amount=euro(450_000))
RESERVED = e.OutcomeRecorded(**OF_CALL, outcome=AwardOutcome.RESERVE, rank=4, score=700_000, amount=euro(450_000))
REJECTED = e.OutcomeRecorded(**OF_CALL, outcome=AwardOutcome.REJECTED, rank=9, score=300_000)
CHECKED = (*SENT, ELIGIBLE)
WON = (*CHECKED, AWARDED)


def application(*events: Event) -> Application:
    """An application to rest on; submitted unless told otherwise."""
    made: Application = built(Application, events or SENT, APPLICATION, at=DURING - timedelta(days=1))
    return made


def published_with(**changes: Any) -> Any:
    """The open call with other facts."""
    told_otherwise = facts(**changes)
    fields = {name: getattr(PUBLISHED, name) for name in PUBLISHED.__struct_fields__}
    return call(*PREPARED, type(PUBLISHED)(**fields | {"facts": told_otherwise}))


def told(*events: Event) -> Scenario:
    """An application with a past, at the default of a test."""
    return given(Application, events, stream_id=APPLICATION, at=DURING - timedelta(days=1))


def as_applicant(**overrides: Any) -> dict[str, Any]:
    """The organisation's representative, while the call is open."""
    resting = {"references": {"call": call()}, "boundary": Contract()}
    return {"mandate": DELEGATE, "now": DURING} | resting | overrides


def submitting(*more: Event, held: tuple[Event, ...] = (), **overrides: Any) -> dict[str, Any]:
    """What a submission rests on: the open call, the register, and what the organisation holds in the call."""
    fold = OneApplication()
    for event in held:
        fold.apply(ELSEWHERE, event)
    return as_applicant(boundary=fold, registers=(standing(*more),)) | overrides


def as_officer(**overrides: Any) -> dict[str, Any]:
    """An officer of the institution, after the call has closed."""
    resting = {"references": {"call": call(*OVER)}, "registers": (standing(),), "boundary": Contract()}
    return {"mandate": Mandate(Role.GRANT_OFFICER, "Appointment 2/2026"), "now": AFTER} | resting | overrides
