"""Asking for a licence, its inspection, and the first decision on it."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.context import Mandate
from domain.kernel.deadline import local_day
from domain.kernel.errors import CommandRefused, IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.manifest import Role
from domain.kernel.rules import Rules
from domain.kernel.text import Text, text
from domain.licences import commands as c
from domain.licences import events as e
from domain.licences.licence import ISSUER, Licence
from domain.licences.licensing import Licensing
from domain.licences.vocabulary import Term
from domain.rules.shipped import shipped_rules
from tests.domain.licences.examples import (
    APPLIED,
    DAY,
    DELEGATE,
    EXPIRED,
    FAILED,
    FIRST,
    GRANTED,
    HELD,
    INSPECTED,
    INSPECTOR,
    LAST,
    ORGANISATION,
    PLACES,
    REASON,
    REFUSED,
    REVOKED,
    SERVICE,
    STAFF,
    SUSPENDED,
    term,
)
from tests.domain.organisations.examples import REGISTERED, good_standing, standing
from tests.domain.organisations.examples import SUSPENDED as NO_STANDING
from tests.support.given import MUNICIPALITY, NOW, STREAM, Outcome, given, given_nothing

APPLY = c.ApplyForLicence(organisation_id=ORGANISATION, service=SERVICE, places=PLACES, capacity=30, staff=STAFF)
INSPECT = c.RecordInspection(inspected_on=date(2026, 3, 10), passed=True, capacity=30, findings=REASON)
GRANT = c.GrantLicence(organisation_id=ORGANISATION, decision_no="12/2026", term=term())
REFUSE = c.RefuseLicence(decision_no="12/2026", reason=REASON)


def known(*events: Event) -> Licensing:
    fold = Licensing()
    for event in events:
        fold.apply(derived_id("test", "earlier"), event)
    return fold


def applied(command: c.ApplyForLicence = APPLY, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"mandate": DELEGATE, "boundary": Licensing(), "registers": (good_standing(),)}
    return given_nothing(Licence).when(command, **(facts | changes))


def granted(command: c.GrantLicence = GRANT, *past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"mandate": INSPECTOR, "registers": (good_standing(),)}
    return given(Licence, past or (APPLIED, INSPECTED)).when(command, **(facts | changes))


def test_an_organisation_asks_an_issuer() -> None:
    outcome = applied().then([APPLIED])

    assert APPLIED.decide_by is not None
    assert APPLIED.decide_by.last_day == local_day(NOW) + 45 * DAY
    assert outcome.events[0].tags() == (e.licensing_tag(ORGANISATION, SERVICE),)


def test_a_pack_without_the_rule_sets_no_time() -> None:
    shipped = shipped_rules("ministry")
    rules = Rules("old", {"licence.term.max": shipped["licence.term.max"]})

    applied(rules=rules).then([replace(APPLIED, decide_by=None)])


def test_only_an_institution_that_issues_licences_is_asked() -> None:
    refusal = applied(tenant=MUNICIPALITY).then_refused(RuleViolated, rule="licence.issuer").refusal

    assert "ministry" in str(refusal)


def test_a_decision_makes_a_municipality_an_issuer() -> None:
    shipped = shipped_rules("municipality")
    own = shipped[ISSUER].overridden("municipality", "Decision 9/2026")

    applied(tenant=MUNICIPALITY, rules=Rules("own", dict(shipped.by_key) | {ISSUER: own})).then_events(e.LicenceApplied)


@pytest.mark.parametrize(
    "mandate",
    [
        INSPECTOR,
        Mandate(Role.CSO_DELEGATE, "Appointment", ORGANISATION),
        Mandate(Role.CSO_DELEGATE, "Statute", derived_id("test", "other"), derived_id("test", "mandate")),
    ],
    ids=["officer", "given by the institution", "another organisation"],
)
def test_nobody_asks_without_the_organisations_own_mandate(mandate: Mandate) -> None:
    applied(mandate=mandate).then_refused(RuleViolated, rule="licence.mandate")


def test_an_organisation_without_standing_asks_in_vain() -> None:
    suspended = standing(*REGISTERED, NO_STANDING)

    applied(registers=(suspended,)).then_refused(RuleViolated, rule="organisation.suspended")
    applied(registers=(standing(),)).then_refused(RuleViolated, rule="organisation.verified")


@pytest.mark.parametrize("past", [(APPLIED,), HELD, (*HELD, SUSPENDED)], ids=["asked", "granted", "suspended"])
def test_there_is_one_licence_for_a_service_at_a_time(past: tuple[Event, ...]) -> None:
    applied(boundary=known(*past)).then_refused(RuleViolated, rule="licence.once")


@pytest.mark.parametrize("last", [REFUSED, REVOKED, EXPIRED], ids=["refused", "revoked", "expired"])
def test_whoever_has_none_any_more_asks_anew(last: Event) -> None:
    applied(boundary=known(APPLIED, last)).then([APPLIED])


def test_the_boundary_is_that_of_organisation_and_service() -> None:
    assert Licensing.tag(STREAM, APPLY) == f"licensing:{ORGANISATION}:{SERVICE}"
    with pytest.raises(TypeError):
        Licensing.tag(STREAM, INSPECT)


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (replace(APPLY, places=("prizren", "peje", "prizren")), "/places"),
        (replace(APPLY, staff=(STAFF[0], replace(STAFF[0], people=1))), "/staff"),
    ],
)
def test_what_is_named_twice(command: c.ApplyForLicence, pointer: str) -> None:
    applied(command).then_refused(InvalidValue, pointer=pointer)


@pytest.mark.parametrize("past", [(APPLIED,), HELD, (*HELD, SUSPENDED)], ids=["asked", "granted", "suspended"])
def test_an_inspector_looks_at_any_time(past: tuple[Event, ...]) -> None:
    given(Licence, past).when(replace(INSPECT, inspected_on=local_day(NOW)), mandate=INSPECTOR).then(
        [replace(INSPECTED, inspected_on=local_day(NOW))]
    )


@pytest.mark.parametrize("last", [REFUSED, REVOKED, EXPIRED], ids=["refused", "revoked", "expired"])
def test_what_is_over_is_not_inspected(last: Event) -> None:
    past = (APPLIED, last) if last is REFUSED else (*HELD, last)

    given(Licence, past).when(INSPECT, mandate=INSPECTOR).then_refused(IllegalTransition)


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (replace(INSPECT, inspected_on=local_day(NOW) + DAY), "/inspected_on"),
        (replace(INSPECT, inspected_on=INSPECTED.inspected_on - DAY), "/inspected_on"),
        (replace(INSPECT, findings=Text()), "/findings"),
    ],
    ids=["to come", "before the last", "nothing said"],
)
def test_an_inspection_that_cannot_be_meant(command: c.RecordInspection, pointer: str) -> None:
    given(Licence, (APPLIED, INSPECTED)).when(command, mandate=INSPECTOR).then_refused(InvalidValue, pointer=pointer)


def test_findings_are_said_in_every_language_that_the_issuer_owes() -> None:
    command = replace(INSPECT, findings=text(sq="Në rregull"))

    given(Licence, (APPLIED,)).when(command).then_refused(RuleViolated, rule="licence.languages")
    given(Licence, (APPLIED,)).when(command, imported=True).then_events(e.LicenceInspected)


def test_a_licence_is_granted_on_an_inspection() -> None:
    granted().then([GRANTED])


def test_a_part_of_what_was_asked_for_is_granted() -> None:
    less = term(places=("prizren",), capacity=10)

    granted(replace(GRANT, term=less)).then([replace(GRANTED, term=less)])


def test_a_short_term_can_be_renewed_from_its_first_day() -> None:
    short = term(FIRST, FIRST + 30 * DAY)

    granted(replace(GRANT, term=short)).then([replace(GRANTED, term=short, renewable_from=FIRST)])


@pytest.mark.parametrize("past", [(APPLIED,), (APPLIED, FAILED), (APPLIED, INSPECTED, FAILED)])
def test_without_a_passed_inspection_there_is_no_licence(past: tuple[Event, ...]) -> None:
    granted(GRANT, *past).then_refused(RuleViolated, rule="licence.inspected")


def test_the_inspection_says_for_how_many() -> None:
    granted(GRANT, APPLIED, replace(INSPECTED, capacity=29)).then_refused(RuleViolated, rule="licence.capacity")


@pytest.mark.parametrize(
    ("of", "pointer"),
    [
        (term(places=("prizren", "peje")), "/term/places"),
        (term(places=("prizren", "prizren")), "/term/places"),
        (term(staff=(STAFF[0], STAFF[0])), "/term/staff"),
        (term(LAST, FIRST), "/term/valid_until"),
        (term(date(2025, 1, 1), local_day(NOW) - DAY), "/term/valid_until"),
    ],
    ids=["not asked for", "place twice", "staff twice", "backwards", "over"],
)
def test_a_term_that_cannot_be_meant(of: Term, pointer: str) -> None:
    granted(replace(GRANT, term=of)).then_refused(InvalidValue, pointer=pointer)


def test_history_may_be_over() -> None:
    past = term(date(2025, 1, 1), date(2025, 12, 31))

    granted(replace(GRANT, term=past), imported=True).then_events(e.LicenceGranted)


@pytest.mark.parametrize(
    ("first", "last", "allowed"),
    [
        (FIRST, date(2029, 3, 31), True),
        (FIRST, date(2029, 4, 1), False),
        (date(2028, 2, 29), date(2031, 2, 28), True),
        (date(2028, 2, 29), date(2031, 3, 1), False),
        (FIRST, date(9999, 12, 30), False),
    ],
)
def test_a_licence_has_a_longest_term(first: date, last: date, *, allowed: bool) -> None:
    outcome = granted(replace(GRANT, term=term(first, last)))

    if allowed:
        outcome.then_events(e.LicenceGranted)
    else:
        outcome.then_refused(RuleViolated, rule="licence.term.max")


def test_a_last_day_that_no_clock_reaches() -> None:
    granted(replace(GRANT, term=term(date(9998, 1, 1), date.max))).then_refused(RuleViolated, rule="calendar.published")


def test_the_organisation_is_in_good_standing_on_that_day() -> None:
    suspended = standing(*REGISTERED, NO_STANDING)

    granted(registers=(suspended,)).then_refused(RuleViolated, rule="organisation.suspended")


def test_the_organisation_is_the_one_that_asked() -> None:
    granted(replace(GRANT, organisation_id=STREAM)).then_refused(InvalidValue, pointer="/organisation_id")


@pytest.mark.parametrize("command", [GRANT, REFUSE], ids=lambda one: one.name)
@pytest.mark.parametrize("past", [(APPLIED, REFUSED), HELD, (*HELD, REVOKED)], ids=["refused", "granted", "revoked"])
def test_it_is_decided_once(command: Any, past: tuple[Event, ...]) -> None:
    given(Licence, past).when(command, registers=(good_standing(),)).then_refused(IllegalTransition)


def test_a_refusal_says_why() -> None:
    given(Licence, (APPLIED, FAILED)).when(REFUSE, mandate=INSPECTOR).then([REFUSED])
    given(Licence, (APPLIED,)).when(replace(REFUSE, reason=Text())).then_refused(InvalidValue, pointer="/reason")
    given(Licence, (APPLIED,)).when(replace(REFUSE, reason=text(sr="Ne"))).then_refused(
        CommandRefused, rule="licence.languages"
    )


def test_a_decision_may_come_after_its_time() -> None:
    granted(now=NOW + timedelta(days=60)).then_events(e.LicenceGranted)
