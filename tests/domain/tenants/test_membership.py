"""Members and their mandates."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.tenants.commands import GrantMandate, RegisterMember, RevokeMandate
from domain.tenants.events import MandateGranted, MandateRevoked, MemberRegistered
from domain.tenants.membership import GRANTABLE, Granted, Membership, member_id
from tests.support.given import ACTOR, NATIONAL, given, given_nothing, new_id

PERSON = derived_id("test", "person")
ORGANISATION = derived_id("test", "organisation")
MEMBER = MemberRegistered(PERSON)
FROM, TO = date(2026, 1, 1), date(2026, 12, 31)
OFFICER = MandateGranted(derived_id("m"), "drafting_officer", "Decision 1/2026", FROM, TO)


def grant(role: Role = Role.DRAFTING_OFFICER, **changes: Any) -> GrantMandate:
    fields: dict[str, Any] = {"legal_basis": "Decision 1/2026", "valid_from": FROM, "valid_to": TO, **changes}
    return GrantMandate(role=role, **fields)


def test_registering_seals_name_and_address() -> None:
    command = RegisterMember(person_id=PERSON, full_name="Arta Berisha", email="arta@example.org")

    outcome = given_nothing(Membership).when(command)

    outcome.then([MEMBER]).then_personal({"full_name": "Arta Berisha", "email": "arta@example.org"})
    assert {value.subject_id for value in outcome.events[0].personal} == {PERSON}


def test_a_person_is_a_member_once() -> None:
    command = RegisterMember(person_id=PERSON, full_name="Arta Berisha", email="arta@example.org")

    assert Membership.settled_id(2, command) == member_id(2, PERSON) != member_id(3, PERSON)
    assert Membership.settled_id(2, grant()) is None


def test_granting() -> None:
    given(Membership, [MEMBER]).when(grant()).then(
        [MandateGranted(new_id(0), "drafting_officer", "Decision 1/2026", FROM, TO)]
    )


def test_granting_to_a_delegate() -> None:
    command = grant(Role.CSO_DELEGATE, organisation_id=ORGANISATION, valid_to=None)

    given(Membership, [MEMBER]).when(command).then(
        [MandateGranted(new_id(0), "cso_delegate", "Decision 1/2026", FROM, None, ORGANISATION)]
    )


@pytest.mark.parametrize("role", [Role.OGG_SUPERVISOR, Role.REGISTRAR])
def test_supervisors_and_registrars_are_national(role: Role) -> None:
    given(Membership, [MEMBER]).when(grant(role)).then_refused(RuleViolated, rule="mandate.national")
    given(Membership, [MEMBER]).when(grant(role), tenant=NATIONAL).then_events(MandateGranted)


@pytest.mark.parametrize("role", [Role.GRANT_OFFICER, Role.COMMISSIONER, Role.COMPLAINT_OFFICER, Role.FINANCE_OFFICER])
def test_whoever_gives_grants_holds_a_mandate_of_any_institution(role: Role) -> None:
    given(Membership, [MEMBER]).when(grant(role)).then_events(MandateGranted)


@pytest.mark.parametrize("role", sorted(set(Role) - GRANTABLE))
def test_roles_of_the_system_are_not_granted(role: Role) -> None:
    given(Membership, [MEMBER]).when(grant(role), tenant=NATIONAL).then_refused(InvalidValue, pointer="/role")


@pytest.mark.parametrize("command", [grant(Role.CSO_DELEGATE), grant(Role.AUDITOR, organisation_id=ORGANISATION)])
def test_delegates_and_only_they_act_for_an_organisation(command: GrantMandate) -> None:
    given(Membership, [MEMBER]).when(command).then_refused(InvalidValue, pointer="/organisation_id")


def test_nobody_grants_to_themselves() -> None:
    given(Membership, [MemberRegistered(ACTOR)]).when(grant()).then_refused(RuleViolated, rule="mandate.self")


def test_a_period_ends_after_it_begins() -> None:
    command = grant(valid_from=TO, valid_to=FROM)

    given(Membership, [MEMBER]).when(command).then_refused(InvalidValue, pointer="/valid_to")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "refused"),
    [
        (FROM, TO, True),
        (TO, None, True),
        (date(2025, 1, 1), FROM, True),
        (date(2025, 1, 1), None, True),
        (date(2027, 1, 1), None, False),
        (date(2025, 1, 1), date(2025, 12, 31), False),
    ],
)
def test_the_same_mandate_does_not_run_twice(valid_from: date, valid_to: date | None, refused: bool) -> None:
    outcome = given(Membership, [MEMBER, OFFICER]).when(grant(valid_from=valid_from, valid_to=valid_to))

    if refused:
        outcome.then_refused(RuleViolated, rule="mandate.overlap")
    else:
        outcome.then_events(MandateGranted)


def test_another_role_at_the_same_time() -> None:
    given(Membership, [MEMBER, OFFICER]).when(grant(Role.LEGAL_OFFICER)).then_events(MandateGranted)


def test_revoking_seals_the_reason() -> None:
    outcome = given(Membership, [MEMBER, OFFICER]).when(RevokeMandate(mandate_id=OFFICER.mandate_id, reason="Left"))

    outcome.then([MandateRevoked(OFFICER.mandate_id)]).then_personal({"reason": "Left"})
    assert outcome.aggregate.mandates == {}


def test_revoking_what_is_not_there() -> None:
    command = RevokeMandate(mandate_id=derived_id("other"), reason="Left")

    given(Membership, [MEMBER, OFFICER]).when(command).then_refused(InvalidValue, pointer="/mandate_id")


def test_days_of_a_mandate_are_kosovos() -> None:
    mandate = Granted(derived_id("m"), "auditor", "x", FROM, TO)
    first = datetime(2025, 12, 31, 23, 0, tzinfo=UTC)
    end = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)

    assert not mandate.valid_at(first - timedelta(seconds=1))
    assert mandate.valid_at(first)
    assert mandate.valid_at(end - timedelta(seconds=1))
    assert not mandate.valid_at(end)
