"""How many minutes a volunteer may work on a day and in a week, by the protection of the agreement."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from domain.kernel.calendar import Calendar
from domain.kernel.rules import Rule, Rules
from domain.volunteering.hours_days import monday_of
from domain.volunteering.hours_parts import DayMinutes, TimeRefusal, Why
from domain.volunteering.time_book import TimeBook
from domain.volunteering.vocabulary import Protection

DAY, WEEK = "volunteer.day.max", "volunteer.week.max"
MINOR_DAY, MINOR_WEEK = "volunteer.minor.day.max", "volunteer.minor.week.max"
SCHOOL_DAY = "volunteer.minor.school_day.max"


class Exceeded(NamedTuple):
    """A cap that a stretch would break: `taken` are the minutes that count already, `day` that of the week's Monday."""

    why: Why
    rule: Rule
    day: date
    taken: int

    @property
    def told(self) -> TimeRefusal:
        """As whoever logged the time is told it."""
        return TimeRefusal(why=self.why, rule=self.rule.key, day=self.day, allowed=self.rule.number, taken=self.taken)


def exceeded(
    days: tuple[DayMinutes, ...], book: TimeBook, protection: Protection, rules: Rules, calendar: Calendar
) -> Exceeded | None:
    """The first cap that these minutes would break together with those of the book; None where they break none.

    Raises: RuleViolated where a minor's day lies in a year of which no working calendar is published.
    """
    return next(_broken(days, book, protection, rules, calendar), None)


def _broken(
    days: tuple[DayMinutes, ...], book: TimeBook, protection: Protection, rules: Rules, calendar: Calendar
) -> Iterator[Exceeded]:
    weeks: dict[date, int] = {}
    for one in days:
        rule, taken = _of_day(one.day, protection, rules, calendar), book.on_day(one.day)
        if taken + one.minutes > rule.number:
            yield Exceeded(Why.DAY_CAP, rule, one.day, taken)
        weeks[monday_of(one.day)] = weeks.get(monday_of(one.day), 0) + one.minutes
    rule = rules[MINOR_WEEK if protection is Protection.MINOR else WEEK]
    for monday, minutes in weeks.items():
        taken = book.in_week(monday)
        if taken + minutes > rule.number:
            yield Exceeded(Why.WEEK_CAP, rule, monday, taken)


def _of_day(day: date, protection: Protection, rules: Rules, calendar: Calendar) -> Rule:
    """Of a minor's school day the tighter of two; a working day of the calendar counts as one."""
    if protection is Protection.ADULT:
        return rules[DAY]
    if not calendar.is_working(day):
        return rules[MINOR_DAY]
    return min(rules[SCHOOL_DAY], rules[MINOR_DAY], key=lambda rule: rule.number)
