"""What confirmed entries add up to, and the digest by which anybody can compare a list of them with it."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from domain.kernel.canonical import canonical
from domain.volunteering.hours_parts import DayMinutes, EntryStage, minutes_in
from domain.volunteering.hours_state import Entry


class Total(NamedTuple):
    """Minutes by day in order, of how many entries, and the digest of these."""

    days: tuple[DayMinutes, ...]
    entries: int
    digest: str

    @property
    def minutes(self) -> int:
        """Minutes altogether."""
        return minutes_in(self.days)


def total_of(entries: Mapping[UUID, Entry]) -> Total:
    """The total of the confirmed ones.

    The digest is the SHA-256 over the canonical JSON (RFC 8785) of a list of `{entry_id, started_at, ended_at,
    break_minutes, minutes}` in order of begin; times are UTC.
    """
    confirmed = sorted(
        (one.started_at, entry_id, one) for entry_id, one in entries.items() if one.stage is EntryStage.CONFIRMED
    )
    days: dict[date, int] = {}
    listed = []
    for _, entry_id, one in confirmed:
        for part in one.days:
            days[part.day] = days.get(part.day, 0) + part.minutes
        listed.append(
            {
                "entry_id": entry_id,
                "started_at": one.started_at,
                "ended_at": one.ended_at,
                "break_minutes": one.break_minutes,
                "minutes": one.minutes,
            }
        )
    by_day = tuple(DayMinutes(day, minutes) for day, minutes in sorted(days.items()))
    return Total(by_day, len(confirmed), sha256(canonical(listed)).hexdigest())
