"""Shifts that a phone checked out: logged once, or told in vain; and what an erased volunteer's hours come to."""

import pytest
from msgspec.structs import replace

from domain.kernel.errors import IllegalTransition, NotPermitted, RuleViolated
from domain.kernel.event import Event
from domain.volunteering.agreement_known import ItsVolunteer
from domain.volunteering.commands import hours as c
from domain.volunteering.events import hours as e
from tests.domain.volunteering import examples as x
from tests.domain.volunteering import hours_examples as y
from tests.domain.volunteering.test_hours_ledger import CONFIRM, CORRECT, DONE, LOG, decided, vouched
from tests.support.given import STREAM, new_id

SHIFT = c.LogShift(
    person_id=y.PERSON,
    opportunity_id=y.OPPORTUNITY,
    checked_out=y.CHECK_OUT,
    started_at=y.MORNING,
    ended_at=y.MORNING + 2 * y.HOUR,
    task="kitchen",
)


def test_a_shift_of_a_phone_is_logged_once() -> None:
    logged = y.logged(entry_id=new_id(0), checked_out=y.CHECK_OUT)
    decided(SHIFT, mandate=x.CLOCK, by=STREAM).then([logged])
    decided(SHIFT, logged, mandate=x.CLOCK, by=STREAM).then_refused(IllegalTransition)
    decided(SHIFT, y.NOT_LOGGED, mandate=x.CLOCK, by=STREAM).then_refused(IllegalTransition)
    decided(SHIFT).then_refused(NotPermitted)


@pytest.mark.parametrize(
    ("shift", "past", "rule"),
    [
        (SHIFT, (y.logged(),), "volunteer.hours.overlap"),
        (replace(SHIFT, task="gardening"), (), "invalid-value"),
        (replace(SHIFT, person_id=STREAM), (), "volunteer.hours.logger"),
        (replace(SHIFT, person_id=y.SUPERVISOR), (), "volunteer.check_in.own"),
        (replace(SHIFT, opportunity_id=STREAM), (), "volunteer.check_in.site"),
    ],
)
def test_a_shift_that_may_not_stand_is_told_and_does_not_count(
    shift: c.LogShift, past: tuple[Event, ...], rule: str
) -> None:
    outcome = decided(shift, *past, mandate=x.CLOCK, by=STREAM)

    refusal = replace(y.NOT_LOGGED.refusal, rule=rule)
    told = replace(y.NOT_LOGGED, entry_id=new_id(0), ended_at=SHIFT.ended_at, task=shift.task, refusal=refusal)
    outcome.then([told]).then_state(lambda one: one.book.total == sum(120 for _ in past))


def test_a_shift_after_the_agreement_is_told_in_vain() -> None:
    (told,) = decided(SHIFT, agreement=(y.OFFERED, y.DECLINED), mandate=x.CLOCK).then_events(e.ShiftRefused).events

    assert isinstance(told, e.ShiftRefused)
    assert told.refusal.rule == "illegal-transition"


def test_who_was_erased_logs_nothing_and_what_they_did_is_still_decided_on() -> None:
    erased = {"registers": (y.volunteer(of=ItsVolunteer, forgotten=True),)}

    decided(LOG, **erased).then_refused(RuleViolated, rule="volunteer.registered")
    decided(CORRECT, *DONE, **erased).then_refused(RuleViolated, rule="volunteer.registered")
    (told,) = decided(SHIFT, mandate=x.CLOCK, **erased).then_events(e.ShiftRefused).events
    assert isinstance(told, e.ShiftRefused)
    assert told.refusal.rule == "volunteer.registered"
    vouched(CONFIRM, *DONE, **erased).then([y.CONFIRMED])
