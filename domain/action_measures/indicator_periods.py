"""Periods that values are for: a year, half of it or a quarter, by the calendar of Kosovo."""

from datetime import date, datetime, timedelta
from typing import Annotated, Self

import msgspec
from msgspec.structs import replace

from domain.kernel.deadline import end_of, local_day, start_of
from domain.kernel.text import END

PeriodName = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^(19|20|21)[0-9]{{2}}(-(H[12]|Q[1-4]))?{END}",
        description="A year, half a year or a quarter: 2026, 2026-H1, 2026-Q3",
    ),
]
_MONTHS = {"H": 6, "Q": 3}
_INSTANT = timedelta(microseconds=1)


class Span(msgspec.Struct, frozen=True):
    """The days of a period, and the instants (UTC) at which it begins and ends, the end exclusive."""

    first_day: date
    last_day: date
    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, period: PeriodName) -> Self:
        """The span of a period."""
        year, part = int(period[:4]), period[5:]
        months = _MONTHS[part[0]] if part else 12
        before = (int(part[1]) - 1) * months if part else 0
        first_day = date(year, before + 1, 1)
        after = before + months
        following = date(year + after // 12, after % 12 + 1, 1)
        last_day = following - timedelta(days=1)
        return cls(first_day, last_day, start_of(first_day), end_of(last_day))

    @property
    def as_of(self) -> datetime:
        """The last instant of the period: what happened by then belongs to it."""
        return self.ends - _INSTANT

    def upto(self, at: datetime) -> Self:
        """The part of the period that is over at an instant, itself included; the whole of it after its end."""
        if at >= self.as_of:
            return self
        return replace(self, last_day=max(local_day(at), self.first_day), ends=max(at + _INSTANT, self.begins))
