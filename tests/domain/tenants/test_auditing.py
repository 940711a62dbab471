"""Auditors: appointed, mandated in each institution's log, on record when they look."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from domain.governance import Governance, NationalGovernance
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, MandateNotInForce, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.tenants import DOMAIN
from domain.tenants.auditing import AuditAccess, AuditAppointment, AuditMandate, AuditPeriod, audit_mandate_id
from domain.tenants.commands import (
    Act,
    AppointAuditor,
    GrantAudit,
    GrantMandate,
    Kind,
    RecordAccess,
    RevokeAppointment,
    RevokeAudit,
)
from domain.tenants.events import (
    AppointmentRevoked,
    AuditAccessed,
    AuditMandateGranted,
    AuditMandateRevoked,
    AuditorAppointed,
    InstitutionRegistered,
    MandateGranted,
    MandateRevoked,
    MemberRegistered,
    RegisterFounded,
)
from domain.tenants.membership import Membership
from domain.tenants.register import InstitutionRegister
from tests.domain.test_governance import Log
from tests.support.given import ACTOR, MINISTRY, MUNICIPALITY, NATIONAL, NOW, Outcome, built, given, given_nothing

PERSON, MANDATE = derived_id("test", "auditor"), derived_id("test", "mandate")
FROM, TO = date(2026, 3, 1), date(2026, 5, 31)
REGISTER = built(
    InstitutionRegister,
    [
        RegisterFounded(),
        InstitutionRegistered(1, "opm", "OPM", Kind.NATIONAL, {}, ("sq", "sr")),
        InstitutionRegistered(10, "mflt", "MFLT", Kind.MINISTRY, {}, ("sq", "sr")),
        InstitutionRegistered(36, "prizren", "PZ", Kind.MUNICIPALITY, {}, ("sq", "sr", "tr")),
    ],
)
APPOINTED = AuditorAppointed(PERSON, ("mflt", "prizren"), "Decision 7/2026", FROM, TO)
GRANTED = AuditMandateGranted(MANDATE, PERSON, ("mflt", "prizren"), "Decision 7/2026", FROM, TO)
GRANT = GrantAudit(**msgspec.structs.asdict(GRANTED))


def appoint(**changes: Any) -> Outcome:
    """What becomes of an appointment by the national tenant; `tenant` and `actor` may be others."""
    place = {name: changes.pop(name) for name in ("tenant", "actor") if name in changes}
    fields: dict[str, Any] = {
        "person_id": PERSON,
        "full_name": "Arta Berisha",
        "email": "arta@example.org",
        "tenants": ("mflt", "prizren"),
        "legal_basis": "Decision 7/2026",
        "valid_from": FROM,
        "valid_to": TO,
    } | changes
    command = AppointAuditor(**fields)
    return given_nothing(AuditAppointment).when(
        command, **({"tenant": NATIONAL} | place), references={"register": REGISTER}
    )


def test_appointing_names_institutions_and_days_and_seals_who_it_is() -> None:
    appoint().then([APPOINTED]).then_personal({"full_name": "Arta Berisha", "email": "arta@example.org"})


def test_only_the_national_tenant_appoints() -> None:
    appoint(tenant=MINISTRY).then_refused(RuleViolated, rule="tenant.national")


def test_nobody_appoints_themselves() -> None:
    appoint(person_id=ACTOR).then_refused(RuleViolated, rule="mandate.self")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"tenants": ("mflt", "atlantis")}, "/tenants/1"),
        ({"tenants": ("mflt", "mflt")}, "/tenants"),
        ({"valid_to": FROM - timedelta(days=1)}, "/valid_to"),
        ({"valid_from": date(2026, 1, 1), "valid_to": NOW.date() - timedelta(days=1)}, "/valid_to"),
    ],
)
def test_what_cannot_be_meant(changes: dict[str, Any], pointer: str) -> None:
    appoint(**changes).then_refused(InvalidValue, pointer=pointer)


def test_an_audit_may_last_one_day_and_that_may_be_today() -> None:
    appoint(valid_from=NOW.date(), valid_to=NOW.date()).then_events(AuditorAppointed)


def test_revoking_an_appointment_seals_the_reason_and_is_done_once() -> None:
    outcome = given(AuditAppointment, [APPOINTED]).when(RevokeAppointment(reason="Left"), tenant=NATIONAL)

    outcome.then([AppointmentRevoked()]).then_personal({"reason": "Left"})
    given(AuditAppointment, [APPOINTED, AppointmentRevoked()]).when(
        RevokeAppointment(reason="Left"), tenant=NATIONAL
    ).then_refused(IllegalTransition)


def test_the_mandate_stands_in_each_institutions_own_log() -> None:
    for tenant in (MINISTRY, MUNICIPALITY):
        given_nothing(AuditMandate).when(GRANT, tenant=tenant).then([GRANTED])
    assert AuditMandate.settled_id(10, GRANT) == audit_mandate_id(10, MANDATE) != audit_mandate_id(36, MANDATE)
    assert AuditMandate.settled_id(10, RevokeAudit(mandate_id=MANDATE)) is None


def test_an_institution_that_is_not_named_gets_no_mandate() -> None:
    given_nothing(AuditMandate).when(GRANT, tenant=NATIONAL).then_refused(RuleViolated, rule="audit.named")


def test_the_end_of_a_mandate_is_said_once() -> None:
    scenario = given(AuditMandate, [GRANTED])
    scenario.when(RevokeAudit(mandate_id=MANDATE)).then([AuditMandateRevoked(MANDATE)])
    given(AuditMandate, [GRANTED, AuditMandateRevoked(MANDATE)]).when(RevokeAudit(mandate_id=MANDATE)).then_nothing()
    given(AuditMandate, [GRANTED]).when(RevokeAudit(mandate_id=PERSON)).then_refused(
        InvalidValue, pointer="/mandate_id"
    )


def test_only_the_system_carries_mandates_into_logs_and_only_who_looks_is_on_record() -> None:
    assert {DOMAIN.permissions[command] for command in (GrantAudit, RevokeAudit)} == {frozenset({Role.CLOCK})}
    assert DOMAIN.permissions[RecordAccess] == {Role.AUDITOR, Role.DATA_PROTECTION_OFFICER, Role.OPERATOR}
    assert DOMAIN.inward == {RecordAccess}
    assert DOMAIN.permissions[AppointAuditor] == DOMAIN.permissions[RevokeAppointment]
    assert not DOMAIN.permissions[AppointAuditor] & {Role.ADMINISTRATOR, Role.AUDITOR}


def test_a_look_is_on_record_with_its_mandate_and_its_words_are_sealed() -> None:
    look = RecordAccess(act=Act.QUERY, what="audit_trail", parameters={"limit": "5"}, words={"q": "Arta"})
    mandate = Mandate("auditor", "Decision 7/2026", mandate_id=MANDATE)

    outcome = given_nothing(AuditAccess).when(look, mandate=mandate)

    outcome.then([AuditAccessed(Act.QUERY, "audit_trail", {"limit": "5"}, MANDATE, None)])
    outcome.then_personal({"parameter q": "Arta"})
    assert {value.subject_id for value in outcome.events[0].personal} == {ACTOR}
    assert outcome.events[0].tags() == (), "a look governs nothing: no decision waits for it"


def test_the_days_of_an_audit_are_kosovos_and_it_ends_at_midnight() -> None:
    period = AuditPeriod(MANDATE, "x", FROM, TO)
    begins, ends = (
        datetime(2026, 2, 28, 23, tzinfo=UTC),
        datetime(2026, 5, 31, 22, tzinfo=UTC),
    )  # winter and summer time
    second = timedelta(seconds=1)

    assert [period.state_at(at) for at in (begins - second, begins, ends - second, ends)] == [
        "not_yet",
        "in_force",
        "in_force",
        "expired",
    ]
    assert msgspec.structs.replace(period, revoked=True).state_at(begins) == "revoked"


def test_an_institutions_own_auditor_has_an_end_too() -> None:
    command = GrantMandate(role=Role.AUDITOR, legal_basis="x", valid_from=FROM)

    given(Membership, [MemberRegistered(PERSON)]).when(command).then_refused(InvalidValue, pointer="/valid_to")


def test_the_fold_of_an_institution_knows_who_may_look_and_who_might() -> None:
    fold = Governance()
    own = MandateGranted(derived_id("own"), "auditor", "Decision 1", date(2026, 1, 1), date(2026, 1, 31))
    log = Log(fold).add("member", MemberRegistered(PERSON), own).add("audit", GRANTED)

    assert fold.mandates(PERSON, NOW) == (Mandate("auditor", "Decision 7/2026", mandate_id=MANDATE),)
    assert fold.mandates(PERSON, datetime(2026, 1, 15, tzinfo=UTC))[0].mandate_id == own.mandate_id
    assert fold.mandates(PERSON, datetime(2026, 6, 1, tzinfo=UTC)) == ()
    assert [(one.mandate_id, one.state_at(NOW)) for one in fold.audits(PERSON)] == [
        (own.mandate_id, "expired"),
        (MANDATE, "in_force"),
    ]
    log.add("audit", AuditMandateRevoked(MANDATE)).add("member", MandateRevoked(own.mandate_id))
    assert fold.mandates(PERSON, NOW) == ()
    assert [(one.mandate_id, one.state_at(NOW)) for one in fold.audits(PERSON)] == [(MANDATE, "revoked")]
    assert fold.audits(ACTOR) == ()


def test_the_national_fold_knows_what_was_withdrawn() -> None:
    fold = NationalGovernance()
    log = Log(fold).add(MANDATE, APPOINTED)
    assert (fold.appointments[MANDATE].tenants, fold.withdrawn) == (("mflt", "prizren"), set())

    log.add(MANDATE, AppointmentRevoked())
    assert fold.withdrawn == {MANDATE}


@pytest.mark.parametrize("state", ["not_yet", "expired", "revoked"])
def test_a_mandate_out_of_time_is_named_with_its_days(state: str) -> None:
    error = MandateNotInForce(
        ("auditor",), mandate_id=MANDATE, basis="7/2026", valid_from=FROM, valid_to=TO, state=state
    )

    assert all(text in str(error) for text in (str(MANDATE), "7/2026", "2026-03-01", "2026-05-31"))
    assert error.facts() == {
        "roles": ["auditor"],
        "mandate": {
            "mandate_id": str(MANDATE),
            "basis": "7/2026",
            "valid_from": "2026-03-01",
            "valid_to": "2026-05-31",
            "state": state,
        },
    }
