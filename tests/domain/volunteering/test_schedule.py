"""From schedules to shifts: recurrence, midnight, the days on which the clocks change, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from domain.kernel.errors import InvalidValue, PaktError, RuleViolated
from domain.volunteering.schedule import MOST_SHIFTS, Schedule, Shift, ShiftSeries, SingleShift
from domain.volunteering.shifts import days_of, shifts_of
from tests.domain.volunteering import examples as x


def once(starts_at: str, ends_at: str) -> Schedule:
    return Schedule(shifts=(SingleShift(starts_at=starts_at, ends_at=ends_at),))


def series(
    recurrence: str, starts_at: str = "2026-04-06T17:00", ends_at: str = "2026-04-06T20:00", *without: date
) -> Schedule:
    one = ShiftSeries(starts_at=starts_at, ends_at=ends_at, recurrence=recurrence, without=without)
    return Schedule(series=(one,))


def refused(schedule: Schedule) -> Any:
    with pytest.raises(PaktError) as caught:
        days_of(schedule, shifts_of(schedule, "/s"), "/s")
    str(caught.value)
    return getattr(caught.value, "rule", None) or getattr(caught.value, "pointer", None)


def test_a_schedule_comes_to_its_shifts_in_order() -> None:
    def at(day: int, hour: int) -> datetime:
        return datetime(2026, 4, day, hour, tzinfo=UTC)

    assert (
        Shift(at(6, 15), at(6, 18)),
        Shift(at(8, 15), at(8, 18)),
        Shift(at(11, 18), at(12, 0)),
        Shift(at(15, 15), at(15, 18)),
    ) == x.SHIFTS
    assert [one.minutes for one in x.SHIFTS] == [180, 180, 360, 180]
    assert days_of(x.SCHEDULE, x.SHIFTS, "/s") == (date(2026, 4, 6), date(2026, 4, 15))
    assert days_of(x.ARRANGED, (), "/s") == (date(2026, 4, 1), date(2026, 9, 30))


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "minutes"),
    [
        ("2026-03-28T22:00", "2026-03-29T06:00", 7 * 60),
        ("2026-10-24T22:00", "2026-10-25T06:00", 9 * 60),
        ("2026-10-25T00:00", "2026-10-25T23:00", 24 * 60),
        ("2026-10-25T02:30", "2026-10-25T03:00", 90),
        ("2026-12-31T23:59", "2027-01-01T00:00", 1),
    ],
    ids=["an hour less", "an hour more", "24 hours of 25", "from the first 02:30", "over the year"],
)
def test_a_shift_lasts_as_long_as_it_really_does(starts_at: str, ends_at: str, minutes: int) -> None:
    (one,) = shifts_of(once(starts_at, ends_at), "/s")

    assert one.minutes == minutes


def test_a_series_keeps_its_time_of_day_when_the_clocks_change() -> None:
    found = shifts_of(series("FREQ=WEEKLY;UNTIL=20261031", "2026-10-17T09:00", "2026-10-17T12:00"), "/s")

    assert [one.starts_at.hour for one in found] == [7, 7, 8]
    assert {one.minutes for one in found} == {180}


@pytest.mark.parametrize(
    ("schedule", "told"),
    [
        (once("2026-03-29T02:30", "2026-03-29T05:00"), "volunteer.schedule.clock"),
        (once("2026-03-28T23:00", "2026-03-29T02:00"), "volunteer.schedule.clock"),
        (series("FREQ=DAILY;COUNT=3", "2026-03-28T02:00", "2026-03-28T04:00"), "volunteer.schedule.clock"),
        (once("2026-10-25T00:00", "2026-10-26T00:00"), "volunteer.schedule.length"),
        (once("2026-04-06T10:00", "2026-04-07T10:01"), "volunteer.schedule.length"),
        (once("2026-04-06T10:00", "2026-04-06T10:00"), "/s/shifts/0/ends_at"),
        (once("2026-04-06T10:00", "2026-04-06T09:00"), "/s/shifts/0/ends_at"),
        (once("2026-02-30T10:00", "2026-03-01T09:00"), "/s/shifts/0/starts_at"),
        (once("2026-04-06T10:00", "2026-04-06T24:01"), "/s/shifts/0/ends_at"),
        (once("9999-12-31T10:00", "9999-12-31T11:00"), "/s/shifts/0/starts_at"),
        (series("FREQ=WEEKLY"), "volunteer.schedule.bounded"),
        (series("FREQ=WEEKLY;COUNT=3;UNTIL=20260501"), "volunteer.schedule.bounded"),
        (series("FREQ=WEEKLY;COUNT=106"), "volunteer.schedule.years"),
        (series("FREQ=WEEKLY;UNTIL=20280407"), "volunteer.schedule.years"),
        (series("FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=6;COUNT=3"), "volunteer.schedule.years"),
        (series("FREQ=DAILY;COUNT=9", "2026-04-06T01:00", "2026-04-07T01:00"), None),
        (series("FREQ=DAILY;COUNT=9", "2026-04-06T01:00", "2026-04-07T00:59"), None),
        (series("FREQ=WEEKLY;BYDAY=MO,TU;COUNT=4", "2026-04-06T20:00", "2026-04-07T20:00"), None),
        (series("FREQ=WEEKLY;BYDAY=TU;COUNT=3"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;BYDAY=XX;COUNT=3"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;BYHOUR=9;COUNT=3"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;COUNT=3;COUNT=3"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;INTERVAL=0;COUNT=3"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;COUNT=0"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;COUNT=99999"), "/s/series/0/recurrence"),
        (series("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;UNTIL=20261331"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;UNTIL=20260401"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;UNTIL=20240229"), "/s/series/0/recurrence"),
        (series("FREQ=WEEKLY;COUNT=3", "2026-04-06T17:00", "2026-04-06T20:00", date(2026, 4, 14)), "/s/series/0/without/0"),
        (Schedule(), "/s"),
        (Schedule(first_day=date(2026, 4, 1)), "/s"),
        (Schedule(first_day=date(2026, 4, 2), last_day=date(2026, 4, 1)), "/s/last_day"),
        (Schedule(first_day=date(2026, 4, 1), last_day=date(2028, 4, 1)), "volunteer.schedule.years"),
        (Schedule(first_day=date(2026, 4, 1), last_day=date(2026, 5, 1), series=(x.SERIES,)), "/s/first_day"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_where_it_stands(schedule: Schedule, told: str | None) -> None:
    if told is None:
        assert shifts_of(schedule, "/s")
    else:
        assert refused(schedule) == told


def test_shifts_of_an_opportunity_do_not_overlap() -> None:
    night = SingleShift(starts_at="2026-04-06T19:59", ends_at="2026-04-07T01:00")
    after = SingleShift(starts_at="2026-04-06T20:00", ends_at="2026-04-07T01:00")

    assert refused(Schedule(shifts=(night,), series=(x.SERIES,))) == "volunteer.schedule.overlap"
    long = series("FREQ=DAILY;COUNT=2", "2026-10-24T02:30", "2026-10-25T02:30")
    assert refused(long) == "volunteer.schedule.length", "the second of these days has 25 hours"
    assert len(shifts_of(Schedule(shifts=(after,), series=(x.SERIES,)), "/s")) == 4


def test_there_are_not_more_than_so_many() -> None:
    morning = ShiftSeries(starts_at="2026-04-06T08:00", ends_at="2026-04-06T09:00", recurrence="FREQ=DAILY;COUNT=500")
    noon = ShiftSeries(starts_at="2026-04-06T12:00", ends_at="2026-04-06T13:00", recurrence="FREQ=DAILY;COUNT=501")

    assert refused(Schedule(series=(morning, noon))) == "volunteer.schedule.count"
    less = ShiftSeries(starts_at="2026-04-06T12:00", ends_at="2026-04-06T13:00", recurrence="FREQ=DAILY;COUNT=500")
    assert len(shifts_of(Schedule(series=(morning, less)), "/s")) == MOST_SHIFTS


RULES = st.builds(
    "FREQ={}{}{};COUNT={}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.sampled_from(["", ";INTERVAL=2", ";INTERVAL=3"]),
    st.sampled_from(["", ";BYDAY=MO,WE,FR", ";BYDAY=SA", ";BYMONTHDAY=1,15", ";BYMONTH=3,10"]),
    st.integers(1, 40),
)


@settings(max_examples=60, deadline=None)
@drawn(
    recurrence=RULES,
    first=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    hour=st.integers(0, 23),
    minutes=st.integers(1, 24 * 60),
)
def test_any_series_is_as_the_library_counts_it_or_refused(
    recurrence: str, first: date, hour: int, minutes: int
) -> None:
    begins = datetime(first.year, first.month, first.day, hour)
    ends = begins + timedelta(minutes=minutes)
    schedule = series(recurrence, f"{begins:%Y-%m-%dT%H:%M}", f"{ends:%Y-%m-%dT%H:%M}")
    try:
        found = shifts_of(schedule, "/s")
    except (RuleViolated, InvalidValue):
        return

    expected = list(rrulestr(recurrence, dtstart=begins))
    assert len(found) == len(expected)
    for shift, wall in zip(found, expected, strict=True):
        assert 0 < shift.minutes <= 24 * 60
        assert abs((shift.starts_at.replace(tzinfo=None) - wall).total_seconds()) in (3600, 7200)
    assert all(not one.overlaps(other) for one, other in pairwise(found))
