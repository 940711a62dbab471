"""Deadlines that carry their own proof: rule, anchor, calendar, and every day that was not counted and why."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from domain.kernel.calendar import WEEKEND, Calendar
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.rules import Counting, Rule, Unit

ZONE = "Europe/Belgrade"
"""The rule of Kosovo's civil time: the zone database has no entry of its own for Prishtina."""

_ZONE = ZoneInfo(ZONE)
_DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
"""The least time that is told apart: ends are exclusive, and the last instant in time lies this much before them."""


class Skipped(msgspec.Struct, frozen=True, omit_defaults=True):
    """A day that was passed over. `names` are the holiday's names by language code; empty for weekends."""

    on: date
    reason: str
    names: dict[str, str] = {}


class Deadline(msgspec.Struct, frozen=True):
    """When something is due and how that was found; `services/audit/verify_deadline.py` re-verifies it from its JSON.

    `due_at` is the first instant after the last day (24:00 in `zone`), in UTC: what comes at `due_at` is late.
    `n` counts days of `unit`; for unit `date` it is 0 and the rule's value named the day. `calendar` is the version
    that was in force when it was computed; unit `calendar_days` and `date` skip nothing.
    """

    rule: str
    rule_pack: str
    citation: str
    anchor_event: str
    anchor: datetime
    n: int
    unit: Unit
    counting: Counting
    zone: str
    calendar: str
    due_at: datetime
    trace: tuple[Skipped, ...] = ()

    @property
    def last_day(self) -> date:
        """The last day on which one is in time."""
        return last_day(self.due_at)

    def require_running(self, now: datetime, over: str) -> None:
        """Refuse what comes at it or later; `over` says it of `until`. Raises: RuleViolated, by its own rule."""
        if now >= self.due_at:
            self._refuse(over)

    def require_over(self, now: datetime, running: str) -> None:
        """Refuse what comes before it; `running` says it of `until`. Raises: RuleViolated, by its own rule."""
        if now < self.due_at:
            self._refuse(running)

    def _refuse(self, said: str) -> None:
        raise RuleViolated(self.rule, said, citation=self.citation, until=self.due_at.isoformat())


def local_day(at: datetime) -> date:
    """The date in Kosovo at that instant.

    Raises: RuleViolated for an instant at either end of time.
    """
    try:
        return at.astimezone(_ZONE).date()
    except OverflowError as error:
        raise _beyond(at.year) from error


def last_day(ends_at: datetime) -> date:
    """The last date in Kosovo of what ends at `ends_at` (exclusive)."""
    return local_day(ends_at - INSTANT)


def require_past(day: date, pointer: str, now: datetime) -> None:
    """Refuse a day at `pointer` that is still to come. Raises: InvalidValue."""
    if day > local_day(now):
        raise InvalidValue(pointer, N_("{day} has not come yet."), day=day.isoformat())


def end_of(day: date) -> datetime:
    """The instant (UTC) at which that day ends in Kosovo; days of summer time's change have 23 or 25 hours.

    Raises: RuleViolated for a day at the end of time.
    """
    try:
        return datetime.combine(day + _DAY, time(), _ZONE).astimezone(UTC)
    except OverflowError as error:
        raise _beyond(day.year) from error


def start_of(day: date) -> datetime:
    """The instant (UTC) at which that day begins in Kosovo.

    Raises: RuleViolated for a day at the beginning of time.
    """
    try:
        return datetime.combine(day, time(), _ZONE).astimezone(UTC)
    except OverflowError as error:
        raise _beyond(day.year) from error


def deadline(rule: Rule, anchor: datetime, anchor_event: str, calendar: Calendar, *, n: int | None = None) -> Deadline:
    """When `rule` is due, counted from `anchor`; `n` replaces the rule's value where more than the minimum is chosen.

    Raises: RuleViolated when days are needed that no published calendar holds, or the rule counts no time.
    """
    try:
        first = local_day(anchor)
        length, last, trace = _last_day(rule, first, calendar, n)
        due_at = end_of(last)
    except (OverflowError, ValueError) as error:  # beyond the year 9999
        raise _beyond(anchor.year) from error
    return Deadline(
        rule=rule.key,
        rule_pack=rule.pack,
        citation=rule.citation,
        anchor_event=anchor_event,
        anchor=anchor,
        n=length,
        unit=rule.unit,
        counting=rule.counting,
        zone=ZONE,
        calendar=calendar.version,
        due_at=due_at,
        trace=trace,
    )


def recomputed(old: Deadline, calendar: Calendar) -> Deadline:
    """The same deadline under another version of the calendar: rule, anchor and length stay as they were."""
    if old.unit is not Unit.WORKING_DAYS:
        return msgspec.structs.replace(old, calendar=calendar.version)
    last, trace = _walk(local_day(old.anchor), old.n, old.counting, calendar)
    return msgspec.structs.replace(old, calendar=calendar.version, due_at=end_of(last), trace=trace)


def count_days(first: date, last: date, unit: Unit, counting: Counting, calendar: Calendar) -> int:
    """Days of `unit` from `first` to `last`, both within; `first` counts only under `include_first`. Never negative."""
    start = first if counting is Counting.INCLUDE_FIRST else first + _DAY
    if unit is Unit.CALENDAR_DAYS:
        return max((last - start).days + 1, 0)
    return sum(calendar.is_working(start + i * _DAY) for i in range((last - start).days + 1))


def _last_day(rule: Rule, first: date, calendar: Calendar, n: int | None) -> tuple[int, date, tuple[Skipped, ...]]:
    match rule.unit:
        case Unit.WORKING_DAYS:
            length = rule.number if n is None else n
            return (length, *_walk(first, length, rule.counting, calendar))
        case Unit.CALENDAR_DAYS:
            length = rule.number if n is None else n
            back = 1 if rule.counting is Counting.INCLUDE_FIRST and length else 0
            return length, first + timedelta(days=length - back), ()
        case Unit.DATE:
            return 0, _next(str(rule.value), first), ()
        case Unit.COUNT | Unit.YEARS | Unit.CHOICE:
            raise RuleViolated(rule.key, N_("{rule} sets no period."), citation=rule.citation, rule=rule.key)


def _walk(first: date, n: int, counting: Counting, calendar: Calendar) -> tuple[date, tuple[Skipped, ...]]:
    """The nth working day and the days passed over on the way; with n = 0 the first day itself."""
    if n <= 0:
        return first, ()
    skipped: list[Skipped] = []
    left = n
    day = first if counting is Counting.INCLUDE_FIRST else first + _DAY
    while True:
        reason = calendar.reason(day)
        if reason is None:
            left -= 1
            if left == 0:
                return day, tuple(skipped)
        else:
            named = calendar.days.get(day) if reason != WEEKEND else None
            skipped.append(Skipped(day, reason, named.names if named else {}))
        day += _DAY


def _beyond(year: int) -> RuleViolated:
    return RuleViolated("calendar.published", N_("The working calendar of {year} is not published."), year=year)


def _next(month_day: str, after: date) -> date:
    """The next `MM-DD` after `after`; raises ValueError or OverflowError at the end of time."""
    found = _in_year(month_day, after.year)
    return found if found > after else _in_year(month_day, after.year + 1)


def _in_year(month_day: str, year: int) -> date:
    """That day of the year; 29 February is the 28th in years without one."""
    if month_day == "02-29":
        return date(year, 3, 1) - _DAY
    month, day = (int(part) for part in month_day.split("-"))
    return date(year, month, day)
