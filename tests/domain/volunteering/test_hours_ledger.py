"""HoursLedger: told by who worked or supervised, claimed from the nation, confirmed by somebody else, added up."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.kernel.command import Command
from domain.kernel.context import Mandate
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated, StreamNotFound
from domain.kernel.event import Event
from domain.kernel.manifest import Role
from domain.volunteering.agreement_known import AgreementOfLedger, ItsVolunteer
from domain.volunteering.commands import hours as c
from domain.volunteering.events import hours as e
from domain.volunteering.events.volunteer import volunteer_tag
from domain.volunteering.hours_ledger import HoursLedger
from domain.volunteering.hours_parts import DayMinutes, EntryStage
from domain.volunteering.hours_total import total_of
from domain.volunteering.vocabulary import AgeBand, Protection
from tests.domain.volunteering import examples as x
from tests.domain.volunteering import hours_examples as y
from tests.support.given import MUNICIPALITY, NOW, SANDBOX, STREAM, Outcome, given, given_nothing, new_id

ANYBODY = Mandate(Role.SIGNED_IN, "any person")
LOG = c.LogHours(started_at=y.MORNING, ended_at=y.MORNING + 2 * y.HOUR, task="kitchen")
CONFIRM = c.ConfirmHours(entry_id=y.ENTRY)
REJECT = c.RejectHours(entry_id=y.ENTRY, reason="Nobody was there.")
CORRECT = c.CorrectHours(
    reverses=y.ENTRY, started_at=y.MORNING, ended_at=y.MORNING + y.HOUR, task="kitchen", reason="It was one hour."
)
DONE = (y.logged(), y.CLAIMED)
WHY = {"reason": "It was one hour."}


def decided(
    command: Command, *past: Event, agreement: tuple[Event, ...] = y.ADULTS, by: UUID = y.PERSON, **changes: Any
) -> Outcome:
    """By the volunteer, or by somebody else on whichever mandate."""
    facts: dict[str, Any] = {"tenant": MUNICIPALITY, "mandate": ANYBODY, "actor": by}
    facts |= {"boundary": y.agreed(*agreement), "registers": (y.volunteer(of=ItsVolunteer),)}
    return given(HoursLedger, (y.OPENED, *past), stream_id=y.LEDGER).when(command, **(facts | changes))


def vouched(command: Command, *past: Event, **changes: Any) -> Outcome:
    """By an officer of the provider."""
    return decided(command, *past, **({"by": y.OFFICE, "mandate": x.DELEGATE} | changes))


def lasting(minutes: int, started_at: datetime = y.MORNING, **changes: Any) -> c.LogHours:
    return replace(LOG, started_at=started_at, ended_at=started_at + minutes * y.MINUTE, **changes)


def test_a_ledger_begins_with_a_signed_agreement() -> None:
    command = c.OpenHoursLedger(agreement_id=y.AGREEMENT, person_id=y.PERSON, organisation_id=x.ORGANISATION)

    given_nothing(HoursLedger, stream_id=y.LEDGER).when(command, mandate=x.CLOCK).then([y.OPENED])


@pytest.mark.parametrize("by", [y.PERSON, y.SUPERVISOR], ids=["volunteer", "supervisor"])
def test_who_worked_or_supervised_tells_of_it(by: UUID) -> None:
    decided(LOG, by=by).then([y.logged(entry_id=new_id(0), logged_by=by)]).then_state(lambda one: one.book.total == 120)


@pytest.mark.parametrize("by", [y.OFFICE, y.GUARDIAN], ids=["officer", "guardian"])
def test_nobody_else_does(by: UUID) -> None:
    vouched(LOG, by=by).then_refused(RuleViolated, rule="volunteer.hours.logger")


@pytest.mark.parametrize("past", [(y.OFFERED,), (y.OFFERED, y.ACCEPTED), (y.OFFERED, y.ACCEPTED, y.SIGNED)])
def test_nothing_is_logged_before_the_work_begins(past: tuple[Event, ...]) -> None:
    decided(LOG, agreement=past).then_refused(IllegalTransition)


def test_a_ledger_without_an_agreement_is_none() -> None:
    decided(LOG, boundary=AgreementOfLedger()).then_refused(StreamNotFound)


@pytest.mark.parametrize("last", [replace(y.COMPLETED, last_day=y.BEGINS), replace(y.ENDED, last_day=y.BEGINS)])
def test_after_it_ended_hours_of_its_days_are_still_told(last: Event) -> None:
    after = (*y.ADULTS, last)

    decided(LOG, agreement=after, now=NOW + 3 * x.DAY).then_events(e.HoursLogged)
    decided(lasting(60, y.MORNING + x.DAY), agreement=after, now=NOW + 3 * x.DAY).then_refused(
        RuleViolated, rule="volunteer.agreement.days"
    )


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (lasting(0), "/ended_at"),
        (lasting(-60), "/ended_at"),
        (lasting(24 * 60 + 1, y.MORNING - 2 * x.DAY), "/ended_at"),
        (lasting(181), "/ended_at"),
        (replace(LOG, started_at=y.MORNING + timedelta(seconds=30)), "/started_at"),
        (replace(LOG, ended_at=LOG.ended_at + timedelta(microseconds=1)), "/ended_at"),
        (lasting(60, break_minutes=60), "/break_minutes"),
        (lasting(60, task="gardening"), "/task"),
        (replace(LOG, started_at=datetime(1, 1, 1, tzinfo=UTC), ended_at=datetime(1, 1, 1, 1, tzinfo=UTC)), ""),
        (replace(LOG, ended_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)), "/ended_at"),
    ],
    ids=[
        "nothing",
        "less",
        "too long",
        "to come",
        "seconds",
        "parts of one",
        "all break",
        "no task",
        "ancient",
        "never",
    ],
)
def test_a_time_that_cannot_be_meant(command: c.LogHours, pointer: str) -> None:
    if pointer:
        decided(command).then_refused(InvalidValue, pointer=pointer)
    else:
        decided(command).then_refused(RuleViolated, rule="volunteer.hours.latest")


def test_a_day_of_work_across_midnight() -> None:
    night = datetime(2026, 3, 16, 21, tzinfo=UTC)
    (logged,) = decided(lasting(240, night, break_minutes=20), now=NOW + x.DAY).then_events(e.HoursLogged).events

    assert isinstance(logged, e.HoursLogged)
    assert logged.days == (DayMinutes(y.BEGINS, 100), DayMinutes(y.BEGINS + x.DAY, 120))
    assert logged.minutes == 220


@pytest.mark.parametrize(
    ("days", "reason", "rule", "late"),
    [
        (30, None, "", False),
        (31, None, "volunteer.hours.lock", False),
        (31, "I was ill.", "", True),
        (365, "I was away.", "", True),
        (366, "I was away.", "volunteer.hours.latest", False),
    ],
)
def test_telling_late_needs_a_reason_and_ends(days: int, reason: str | None, rule: str, late: bool) -> None:
    outcome = decided(replace(LOG, reason=reason), now=NOW + timedelta(days=days))

    if rule:
        outcome.then_refused(RuleViolated, rule=rule)
    else:
        outcome.then([y.logged(entry_id=new_id(0), late=late)])
        outcome.then_personal({} if reason is None else {"reason": reason})


def test_history_is_told_when_it_is_found() -> None:
    decided(LOG, now=NOW + timedelta(days=900), imported=True).then_events(e.HoursLogged)


def test_nobody_is_at_two_tasks_at_once() -> None:
    outcome = decided(lasting(60, y.MORNING + y.HOUR), *DONE)

    refusal = outcome.then_refused(RuleViolated, rule="volunteer.hours.overlap").refusal
    assert y.MORNING.isoformat() in str(refusal)
    decided(lasting(30, y.MORNING + 2 * y.HOUR), *DONE).then_events(e.HoursLogged)
    decided(LOG, y.logged(), y.REFUSED).then_events(e.HoursLogged)
    decided(LOG, *DONE, y.REJECTED).then_events(e.HoursLogged)


def test_no_more_minutes_than_were_agreed_on() -> None:
    short = (replace(y.OFFERED, max_minutes=180), *y.ADULTS[1:])

    decided(lasting(60, y.MORNING + 2 * y.HOUR), *DONE, agreement=short).then_events(e.HoursLogged)
    refused = decided(lasting(61, y.MORNING - 2 * y.HOUR), *DONE, agreement=short)
    refused.then_refused(RuleViolated, rule="volunteer.agreement.minutes")


def test_a_cap_that_the_ledger_alone_would_break_is_told_at_once() -> None:
    long = y.logged(minutes=480)
    evening = lasting(121, y.MORNING + 9 * y.HOUR)

    decided(evening, long, now=NOW + x.DAY).then_refused(RuleViolated, rule="volunteer.day.max")
    decided(replace(evening, ended_at=evening.ended_at - y.MINUTE), long, now=NOW + x.DAY).then_events(e.HoursLogged)


NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)
"""Of a Saturday: one o'clock in Prizren."""


@pytest.mark.parametrize(
    ("command", "rule"),
    [
        (lasting(120), ""),
        (lasting(121), "volunteer.minor.school_day.max"),
        (lasting(420, NOON), ""),
        (lasting(421, NOON), "volunteer.minor.night.from"),
        (lasting(421, NOON - 3 * y.HOUR), "volunteer.minor.day.max"),
        (lasting(60, y.MORNING - 61 * y.MINUTE), "volunteer.minor.night.from"),
        (lasting(60, y.MORNING - y.HOUR), ""),
        (lasting(60, NOON + 8 * y.HOUR), "volunteer.minor.night.from"),
        (lasting(60, datetime(2026, 3, 29, 4, 0, tzinfo=UTC)), ""),
        (lasting(60, datetime(2026, 3, 29, 3, 59, tzinfo=UTC)), "volunteer.minor.night.from"),
    ],
    ids=[
        "two hours after school",
        "and a minute",
        "a Saturday until eight",
        "and a minute",
        "a long Saturday",
        "before six",
        "from six",
        "at night",
        "six in summer",
        "before six in summer",
    ],
)
def test_minors_are_protected_by_day_hour_and_school(command: c.LogHours, rule: str) -> None:
    outcome = decided(command, agreement=y.MINORS, now=NOW + 20 * x.DAY)

    if rule:
        outcome.then_refused(RuleViolated, rule=rule)
    else:
        (logged,) = outcome.then_events(e.HoursLogged).events
        assert isinstance(logged, e.HoursLogged)
        assert logged.protection is Protection.MINOR


def test_a_minor_works_no_day_of_a_year_whose_calendar_nobody_published() -> None:
    far = datetime(2076, 3, 16, 9, tzinfo=UTC)
    later = (replace(y.OF_MINOR, last_day=date(2076, 12, 31)), *y.MINORS[1:])

    decided(lasting(60, far - 2 * y.HOUR), agreement=later, now=far).then_refused(
        RuleViolated, rule="calendar.published"
    )


def test_the_national_log_answers() -> None:
    decided(c.NoteTimeClaimed(entry_id=y.ENTRY), y.logged(), mandate=x.CLOCK).then([y.CLAIMED])
    refused = decided(c.NoteTimeRefused(entry_id=y.ENTRY, refusal=y.OVERLAP), y.logged(), mandate=x.CLOCK)
    refused.then([y.REFUSED]).then_state(lambda one: one.book.total == 0)


@pytest.mark.parametrize(
    "note", [c.NoteTimeClaimed(entry_id=y.ENTRY), c.NoteTimeRefused(entry_id=y.ENTRY, refusal=y.OVERLAP)]
)
@pytest.mark.parametrize(
    "last", [y.CLAIMED, y.REFUSED, y.REJECTED, y.CORRECTED], ids=["claimed", "refused", "rejected", "corrected"]
)
def test_an_answer_that_comes_again_or_too_late_changes_nothing(note: Command, last: Event) -> None:
    decided(note, y.logged(), last, mandate=x.CLOCK).then_refused(IllegalTransition)


def test_somebody_else_confirms_what_the_nation_found_free() -> None:
    vouched(CONFIRM, *DONE).then([y.CONFIRMED])
    decided(CONFIRM, *DONE, by=y.SUPERVISOR).then([replace(y.CONFIRMED, confirmed_by=y.SUPERVISOR)])
    vouched(CONFIRM, y.logged()).then_refused(RuleViolated, rule="volunteer.hours.claimed")
    vouched(CONFIRM, y.logged(), tenant=SANDBOX).then([y.CONFIRMED])
    vouched(CONFIRM).then_refused(InvalidValue, pointer="/entry_id")


@pytest.mark.parametrize("command", [CONFIRM, REJECT], ids=["confirm", "reject"])
@pytest.mark.parametrize(
    ("by", "logged_by"),
    [
        (y.PERSON, y.PERSON),
        (y.PERSON, y.SUPERVISOR),
        (y.SUPERVISOR, y.SUPERVISOR),
        (y.OFFICE, y.OFFICE),
        (y.GUARDIAN, y.PERSON),
    ],
    ids=["who worked", "who worked and was told of", "who told as supervisor", "who told", "who guards"],
)
def test_nobody_vouches_for_their_own_hours_on_whatever_mandate(command: Command, by: UUID, logged_by: UUID) -> None:
    past = (y.logged(logged_by=logged_by), y.CLAIMED)
    guarded = y.volunteer(AgeBand.FROM_15, (y.GUARDIAN,), of=ItsVolunteer)

    refused = vouched(command, *past, by=by, registers=(guarded,))
    refused.then_refused(RuleViolated, rule="volunteer.hours.own")


def test_a_guardian_who_consented_or_was_asked_stays_one() -> None:
    refused = vouched(CONFIRM, *DONE, by=y.GUARDIAN, agreement=y.MINORS)
    refused.then_refused(RuleViolated, rule="volunteer.hours.own")
    asked = (y.OF_MINOR, replace(y.MINOR_ACCEPTED, guardians=(y.GUARDIAN, STREAM)), *y.MINORS[2:])
    vouched(CONFIRM, *DONE, by=STREAM, agreement=asked).then_refused(RuleViolated, rule="volunteer.hours.own")


@pytest.mark.parametrize("command", [CONFIRM, REJECT, c.StateTotal()])
@pytest.mark.parametrize("mandate", [ANYBODY, x.STRANGER, x.COORDINATOR], ids=["none", "another's", "institution's"])
def test_only_the_providers_people_vouch(command: Command, mandate: Mandate) -> None:
    vouched(command, *DONE, mandate=mandate).then_refused(RuleViolated, rule="volunteer.provider.mandate")


def test_an_institution_vouches_by_its_coordinator() -> None:
    past = (replace(y.OPENED, organisation_id=None), *DONE)
    facts = {"actor": y.OFFICE, "boundary": y.agreed(), "registers": (y.volunteer(of=ItsVolunteer),)}

    own = given(HoursLedger, past, stream_id=y.LEDGER)
    own.when(CONFIRM, tenant=MUNICIPALITY, mandate=x.COORDINATOR, **facts).then([y.CONFIRMED])


def test_what_is_rejected_says_why_to_those_concerned() -> None:
    outcome = vouched(REJECT, *DONE).then([y.REJECTED]).then_personal({"reason": REJECT.reason})

    outcome.then_state(lambda one: one.book.total == 0)
    vouched(REJECT, *DONE, y.CONFIRMED).then_refused(IllegalTransition)
    vouched(CONFIRM, *DONE, y.REJECTED).then_refused(IllegalTransition)


@pytest.mark.parametrize("past", [DONE[:1], DONE, (*DONE, y.CONFIRMED)], ids=["logged", "claimed", "confirmed"])
def test_a_correction_reverses_and_logs_anew(past: tuple[Event, ...]) -> None:
    outcome = decided(CORRECT, *past)

    corrected = replace(y.CORRECTED, corrected_by=new_id(0), was_confirmed=len(past) == 3)
    outcome.then([corrected, y.logged(minutes=60, entry_id=new_id(0), corrects=y.ENTRY)]).then_personal(WHY)
    outcome.then_state(lambda one: one.book.total == 60)
    outcome.then_state(lambda one: one.entries[y.ENTRY].stage is EntryStage.CORRECTED)


def test_a_correction_that_may_not_stand_changes_nothing() -> None:
    decided(replace(CORRECT, ended_at=y.MORNING), *DONE).then_refused(InvalidValue, pointer="/ended_at")
    decided(replace(CORRECT, reverses=STREAM), *DONE).then_refused(InvalidValue, pointer="/reverses")
    decided(CORRECT, *DONE, y.REJECTED).then_refused(IllegalTransition)
    vouched(CORRECT, *DONE).then_refused(RuleViolated, rule="volunteer.hours.logger")


def test_only_what_is_confirmed_adds_up() -> None:
    vouched(c.StateTotal(), *DONE).then_refused(RuleViolated, rule="volunteer.hours.confirmed")
    other = y.logged(y.MORNING + 20 * x.DAY, 30, y.NEXT)
    outcome = vouched(c.StateTotal(), *DONE, y.CONFIRMED, other)

    (total,) = outcome.then_events(e.HoursTotalled).events
    assert total == replace(y.TOTALLED, digest=total_of(y.ledger(*DONE, y.CONFIRMED).entries).digest)  # type: ignore[type-var]
    assert total.tags() == (*AgreementOfLedger.tags(y.LEDGER, c.StateTotal()), volunteer_tag(y.PERSON))
    vouched(c.StateTotal(), *DONE, y.CONFIRMED, total).then_refused(IllegalTransition)
    both = (other, y.of_entry(e.HoursClaimed, y.NEXT), y.of_entry(e.HoursConfirmed, y.NEXT, 30, confirmed_by=y.OFFICE))
    (more,) = vouched(c.StateTotal(), *DONE, y.CONFIRMED, total, *both).then_events(e.HoursTotalled).events
    assert isinstance(more, e.HoursTotalled)
    assert (more.minutes, more.entries, more.last_day) == (150, 2, y.BEGINS + 20 * x.DAY)
    vouched(c.StateTotal(), *DONE, y.CONFIRMED, by=y.PERSON).then_refused(RuleViolated, rule="volunteer.hours.own")


def test_the_digest_is_that_of_the_canonical_list() -> None:
    """As anybody can make it who holds the entries."""
    listed = (
        f'[{{"break_minutes":0,"ended_at":"2026-03-16T08:00:00Z","entry_id":"{y.ENTRY}",'
        '"minutes":120,"started_at":"2026-03-16T06:00:00Z"}]'
    )
    assert total_of(y.ledger(*DONE, y.CONFIRMED).entries).digest == sha256(listed.encode()).hexdigest()
