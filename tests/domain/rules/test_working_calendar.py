"""The national calendar: published years, declared days, holidays that hang on the moon."""

from datetime import date

import pytest

from domain.kernel.errors import InvalidValue, RuleViolated
from domain.rules.commands import DeclareNonWorkingDay, FoundCalendar, MoveEstimatedHoliday, PublishCalendarYear
from domain.rules.events import (
    CalendarFounded,
    CalendarYearPublished,
    EstimatedHolidayMoved,
    NonWorkingDayDeclared,
)
from domain.rules.shipped import calendar_file, shipped_calendar
from domain.rules.values import CalendarDay
from domain.rules.working_calendar import WorkingCalendar
from tests.support.given import MUNICIPALITY, NATIONAL, STREAM, Scenario, given, given_nothing

NAMES = {"sq": "Ditë zie", "sr": "Dan žalosti", "en": "Day of mourning"}
FOUNDED = CalendarFounded("Law No. 03/L-064")
YEARS = [CalendarYearPublished(year.year, year.days) for year in calendar_file().years if year.year in {2025, 2026}]
FRIDAY = date(2026, 4, 17)
DECLARE = DeclareNonWorkingDay(day=FRIDAY, names=NAMES, decision_no="02/2026")
EID = date(2026, 3, 20)


def calendar() -> Scenario:
    return given(WorkingCalendar, [FOUNDED, *YEARS])


def test_founding() -> None:
    command = FoundCalendar(citation="Law No. 03/L-064")

    given_nothing(WorkingCalendar).when(command, tenant=NATIONAL).then([FOUNDED])
    given_nothing(WorkingCalendar).when(command, tenant=MUNICIPALITY).then_refused(RuleViolated, rule="tenant.national")


def test_one_calendar_per_tenant() -> None:
    assert WorkingCalendar.settled_id(1, DECLARE) == WorkingCalendar.settled_id(1, FoundCalendar(citation="x"))


def test_the_shipped_years_make_the_shipped_calendar() -> None:
    scenario = given(WorkingCalendar, [FOUNDED])
    for year in calendar_file().years:
        scenario = Scenario(
            WorkingCalendar,
            scenario.when(PublishCalendarYear(year=year.year, days=year.days), tenant=NATIONAL).aggregate,
            STREAM,
        )

    assert scenario.aggregate is not None
    found = scenario.aggregate.calendar  # type: ignore[attr-defined]
    assert (found.years, found.days) == (shipped_calendar().years, shipped_calendar().days)
    assert found.version == "xk.23"


def test_days_are_kept_in_order() -> None:
    days = (CalendarDay(date(2027, 2, 17), NAMES), CalendarDay(date(2027, 1, 1), NAMES))

    calendar().when(PublishCalendarYear(year=2027, days=days)).then([CalendarYearPublished(2027, (days[1], days[0]))])


@pytest.mark.parametrize(
    ("days", "pointer"),
    [
        ((CalendarDay(date(2028, 1, 1), NAMES),), "/days/0/day"),
        ((CalendarDay(date(2027, 1, 1), NAMES), CalendarDay(date(2027, 1, 1), NAMES)), "/days/1/day"),
        ((CalendarDay(date(2027, 1, 1), {"sq": "Viti i Ri"}),), "/days/0/names"),
    ],
)
def test_a_year_that_cannot_be_meant(days: tuple[CalendarDay, ...], pointer: str) -> None:
    calendar().when(PublishCalendarYear(year=2027, days=days)).then_refused(InvalidValue, pointer=pointer)


def test_a_year_is_published_once() -> None:
    calendar().when(PublishCalendarYear(year=2026, days=())).then_refused(RuleViolated, rule="calendar.year.once")


def test_declaring_a_day() -> None:
    outcome = calendar().when(DECLARE).then([NonWorkingDayDeclared(FRIDAY, NAMES, "02/2026")])

    assert outcome.aggregate.calendar.reason(FRIDAY) == "Day of mourning (02/2026)"
    assert outcome.aggregate.calendar.version == "xk.4"


def test_the_calendar_given_out_does_not_change() -> None:
    scenario = calendar()
    before = scenario.aggregate.calendar  # type: ignore[union-attr]

    scenario.when(DECLARE).then_events(NonWorkingDayDeclared)

    assert before.is_working(FRIDAY)


@pytest.mark.parametrize(
    ("day", "rule"),
    [
        (date(2026, 3, 15), "calendar.past"),
        (date(2026, 4, 18), "calendar.working"),
        (date(2026, 4, 9), "calendar.working"),
        (date(2027, 4, 9), "calendar.published"),
    ],
)
def test_days_that_cannot_be_declared(day: date, rule: str) -> None:
    command = DeclareNonWorkingDay(day=day, names=NAMES, decision_no="02/2026")

    calendar().when(command).then_refused(RuleViolated, rule=rule)


def test_imported_history_declares_days_that_lie_back() -> None:
    command = DeclareNonWorkingDay(day=date(2026, 3, 12), names=NAMES, decision_no="02/2026")

    calendar().when(command, imported=True).then_events(NonWorkingDayDeclared)


def test_a_declared_day_needs_all_names() -> None:
    command = DeclareNonWorkingDay(day=FRIDAY, names={"sq": "Ditë zie"}, decision_no="02/2026")

    calendar().when(command).then_refused(InvalidValue, pointer="/names")


def test_moving_eid() -> None:
    to = date(2026, 3, 19)

    outcome = calendar().when(MoveEstimatedHoliday(day=EID, to=to, decision_no="03/2026"))

    outcome.then([EstimatedHolidayMoved(EID, to, "03/2026")])
    assert outcome.aggregate.calendar.is_working(EID)
    assert outcome.aggregate.calendar.reason(to) == "Eid al-Fitr (03/2026)"


def test_confirming_eid() -> None:
    outcome = calendar().when(MoveEstimatedHoliday(day=EID, to=EID, decision_no="03/2026"))

    outcome.then([EstimatedHolidayMoved(EID, EID, "03/2026")])
    assert not outcome.aggregate.days[EID].estimated


@pytest.mark.parametrize(
    ("day", "to", "rule"),
    [
        (date(2026, 4, 9), date(2026, 4, 10), "calendar.estimated"),
        (FRIDAY, FRIDAY, "calendar.estimated"),
        (EID, date(2026, 3, 21), "calendar.working"),
        (EID, date(2026, 3, 13), "calendar.past"),
        (date(2025, 6, 6), date(2026, 6, 8), "calendar.past"),
    ],
)
def test_moves_that_are_refused(day: date, to: date, rule: str) -> None:
    calendar().when(MoveEstimatedHoliday(day=day, to=to, decision_no="03/2026")).then_refused(RuleViolated, rule=rule)
