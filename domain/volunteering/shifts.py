"""From a schedule to its shifts: every one that there will be, as real time, or a refusal that names the day."""

from collections.abc import Iterator
from datetime import MAXYEAR, UTC, date, datetime, time
from functools import cache
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from domain.kernel.deadline import ZONE, last_day, local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.organisations.state import require_period
from domain.volunteering.schedule import (
    LONGEST_SHIFT,
    LONGEST_YEARS,
    MOST_SHIFTS,
    LocalTime,
    Schedule,
    Shift,
    ShiftSeries,
)

RECURRENCE = N_("RFC 5545, section 3.3.10")
_ZONE = ZoneInfo(ZONE)
_PARTS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS", "WKST"})
_YEARS = range(1900, 2200)
_LAST_MINUTE = time(23, 59)


def shifts_of(schedule: Schedule, pointer: str) -> tuple[Shift, ...]:
    """All shifts in their order; `pointer` is where the schedule stands.

    Raises:
        InvalidValue: a day, a time or a rule that cannot be meant.
        RuleViolated: unbounded, too many, over too long a time, overlapping, longer than a day, or at a time that the
            clocks leave out.
    """
    found: list[Shift] = []
    for n, one in enumerate(schedule.shifts):
        begins, ends = _times(one.starts_at, one.ends_at, f"{pointer}/shifts/{n}")
        found.append(_shift(begins, ends, f"{pointer}/shifts/{n}"))
    for n, series in enumerate(schedule.series):
        found += _recurring(series, f"{pointer}/series/{n}")
    if len(found) > MOST_SHIFTS:
        raise RuleViolated(
            "volunteer.schedule.count",
            N_("There are more than {most} shifts; several opportunities share them."),
            most=MOST_SHIFTS,
        )
    found.sort()
    _require_apart(found)
    return tuple(found)


def days_of(schedule: Schedule, shifts: tuple[Shift, ...], pointer: str) -> tuple[date, date]:
    """The first and the last day in Kosovo, both within: of the shifts, or as they are said where there are none.

    Raises:
        InvalidValue: neither says it, or both do, or the time ends before it begins.
        RuleViolated: the time is too long.
    """
    if shifts:
        if schedule.first_day is not None or schedule.last_day is not None:
            raise InvalidValue(f"{pointer}/first_day", N_("The shifts say themselves on which days they are."))
        first, last = local_day(shifts[0].starts_at), last_day(shifts[-1].ends_at)
    elif schedule.first_day is None or schedule.last_day is None:
        raise InvalidValue(pointer, N_("Name the shifts, or the first and the last day."))
    else:
        require_period(schedule.first_day, schedule.last_day, f"{pointer}/last_day")
        first, last = schedule.first_day, schedule.last_day
    if last >= _years_after(first):
        raise _too_long()
    return first, last


def _recurring(series: ShiftSeries, pointer: str) -> Iterator[Shift]:
    begins, ends = _times(series.starts_at, series.ends_at, pointer)
    found = _occurrences(series.recurrence, begins, f"{pointer}/recurrence")
    days = {one.date() for one in found}
    for n, day in enumerate(series.without):
        if day not in days:
            raise InvalidValue(f"{pointer}/without/{n}", N_("No shift begins on {day}."), day=day.isoformat())
    left_out = frozenset(series.without)
    for one in found:
        if one.date() not in left_out:
            yield _shift(one, one + (ends - begins), pointer)


def _occurrences(recurrence: str, begins: datetime, pointer: str) -> list[datetime]:
    """When the shifts of a series begin, on the clocks of Kosovo."""
    parts = _parts(recurrence, pointer)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    if (count is None) == (until is None):
        raise RuleViolated(
            "volunteer.schedule.bounded",
            N_("A series ends by a `COUNT` or by an `UNTIL`: one of them is needed, and not both."),
            citation=RECURRENCE,
        )
    horizon = datetime.combine(_years_after(begins.date()), time())
    last = horizon if until is None else datetime.combine(_day(until, pointer), _LAST_MINUTE)
    if last > horizon:
        raise _too_long()
    if last < begins:
        raise InvalidValue(pointer, N_("The first shift is none that the recurrence rule names."))
    most = MOST_SHIFTS + 1 if count is None else _number(count, pointer)
    later = _last_like(begins.year) - begins.year
    parts["UNTIL"] = f"{last.replace(year=last.year + later):%Y%m%dT%H%M%S}"
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        ruled = rrulestr(text, dtstart=begins.replace(year=begins.year + later))
        moved = list(islice(ruled, min(most, MOST_SHIFTS + 1)))
    except (ValueError, KeyError, TypeError, IndexError) as error:  # as the library tells of values it cannot read
        raise InvalidValue(pointer, N_("This is no recurrence rule of RFC 5545.")) from error
    found = [one.replace(year=one.year - later) for one in moved]
    if not found or found[0] != begins:
        raise InvalidValue(pointer, N_("The first shift is none that the recurrence rule names."))
    if count is not None and len(found) < min(most, MOST_SHIFTS + 1):
        raise _too_long()
    return found


@cache
def _last_like(year: int) -> int:
    """The last year that has, with the two after it, the same days of the week and the same leap day as this one.

    Where no day fits a rule, the library looks on to the year 9999. Asked about the end of time it is done at once.
    """
    wanted = [_calendar(year + n) for n in range(LONGEST_YEARS + 1)]
    return next(
        late
        for late in range(MAXYEAR - LONGEST_YEARS, year - 1, -1)
        if [_calendar(late + n) for n in range(LONGEST_YEARS + 1)] == wanted
    )


def _calendar(year: int) -> tuple[int, int]:
    return date(year, 1, 1).weekday(), date(year, 12, 31).timetuple().tm_yday


def _parts(recurrence: str, pointer: str) -> dict[str, str]:
    """The parts of a rule by their names. Times of day stand in the shift itself, so no part may say them."""
    found = [part.partition("=") for part in recurrence.split(";")]
    parts = {name: value for name, _, value in found}
    if len(parts) != len(found) or not parts.keys() <= _PARTS:
        raise InvalidValue(
            pointer,
            N_("A recurrence rule has each of these parts at most once: {parts}."),
            parts=", ".join(sorted(_PARTS)),
        )
    _number(parts.get("INTERVAL", "1"), pointer)
    return parts


def _number(said: str, pointer: str) -> int:
    number = int(said) if said.isdigit() and len(said) <= len(str(MOST_SHIFTS)) else 0
    if number < 1:
        raise InvalidValue(pointer, N_("{said} is no number from 1 to 9999."), said=said)
    return number


def _day(said: str, pointer: str) -> date:
    try:
        return datetime.strptime(said, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise InvalidValue(pointer, N_("`UNTIL` names a day, as 20261231; that day is within.")) from error


def _times(starts_at: LocalTime, ends_at: LocalTime, pointer: str) -> tuple[datetime, datetime]:
    return _wall(starts_at, f"{pointer}/starts_at"), _wall(ends_at, f"{pointer}/ends_at")


def _wall(said: LocalTime, pointer: str) -> datetime:
    """What the clocks show, without a zone."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError as error:
        raise InvalidValue(pointer, N_("There is no such day or time.")) from error
    if found.year not in _YEARS:
        raise InvalidValue(pointer, N_("There is no such day or time."))
    return found


def _shift(begins: datetime, ends: datetime, pointer: str) -> Shift:
    shift = Shift(_instant(begins), _instant(ends))
    if shift.ends_at <= shift.starts_at:
        raise InvalidValue(f"{pointer}/ends_at", N_("The shift ends before it begins."))
    if shift.ends_at - shift.starts_at > LONGEST_SHIFT:
        raise RuleViolated(
            "volunteer.schedule.length",
            N_("The shift of {begins} lasts {minutes} minutes; 24 hours of real time is the most."),
            begins=_shown(begins),
            minutes=shift.minutes,
        )
    return shift


def _instant(wall: datetime) -> datetime:
    """The moment, UTC, at which the clocks show that for the first time."""
    found = wall.replace(tzinfo=_ZONE).astimezone(UTC)
    if found.astimezone(_ZONE).replace(tzinfo=None) != wall:
        raise RuleViolated(
            "volunteer.schedule.clock",
            N_("There is no {time}: the clocks leave that hour out when summer time begins."),
            time=_shown(wall),
        )
    return found


def _require_apart(shifts: list[Shift]) -> None:
    for one, other in pairwise(shifts):
        if one.overlaps(other):
            raise RuleViolated(
                "volunteer.schedule.overlap",
                N_("The shift of {one} still goes on when that of {other} begins."),
                one=_shown(one.starts_at.astimezone(_ZONE)),
                other=_shown(other.starts_at.astimezone(_ZONE)),
            )


def _shown(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _years_after(day: date) -> date:
    """The same day so many years later; 29 February is followed by 1 March."""
    try:
        return day.replace(year=day.year + LONGEST_YEARS)
    except ValueError:
        return date(day.year + LONGEST_YEARS, 3, 1)


def _too_long() -> RuleViolated:
    return RuleViolated(
        "volunteer.schedule.years",
        N_("An opportunity is for {years} years at most; what goes on longer is published anew."),
        years=LONGEST_YEARS,
    )
