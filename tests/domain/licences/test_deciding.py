"""What becomes of a licence: renewed, suspended, reinstated, revoked, expired."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from domain.kernel.deadline import end_of
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.text import Text, text
from domain.licences import commands as c
from domain.licences.licence import Licence
from domain.licences.vocabulary import LicenceStage
from tests.domain.licences.examples import (
    APPLIED,
    CLOCK,
    DAY,
    EXPIRED,
    FAILED,
    FIRST,
    FURTHER,
    HELD,
    INSPECTED,
    INSPECTOR,
    LAST,
    LICENCE,
    ORGANISATION,
    REASON,
    REFUSED,
    REINSTATED,
    RENEWABLE,
    RENEWED,
    REVOKED,
    SUSPENDED,
    term,
)
from tests.domain.organisations.examples import IN_OFFICE, REGISTERED, good_standing, standing
from tests.domain.organisations.examples import SUSPENDED as NO_STANDING
from tests.support.given import ACTOR, Outcome, given

MAY, JUNE, JULY = SUSPENDED.first_day, REINSTATED.first_day, REVOKED.first_day
SUSPEND = c.SuspendLicence(decision_no="14/2026", first_day=MAY, reason=REASON)
REINSTATE = c.ReinstateLicence(organisation_id=ORGANISATION, decision_no="16/2026", first_day=JUNE, reason=REASON)
REVOKE = c.RevokeLicence(decision_no="18/2026", first_day=JULY, reason=REASON)
RENEW = c.RenewLicence(organisation_id=ORGANISATION, decision_no="20/2027", term=term(*FURTHER))
IN_TIME = datetime(2027, 2, 1, 9, tzinfo=UTC)
INSPECTED_AGAIN = replace(INSPECTED, inspected_on=date(2027, 1, 20))
NEWLY = (*HELD, INSPECTED_AGAIN)


def renewed(command: c.RenewLicence = RENEW, *past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"mandate": INSPECTOR, "now": IN_TIME, "registers": (good_standing(),)}
    return given(Licence, past or NEWLY).when(command, **(facts | changes))


def test_a_licence_is_renewed_without_a_gap() -> None:
    renewed().then([RENEWED]).then_state(lambda it: it.validity.valid_until == FURTHER[1])


def test_a_licence_is_renewed_again() -> None:
    inspected = replace(INSPECTED, inspected_on=date(2028, 1, 20))
    next_term = term(date(2028, 4, 1), date(2029, 3, 31))

    renewed(
        replace(RENEW, term=next_term), *NEWLY, RENEWED, inspected, now=datetime(2028, 2, 1, 9, tzinfo=UTC)
    ).then_state(lambda it: len(it.validity.terms) == 3)


@pytest.mark.parametrize("day", [FURTHER[0] - DAY, FURTHER[0] + DAY, FIRST])
def test_a_term_that_leaves_a_gap_or_overlaps(day: date) -> None:
    renewed(replace(RENEW, term=term(day, FURTHER[1]))).then_refused(InvalidValue, pointer="/term/valid_from")


def test_a_renewal_has_its_time() -> None:
    early = end_of(RENEWABLE - DAY) - timedelta(seconds=1)

    renewed(now=early).then_refused(RuleViolated, rule="licence.renewal.from")
    renewed(now=early + timedelta(seconds=1)).then_events(type(RENEWED))
    renewed(now=end_of(LAST) - timedelta(seconds=1)).then_events(type(RENEWED))
    renewed(now=end_of(LAST)).then_refused(RuleViolated, rule="licence.expired")


@pytest.mark.parametrize("past", [HELD, (*HELD, FAILED)], ids=["none since", "failed"])
def test_a_renewal_rests_on_an_inspection_of_its_own(past: tuple[Event, ...]) -> None:
    renewed(RENEW, *past).then_refused(RuleViolated, rule="licence.inspected")


def test_a_renewal_asks_what_a_licence_asks() -> None:
    chaired = replace(IN_OFFICE, officer=replace(IN_OFFICE.officer, person_id=ACTOR))
    renewed(registers=(standing(*REGISTERED, chaired),)).then_refused(RuleViolated, rule="licence.interest.own")
    own = given(Licence, (*HELD, SUSPENDED)).when(REINSTATE, registers=(standing(*REGISTERED, chaired),))
    own.then_refused(RuleViolated, rule="licence.interest.own")
    renewed(registers=(standing(*REGISTERED, NO_STANDING),)).then_refused(RuleViolated, rule="organisation.suspended")
    renewed(replace(RENEW, term=term(FURTHER[0], date(2031, 1, 1)))).then_refused(RuleViolated, rule="licence.term.max")
    renewed(replace(RENEW, term=term(*FURTHER, capacity=31))).then_refused(RuleViolated, rule="licence.capacity")
    renewed(replace(RENEW, organisation_id=LICENCE)).then_refused(InvalidValue, pointer="/organisation_id")


def test_a_renewal_may_be_for_other_places() -> None:
    renewed(replace(RENEW, term=term(*FURTHER, places=("peje",)))).then_events(type(RENEWED))


@pytest.mark.parametrize("last", [SUSPENDED, REVOKED, EXPIRED], ids=["suspended", "revoked", "expired"])
def test_only_a_licence_that_stands_is_renewed(last: Event) -> None:
    renewed(RENEW, *NEWLY, last).then_refused(IllegalTransition)


def test_a_licence_is_suspended_reinstated_and_suspended_again() -> None:
    given(Licence, HELD).when(SUSPEND, mandate=INSPECTOR).then([SUSPENDED])
    given(Licence, (*HELD, SUSPENDED)).when(REINSTATE, mandate=INSPECTOR, registers=(good_standing(),)).then(
        [REINSTATED]
    ).then_state(lambda it: it.stage is LicenceStage.GRANTED)
    again = replace(SUSPEND, first_day=JULY)
    given(Licence, (*HELD, SUSPENDED, REINSTATED)).when(again).then([replace(SUSPENDED, first_day=JULY)])


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_a_suspension_counts_from_a_day_of_the_licence(day: date) -> None:
    given(Licence, HELD).when(replace(SUSPEND, first_day=day)).then([replace(SUSPENDED, first_day=day)])


@pytest.mark.parametrize("day", [FIRST - DAY, LAST + DAY])
@pytest.mark.parametrize("command", [SUSPEND, REVOKE], ids=lambda one: one.name)
def test_a_day_on_which_there_is_no_licence(command: Any, day: date) -> None:
    given(Licence, HELD).when(replace(command, first_day=day)).then_refused(InvalidValue, pointer="/first_day")


def test_a_reinstatement_does_not_reach_back_before_the_suspension() -> None:
    past = (*HELD, SUSPENDED)

    given(Licence, past).when(replace(REINSTATE, first_day=MAY - DAY), registers=(good_standing(),)).then_refused(
        InvalidValue, pointer="/first_day"
    )
    given(Licence, past).when(replace(REINSTATE, first_day=LAST + DAY), registers=(good_standing(),)).then_refused(
        InvalidValue, pointer="/first_day"
    )
    given(Licence, past).when(replace(REINSTATE, first_day=MAY), registers=(good_standing(),)).then_state(
        lambda it: it.validity.valid_on(MAY, "prizren")
    )


@pytest.mark.parametrize("past", [HELD, (*HELD, SUSPENDED)], ids=["granted", "suspended"])
def test_a_licence_is_revoked(past: tuple[Event, ...]) -> None:
    given(Licence, past).when(REVOKE, mandate=INSPECTOR).then([REVOKED]).then_state(
        lambda it: not it.validity.valid_on(JULY, "prizren")
    )


@pytest.mark.parametrize("command", [SUSPEND, REINSTATE, REVOKE], ids=lambda one: one.name)
def test_a_decision_says_why_in_every_language(command: Any) -> None:
    past = (*HELD, SUSPENDED) if command is REINSTATE else HELD

    def when(reason: Text) -> Outcome:
        return given(Licence, past).when(replace(command, reason=reason), registers=(good_standing(),))

    when(Text()).then_refused(InvalidValue, pointer="/reason")
    when(text(sq="Po")).then_refused(RuleViolated, rule="licence.languages")


@pytest.mark.parametrize(
    ("command", "past"),
    [
        (SUSPEND, (APPLIED,)),
        (SUSPEND, (*HELD, SUSPENDED)),
        (SUSPEND, (*HELD, REVOKED)),
        (SUSPEND, (*HELD, EXPIRED)),
        (REINSTATE, HELD),
        (REINSTATE, (*HELD, SUSPENDED, REVOKED)),
        (REVOKE, (APPLIED,)),
        (REVOKE, (APPLIED, REFUSED)),
        (REVOKE, (*HELD, REVOKED)),
        (REVOKE, (*HELD, EXPIRED)),
        (c.ExpireLicence(), (APPLIED,)),
        (c.ExpireLicence(), (*HELD, REVOKED)),
        (c.ExpireLicence(), (*HELD, EXPIRED)),
    ],
)
def test_what_is_not_possible_there(command: Any, past: tuple[Event, ...]) -> None:
    late = datetime(2027, 6, 1, tzinfo=UTC)

    given(Licence, past).when(command, now=late).then_refused(IllegalTransition)


@pytest.mark.parametrize("past", [HELD, (*HELD, SUSPENDED)], ids=["granted", "suspended"])
def test_a_licence_expires_with_the_end_of_its_last_day_in_kosovo(past: tuple[Event, ...]) -> None:
    midnight = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)  # 24:00 on 31 March, summer time
    assert end_of(LAST) == midnight

    given(Licence, past).when(c.ExpireLicence(), mandate=CLOCK, now=midnight - timedelta(microseconds=1)).then_refused(
        RuleViolated, rule="licence.last_day"
    )
    given(Licence, past).when(c.ExpireLicence(), mandate=CLOCK, now=midnight).then([EXPIRED])


def test_a_renewed_licence_expires_later() -> None:
    past = (*NEWLY, RENEWED)

    given(Licence, past).when(c.ExpireLicence(), now=end_of(LAST)).then_refused(RuleViolated, rule="licence.last_day")
    given(Licence, past).when(c.ExpireLicence(), now=end_of(FURTHER[1])).then([replace(EXPIRED, last_day=FURTHER[1])])
