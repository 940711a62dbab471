"""Stretches of one volunteer's time that count: none overlaps another, and minutes are known by day and week."""

from bisect import bisect_left, insort
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from domain.volunteering.hours_days import monday_of
from domain.volunteering.hours_parts import DayMinutes


class Stretch(NamedTuple):
    """Real time from `started_at` up to `ended_at`, and its minutes of work by day."""

    started_at: datetime
    ended_at: datetime
    days: tuple[DayMinutes, ...]


class TimeBook:
    """Finds what overlaps in a logarithm of the stretches: they are kept in order, and none overlaps another."""

    def __init__(self) -> None:
        self.stretches: dict[UUID, Stretch] = {}
        self.total = 0
        self._starts: list[tuple[datetime, UUID]] = []
        self._minutes: dict[date, int] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeBook) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment] # what it holds changes

    def __deepcopy__(self, _memo: dict[int, Any]) -> "TimeBook":
        made = TimeBook()  # what it holds never changes itself
        made.stretches, made.total = dict(self.stretches), self.total
        made._starts, made._minutes = list(self._starts), dict(self._minutes)
        return made

    def take(self, entry_id: UUID, stretch: Stretch) -> None:
        """Let a stretch count; the caller has asked what it overlaps."""
        self.stretches[entry_id] = stretch
        insort(self._starts, (stretch.started_at, entry_id))
        self._count(stretch, 1)

    def release(self, entry_id: UUID) -> None:
        """Let it count no more, where it did."""
        stretch = self.stretches.pop(entry_id, None)
        if stretch is not None:
            del self._starts[bisect_left(self._starts, (stretch.started_at, entry_id))]
            self._count(stretch, -1)

    def without(self, entry_id: UUID) -> "TimeBook":
        """What would be left without that stretch."""
        made = self.__deepcopy__({})
        made.release(entry_id)
        return made

    def overlapping(self, started_at: datetime, ended_at: datetime) -> UUID | None:
        """The last stretch that shares any time with this one; that they touch is no harm."""
        found = bisect_left(self._starts, ended_at, key=lambda one: one[0])
        if not found:
            return None
        entry_id = self._starts[found - 1][1]
        return entry_id if self.stretches[entry_id].ended_at > started_at else None

    def on_day(self, day: date) -> int:
        """Minutes on a day in Kosovo."""
        return self._minutes.get(day, 0)

    def in_week(self, day: date) -> int:
        """Minutes in the week of that day."""
        first = monday_of(day)
        return sum(self.on_day(first + timedelta(days=n)) for n in range(7))

    def _count(self, stretch: Stretch, sign: int) -> None:
        for one in stretch.days:
            self.total += sign * one.minutes
            left = self.on_day(one.day) + sign * one.minutes
            if left:
                self._minutes[one.day] = left
            else:
                self._minutes.pop(one.day, None)
