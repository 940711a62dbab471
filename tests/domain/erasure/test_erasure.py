"""Who may have whom erased, and that it happens once."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.erasure import citations
from domain.erasure.commands import CompleteErasure, EraseSubject, Ground, RecordExport, RestoreErasure
from domain.erasure.erasure import Erasure, StandingMandates, erasure_id
from domain.erasure.events import ERASURES, DataExported, ErasureCompleted, SubjectErased
from domain.erasure.export import Export
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, NotPermitted, RuleViolated
from domain.kernel.governing import GOVERNS
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.text import text
from domain.organisations.events import OrganisationSuspended, RepresentativeMandated, RepresentativeRevoked
from domain.tenants.events import (
    AppointmentRevoked,
    AuditMandateGranted,
    AuditMandateRevoked,
    AuditorAppointed,
    MandateGranted,
    MandateRevoked,
    MemberRegistered,
)
from tests.support.given import ACTOR, NOW, STREAM, Outcome, given, given_nothing

PERSON, OTHER = derived_id("test", "person"), derived_id("test", "other")
OFFICER = Mandate(Role.DATA_PROTECTION_OFFICER, "Appointment 2/2026")
ANYBODY = Mandate(Role.SIGNED_IN, "any person")
ERASE = EraseSubject(subject_id=PERSON, ground=Ground.CONSENT_WITHDRAWN)
ERASED = SubjectErased(
    subject_id=PERSON, ground=Ground.CONSENT_WITHDRAWN, legal_basis=citations.PERSONAL_DATA, erased_at=NOW
)
DONE = CompleteErasure(values=12, files=1)


def mandates(*events: tuple[UUID, Any]) -> StandingMandates:
    folded = StandingMandates()
    for stream_id, event in events:
        folded.apply(stream_id, event)
    return folded


def member(person: UUID, *events: Any) -> list[tuple[UUID, Any]]:
    stream = derived_id("member", person)
    return [(stream, event) for event in (MemberRegistered(person), *events)]


def granted(valid_to: date | None) -> MandateGranted:
    return MandateGranted(derived_id("m", valid_to), "drafting_officer", "Decision 1/2026", date(2026, 1, 1), valid_to)


def when(command: EraseSubject = ERASE, *, boundary: StandingMandates | None = None, **facts: Any) -> Outcome:
    facts = {"mandate": OFFICER} | facts
    return given_nothing(Erasure).when(command, boundary=boundary or mandates(), **facts)


@pytest.mark.parametrize("role", [Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR])
def test_on_a_mandate(role: Role) -> None:
    made = when(mandate=Mandate(role, "Appointment 2/2026")).then([ERASED]).then_personal({})

    assert made.events[0].tags() == (ERASURES,)
    assert made.aggregate.subject_id == PERSON


def test_for_oneself() -> None:
    when(actor=PERSON, mandate=ANYBODY).then([ERASED])


@pytest.mark.parametrize("mandate", [ANYBODY, Mandate(Role.AUDITOR, "x"), Mandate(Role.CSO_DELEGATE, "x")])
def test_nobody_else(mandate: Mandate) -> None:
    when(actor=ACTOR, mandate=mandate).then_refused(NotPermitted)


def test_the_officer_names_what_it_rests_on() -> None:
    command = EraseSubject(subject_id=PERSON, ground=Ground.LEGAL_OBLIGATION, legal_basis="Judgment A. 7/2026")

    assert when(command).events[0].legal_basis == "Judgment A. 7/2026"


def test_whoever_audits_keeps_a_name_until_the_audit_is_over() -> None:
    stream, day = derived_id("test", "audit"), date(2030, 1, 1)
    granted_here = AuditMandateGranted(stream, PERSON, ("mflt",), "Decision 7/2026", NOW.date(), day)
    appointed = AuditorAppointed(PERSON, ("mflt",), "Decision 7/2026", NOW.date(), day)

    for begun, ended in ((granted_here, AuditMandateRevoked(stream)), (appointed, AppointmentRevoked())):
        standing = mandates((stream, begun))
        when(boundary=standing).then_refused(RuleViolated, rule="erasure.mandate")
        when(boundary=mandates((stream, begun), (stream, ended))).then([ERASED])


@pytest.mark.parametrize("valid_to", [None, NOW.date(), date(2030, 1, 1)])
def test_whoever_holds_a_mandate_keeps_a_name(valid_to: date | None) -> None:
    boundary = mandates(*member(PERSON, granted(valid_to)))

    when(boundary=boundary).then_refused(RuleViolated, rule="erasure.mandate")
    when(boundary=boundary, actor=PERSON, mandate=ANYBODY).then_refused(RuleViolated, rule="erasure.mandate")


def test_mandates_that_are_over_stand_in_no_way() -> None:
    ended, revoked = granted(NOW.date() - timedelta(days=1)), granted(None)
    boundary = mandates(
        *member(PERSON, ended, revoked, MandateRevoked(revoked.mandate_id)), *member(OTHER, granted(None))
    )

    when(boundary=boundary).then([ERASED])


def test_whoever_represents_an_organisation_keeps_a_name_until_that_is_over() -> None:
    mandated = RepresentativeMandated(
        organisation_id=OTHER,
        mandate_id=STREAM,
        person_id=PERSON,
        legal_basis="Statute",
        valid_from=NOW.date(),
    )
    suspended = OrganisationSuspended(organisation_id=OTHER, decision_no="1", reason=text(sq="x"))
    revoked = RepresentativeRevoked(organisation_id=OTHER, mandate_id=STREAM)

    for before in ([mandated], [mandated, suspended]):
        standing = mandates(*((OTHER, event) for event in before))
        when(boundary=standing).then_refused(RuleViolated, rule="erasure.mandate")
    when(boundary=mandates((OTHER, mandated), (OTHER, revoked))).then([ERASED])


def test_mandates_are_folded_from_all_that_governs() -> None:
    assert StandingMandates.tag(STREAM, ERASE) == GOVERNS


def test_it_is_completed_once() -> None:
    given(Erasure, [ERASED]).when(DONE).then([ErasureCompleted(values=12, files=1)])
    given(Erasure, [ERASED, ErasureCompleted(values=12, files=1)]).when(DONE).then_refused(IllegalTransition)


def test_what_a_restored_log_has_lost_is_said_again() -> None:
    earlier = NOW - timedelta(days=40)
    command = RestoreErasure(
        subject_id=PERSON, ground=Ground.OBJECTION, legal_basis="Decision 7/2026", erased_at=earlier
    )

    (event,) = given_nothing(Erasure).when(command, mandate=Mandate(Role.CLOCK, "system")).events

    assert event == SubjectErased(
        subject_id=PERSON, ground=Ground.OBJECTION, legal_basis="Decision 7/2026", erased_at=earlier, restored=True
    )


def test_a_person_is_erased_once_in_each_institution() -> None:
    restore = RestoreErasure(subject_id=PERSON, ground=Ground.OBJECTION, legal_basis="x", erased_at=NOW)

    assert Erasure.settled_id(2, ERASE) == Erasure.settled_id(2, restore) == erasure_id(2, PERSON)
    assert Erasure.settled_id(3, ERASE) != erasure_id(2, PERSON)
    assert Erasure.settled_id(2, DONE) is None


def test_an_export_is_always_of_whoever_asks() -> None:
    given_nothing(Export).when(RecordExport(), mandate=ANYBODY).then([DataExported(subject_id=ACTOR)])
