"""How a stretch of real time lies on the days of Kosovo: days of summer time's change have 23 or 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from domain.kernel.deadline import INSTANT, ZONE, end_of, local_day, start_of
from domain.volunteering.hours_parts import DayMinutes

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_IN_A_DAY = 1440
"""Minutes after midnight by the clock on the wall, whatever the clocks did that night."""
_ZONE = ZoneInfo(ZONE)


def minutes_of(started_at: datetime, ended_at: datetime, break_minutes: int) -> tuple[DayMinutes, ...]:
    """Whole minutes of real time by local day, in order, parted at local midnight.

    Nobody is asked when the break was: it is taken from the longest part, of two alike from the first, and only what
    is more than that from the next longest.
    """
    parts: list[DayMinutes] = []
    at = started_at
    while at < ended_at:
        day = local_day(at)
        until = min(ended_at, end_of(day))
        parts.append(DayMinutes(day, (until - at) // _MINUTE))
        at = until
    for n in sorted(range(len(parts)), key=lambda n: -parts[n].minutes):
        taken = min(break_minutes, parts[n].minutes)
        parts[n], break_minutes = replace(parts[n], minutes=parts[n].minutes - taken), break_minutes - taken
    return tuple(parts)


def touches_night(started_at: datetime, ended_at: datetime, until: int, begins: int) -> date | None:
    """The first local day on whose night any of the time lies; None where none does.

    The night of a day is before `until` and from `begins` on, both in minutes after midnight by the clock on the wall.
    """
    day, last = local_day(started_at), local_day(ended_at - INSTANT)
    while day <= last:
        for night_began, night_ends in ((start_of(day), _on(day, until)), (_on(day, begins), end_of(day))):
            if max(started_at, night_began) < min(ended_at, night_ends):
                return day
        day += _DAY
    return None


def monday_of(day: date) -> date:
    """The first day of its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def _on(day: date, minutes: int) -> datetime:
    """The instant at which the clock on the wall has shown so many minutes since midnight."""
    if minutes >= _IN_A_DAY:
        return end_of(day)
    return datetime.combine(day, time(minutes // 60, minutes % 60), _ZONE).astimezone(UTC)
