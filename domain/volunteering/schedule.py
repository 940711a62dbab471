"""When volunteers are needed, as it is written down: single shifts and recurring ones, in Kosovo's civil time."""

from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from domain.kernel.text import END

LocalTime = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}{END}",
        description="Day and time on the clocks of Kosovo, to the minute",
    ),
]
Recurrence = Annotated[
    str,
    msgspec.Meta(
        max_length=200,
        pattern=rf"^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[0-9A-Z,+-]+)*{END}",
        description="Recurrence rule of RFC 5545 with a COUNT or an UNTIL (a day, within): FREQ=WEEKLY;COUNT=10",
    ),
]
MOST_SHIFTS = 1_000
LONGEST_YEARS = 2
LONGEST_SHIFT = timedelta(hours=24)


class SingleShift(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One shift; it may go over midnight. A time that the clocks show twice is the first of the two."""

    starts_at: LocalTime
    ends_at: LocalTime


class ShiftSeries(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A shift that recurs, from the first one on, `without` those that begin on certain days."""

    starts_at: LocalTime
    ends_at: LocalTime
    recurrence: Recurrence
    without: Annotated[tuple[date, ...], msgspec.Meta(max_length=MOST_SHIFTS)] = ()


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Shifts, or the first and the last day of a time within which they are arranged with each volunteer."""

    first_day: date | None = None
    last_day: date | None = None
    shifts: Annotated[tuple[SingleShift, ...], msgspec.Meta(max_length=MOST_SHIFTS)] = ()
    series: Annotated[tuple[ShiftSeries, ...], msgspec.Meta(max_length=20)] = ()


class Shift(msgspec.Struct, frozen=True, array_like=True, order=True):
    """When a shift begins and ends, UTC: half-open, so that one may begin as another ends."""

    starts_at: datetime
    ends_at: datetime

    @property
    def minutes(self) -> int:
        """Real elapsed time."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    def overlaps(self, other: "Shift") -> bool:
        """Whether both go on at some moment."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at
