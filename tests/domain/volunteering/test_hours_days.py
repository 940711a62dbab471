"""Minutes on the days of Kosovo: midnight, the day of 23 hours and the one of 25, nights, and the book of stretches."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as supposed
from hypothesis import settings
from hypothesis import strategies as st

from domain.kernel.deadline import end_of, local_day, start_of
from domain.kernel.ids import derived_id
from domain.volunteering.hours_days import minutes_of, monday_of, touches_night
from domain.volunteering.hours_parts import DayMinutes, minutes_in
from domain.volunteering.time_book import Stretch, TimeBook

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
"""The clocks go forward, and back."""
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("started", "ended", "pause", "expected"),
    [
        ("2026-03-16 08:00", "2026-03-16 10:00", 30, [(date(2026, 3, 16), 90)]),
        ("2026-03-16 22:00", "2026-03-17 00:00", 0, [(date(2026, 3, 16), 60), (date(2026, 3, 17), 60)]),
        ("2026-03-16 22:00", "2026-03-17 00:30", 30, [(date(2026, 3, 16), 60), (date(2026, 3, 17), 60)]),
        ("2026-03-16 22:59", "2026-03-16 23:01", 1, [(date(2026, 3, 16), 0), (date(2026, 3, 17), 1)]),
        ("2026-03-16 21:00", "2026-03-16 23:00", 0, [(date(2026, 3, 16), 120)]),
        ("2026-03-29 00:00", "2026-03-29 02:00", 0, [(SPRING, 120)]),
        ("2026-03-28 22:30", "2026-03-29 22:30", 0, [(SPRING - DAY, 30), (SPRING, 1380), (SPRING + DAY, 30)]),
        ("2026-10-24 22:00", "2026-10-25 22:00", 0, [(AUTUMN, 1440)]),
        ("2026-10-25 00:00", "2026-10-25 02:00", 0, [(AUTUMN, 120)]),
    ],
    ids=[
        "a break",
        "across midnight",
        "a break from the longer part",
        "a break of two alike from the first",
        "until midnight",
        "the hour that is not there",
        "three days in 24 hours",
        "24 hours of a day of 25",
        "the hour that is there twice",
    ],
)
def test_minutes_are_real_and_parted_at_midnight(
    started: str, ended: str, pause: int, expected: list[tuple[date, int]]
) -> None:
    assert list(minutes_of(at(started), at(ended), pause)) == [DayMinutes(*one) for one in expected]


minutes = st.integers(0, 366 * 24 * 60).map(lambda n: at("2026-01-01 00:00") + n * MINUTE)


@settings(max_examples=200, deadline=None)
@supposed(minutes, st.integers(1, 1440), st.integers(0, 1439))
def test_no_minute_is_lost_or_doubled(started: datetime, length: int, pause: int) -> None:
    ended, pause = started + length * MINUTE, min(pause, length - 1)
    days = minutes_of(started, ended, pause)

    assert minutes_in(days) == length - pause
    assert [one.day for one in days] == [day for n in range(3) if start_of(day := local_day(started) + n * DAY) < ended]
    for one in days:
        assert 0 <= one.minutes <= (end_of(one.day) - start_of(one.day)) // MINUTE


@pytest.mark.parametrize(
    ("started", "ended", "day"),
    [
        ("2026-03-16 05:00", "2026-03-16 19:00", None),
        ("2026-03-16 04:59", "2026-03-16 06:00", date(2026, 3, 16)),
        ("2026-03-16 18:00", "2026-03-16 19:01", date(2026, 3, 16)),
        ("2026-03-16 20:00", "2026-03-16 21:00", date(2026, 3, 16)),
        ("2026-03-29 04:00", "2026-03-29 18:00", None),
        ("2026-03-29 03:59", "2026-03-29 04:30", SPRING),
        ("2026-10-25 05:00", "2026-10-25 19:00", None),
        ("2026-10-25 04:59", "2026-10-25 05:30", AUTUMN),
        ("2026-03-16 00:00", "2026-03-16 01:00", date(2026, 3, 16)),
    ],
    ids=[
        "from six to eight",
        "a minute before six",
        "a minute after eight",
        "in the evening",
        "summer time begins",
        "summer time began",
        "summer time ends",
        "summer time ended",
        "long before six",
    ],
)
def test_night_is_by_the_clock_on_the_wall(started: str, ended: str, day: date | None) -> None:
    assert touches_night(at(started), at(ended), 360, 1200) == day


def test_a_night_until_midnight_and_one_from_midnight() -> None:
    assert touches_night(at("2026-03-16 22:00"), at("2026-03-16 23:00"), 0, 1440) is None
    assert touches_night(at("2026-03-16 22:00"), at("2026-03-16 23:01"), 1, 1440) == date(2026, 3, 17)


def test_a_week_begins_on_monday() -> None:
    assert monday_of(SPRING) == date(2026, 3, 23)
    assert monday_of(date(2026, 3, 23)) == date(2026, 3, 23)


@settings(max_examples=60, deadline=None)
@supposed(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40), st.booleans()), max_size=40))
def test_the_book_finds_what_overlaps_and_forgets_what_is_released(
    wanted: list[tuple[int, int, bool]],
) -> None:
    """Compared with looking at every stretch."""
    book, held = TimeBook(), {}
    for n, (start, length, release) in enumerate(wanted):
        begins = at("2026-03-28 21:00") + start * 10 * MINUTE
        stretch = Stretch(begins, begins + length * 10 * MINUTE, minutes_of(begins, begins + length * 10 * MINUTE, 0))
        entry = derived_id("test", "stretch", n)
        others = [
            one for one in held.values() if one.started_at < stretch.ended_at and stretch.started_at < one.ended_at
        ]
        found = book.overlapping(stretch.started_at, stretch.ended_at)
        assert (found is None) == (others == [])
        if found is None:
            book.take(entry, stretch)
            held[entry] = stretch
        else:
            assert held[found] in others
            if release:
                book.release(found)
                del held[found]
        days = [part for one in held.values() for part in one.days]
        assert book.total == minutes_in(days)
        for day in (SPRING - DAY, SPRING, SPRING + DAY):
            assert book.on_day(day) == minutes_in(part for part in days if part.day == day)
            week = [part for part in days if monday_of(part.day) == monday_of(day)]
            assert book.in_week(day) == minutes_in(week)
    empty = book
    for entry in held:
        empty = empty.without(entry)
    assert empty == TimeBook()
    assert book.total == sum(minutes_in(one.days) for one in held.values())
