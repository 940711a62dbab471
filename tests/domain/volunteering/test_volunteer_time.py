"""VolunteerTime: of two institutions that claim the same minute one gets it; caps count over all of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.volunteering.commands import time as c
from domain.volunteering.events import time as e
from domain.volunteering.hours_days import minutes_of
from domain.volunteering.hours_parts import DayMinutes, TimeRefusal, Why, time_id
from domain.volunteering.time_claims import VolunteerTime
from domain.volunteering.vocabulary import Protection
from tests.domain.organisations.examples import REGISTER
from tests.domain.volunteering import examples as x
from tests.domain.volunteering import hours_examples as y
from tests.support.given import MUNICIPALITY, NATIONAL, Outcome, given, given_nothing

OPEN = c.OpenVolunteerTime(person_id=y.PERSON)
TIME = time_id(y.PERSON)


def claim(started_at: datetime = y.MORNING, minutes: int = 120, entry: UUID = y.NEXT, **changes: Any) -> c.ClaimTime:
    """The municipality of Peja claims two hours of the morning."""
    told: dict[str, Any] = {"tenant_id": 37, "ledger_id": derived_id("test", "ledger in Peja")}
    ended_at = started_at + timedelta(minutes=minutes)
    told |= {"days": minutes_of(started_at, ended_at, 0), "protection": Protection.ADULT}
    return c.ClaimTime(entry_id=entry, started_at=started_at, ended_at=ended_at, **(told | changes))


def asked(command: Any, *past: Event, **changes: Any) -> Outcome:
    facts: dict[str, Any] = {"tenant": NATIONAL, "mandate": x.CLOCK, "references": {"institutions": REGISTER}}
    return given(VolunteerTime, (y.TIME_OPENED, *past), stream_id=TIME).when(command, **(facts | changes))


def held(started_at: datetime, minutes: int, n: int) -> e.TimeClaimed:
    ended_at = started_at + timedelta(minutes=minutes)
    days = minutes_of(started_at, ended_at, 0)
    entry = derived_id("test", "held", n)
    return replace(y.TIME_CLAIMED, entry_id=entry, started_at=started_at, ended_at=ended_at, days=days)


def test_it_begins_once_in_the_national_log() -> None:
    given_nothing(VolunteerTime, stream_id=TIME).when(OPEN, tenant=NATIONAL, mandate=x.CLOCK).then([y.TIME_OPENED])
    given_nothing(VolunteerTime).when(OPEN, tenant=MUNICIPALITY).then_refused(RuleViolated, rule="tenant.national")


def test_what_is_free_is_claimed() -> None:
    command = claim()
    expected = replace(y.TIME_CLAIMED, entry_id=y.NEXT, tenant_id=37, ledger_id=command.ledger_id, institution="peje")

    asked(command).then([expected])


@pytest.mark.parametrize(
    ("offset", "minutes", "free"),
    [
        (-60, 60, True),
        (120, 60, True),
        (-60, 61, False),
        (119, 60, False),
        (30, 10, False),
        (-60, 600, False),
        (0, 120, False),
    ],
    ids=["just before", "just after", "into it", "out of it", "within", "around", "the same"],
)
def test_an_overlap_is_refused_and_explained(offset: int, minutes: int, free: bool) -> None:
    outcome = asked(claim(y.MORNING + timedelta(minutes=offset), minutes), y.TIME_CLAIMED)

    if free:
        outcome.then_events(e.TimeClaimed)
        return
    (refused,) = outcome.then_events(e.TimeRefused).events
    assert isinstance(refused, e.TimeRefused)
    assert refused.refusal == TimeRefusal(
        why=Why.OVERLAP, institution="prizren", started_at=y.MORNING, ended_at=y.MORNING + timedelta(hours=2)
    )
    assert refused.tenant_id == 37


def test_what_is_released_is_free_for_another() -> None:
    asked(c.ReleaseTime(entry_id=y.ENTRY), y.TIME_CLAIMED).then([y.TIME_RELEASED])
    asked(claim(), y.TIME_CLAIMED, y.TIME_RELEASED).then_events(e.TimeClaimed)


@pytest.mark.parametrize("past", [(y.TIME_CLAIMED,), (y.TIME_REFUSED,), (y.TIME_CLAIMED, y.TIME_RELEASED)])
def test_an_entry_is_answered_once(past: tuple[Event, ...]) -> None:
    asked(claim(entry=y.ENTRY), *past).then_refused(IllegalTransition)
    if past[-1] is not y.TIME_CLAIMED:
        asked(c.ReleaseTime(entry_id=y.ENTRY), *past).then_refused(IllegalTransition)


def test_an_institution_that_nobody_knows_gets_no_time() -> None:
    asked(claim(tenant_id=99)).then_refused(InvalidValue, pointer="/tenant_id")


MONDAY = date(2026, 3, 16)
SATURDAY = datetime(2026, 3, 21, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("protection", "past", "command", "refusal"),
    [
        (Protection.ADULT, [(y.MORNING, 480)], (y.MORNING + timedelta(hours=9), 120), None),
        (
            Protection.ADULT,
            [(y.MORNING, 480)],
            (y.MORNING + timedelta(hours=9), 121),
            (Why.DAY_CAP, "volunteer.day.max", MONDAY, 600, 480),
        ),
        (
            Protection.ADULT,
            [(y.MORNING + timedelta(days=n), 480) for n in range(5)],
            (SATURDAY, 1),
            (Why.WEEK_CAP, "volunteer.week.max", MONDAY, 2400, 2400),
        ),
        (Protection.ADULT, [(y.MORNING + timedelta(days=n), 480) for n in range(5)], (SATURDAY + 2 * x.DAY, 600), None),
        (
            Protection.MINOR,
            [(y.MORNING, 100)],
            (y.MORNING + timedelta(hours=9), 21),
            (Why.DAY_CAP, "volunteer.minor.school_day.max", MONDAY, 120, 100),
        ),
        (Protection.MINOR, [], (SATURDAY, 420), None),
        (
            Protection.MINOR,
            [],
            (SATURDAY, 421),
            (Why.DAY_CAP, "volunteer.minor.day.max", SATURDAY.date(), 420, 0),
        ),
        (
            Protection.MINOR,
            [(y.MORNING + timedelta(days=n), 120) for n in range(5)] + [(SATURDAY, 420)],
            (SATURDAY + x.DAY, 181),
            (Why.WEEK_CAP, "volunteer.minor.week.max", MONDAY, 1200, 1020),
        ),
    ],
    ids=[
        "ten hours",
        "and a minute",
        "forty hours and a minute",
        "another week",
        "a school day",
        "a Saturday",
        "and a minute of it",
        "a minor's week",
    ],
)
def test_caps_count_over_all_institutions(
    protection: Protection,
    past: list[tuple[datetime, int]],
    command: tuple[datetime, int],
    refusal: tuple[Why, str, date, int, int] | None,
) -> None:
    events = [held(begins, minutes, n) for n, (begins, minutes) in enumerate(past)]

    outcome = asked(claim(*command, protection=protection), *events)

    if refusal is None:
        outcome.then_events(e.TimeClaimed)
        return
    (refused,) = outcome.then_events(e.TimeRefused).events
    assert isinstance(refused, e.TimeRefused)
    why, rule, day, allowed, taken = refusal
    assert refused.refusal == TimeRefusal(why=why, rule=rule, day=day, allowed=allowed, taken=taken)


def test_a_day_of_25_hours_has_no_more_than_ten_of_work() -> None:
    night = datetime(2026, 10, 24, 22, tzinfo=UTC)
    whole = claim(night, 601)
    assert whole.days == (DayMinutes(date(2026, 10, 25), 601),)

    asked(claim(night, 600)).then_events(e.TimeClaimed)
    asked(whole).then_events(e.TimeRefused)
