"""The working calendar as a value."""

from datetime import date

import pytest

from domain.kernel.calendar import Calendar, NonWorkingDay
from domain.kernel.errors import RuleViolated
from domain.rules.freeze import frozen, written
from domain.rules.shipped import calendar_file, shipped_calendar

CALENDAR = shipped_calendar()


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 3, 16), None),
        (date(2026, 3, 21), "weekend"),
        (date(2026, 4, 5), "weekend"),
        (date(2026, 2, 17), "Independence Day"),
        (date(2026, 5, 11), "Europe Day (observed)"),
    ],
)
def test_reason(day: date, reason: str | None) -> None:
    assert CALENDAR.reason(day) == reason
    assert CALENDAR.is_working(day) is (reason is None)


def test_an_unpublished_year_is_not_guessed() -> None:
    with pytest.raises(RuleViolated):
        CALENDAR.reason(date(2031, 1, 6))


def test_249_or_250_working_days_a_year() -> None:
    days = [date(2026, 1, 1).replace(month=m, day=d) for m in range(1, 13) for d in range(1, 29)]
    days += [
        date(2026, m, d)
        for m, last in (
            (1, 31),
            (3, 31),
            (4, 30),
            (5, 31),
            (6, 30),
            (7, 31),
            (8, 31),
            (9, 30),
            (10, 31),
            (11, 30),
            (12, 31),
        )
        for d in range(29, last + 1)
    ]

    assert len(days) == 365
    assert sum(CALENDAR.is_working(day) for day in days) in {249, 250}


def test_a_declared_day_is_named_with_its_decision() -> None:
    day = NonWorkingDay(date(2026, 6, 1), {"sq": "Ditë zie", "en": "Day of mourning"}, decision_no="02/2026")
    calendar = Calendar("xk.2", frozenset({2026}), {day.day: day})

    assert calendar.reason(day.day) == "Day of mourning (02/2026)"


def test_a_day_without_an_english_name_has_the_first_there_is() -> None:
    assert NonWorkingDay(date(2026, 6, 1), {"sq": "Ditë zie"}).reason == "Ditë zie"
    assert NonWorkingDay(date(2026, 6, 1), {}).reason == ""


def test_the_shipped_file_is_what_the_package_works_out() -> None:
    """A newer `holidays` that disagrees must be looked at by a person before the file is made anew."""
    assert calendar_file() == frozen()


def test_the_file_is_written_as_it_is_kept() -> None:
    from pathlib import Path

    assert Path("domain/rules/data/calendar.json").read_text("utf-8") == written(calendar_file())


def test_eid_is_marked_as_an_estimate() -> None:
    estimated = {day for day, found in CALENDAR.days.items() if found.estimated and day.year == 2026}

    assert estimated == {date(2026, 3, 20), date(2026, 5, 27)}
