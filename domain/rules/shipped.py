"""What Pakt ships: the default rule pack and the calendar, read once from this package's data files."""

from functools import cache
from importlib.resources import files

import msgspec

from domain.kernel.calendar import Calendar
from domain.kernel.rules import Rules
from domain.rules.commands import DraftRulePack
from domain.rules.values import CalendarDay

DEFAULT_PACK = "xk-2026.1"


class CalendarYear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The official holidays of one year, ascending, those on weekends too."""

    year: int
    days: tuple[CalendarDay, ...]


class CalendarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ships: where it comes from and the years."""

    source: str
    citation: str
    years: tuple[CalendarYear, ...]


@cache
def default_pack() -> DraftRulePack:
    """The default pack as the command that drafts it."""
    return msgspec.json.decode(_data(f"{DEFAULT_PACK}.json"), type=DraftRulePack)


@cache
def calendar_file() -> CalendarFile:
    """The frozen years."""
    return msgspec.json.decode(_data("calendar.json"), type=CalendarFile)


@cache
def shipped_calendar() -> Calendar:
    """The calendar as it stands when every shipped year is published and nothing was declared since."""
    years = calendar_file().years
    return Calendar(
        version="xk.shipped",
        years=frozenset(year.year for year in years),
        days={day.day: day.non_working() for year in years for day in year.days},
    )


@cache
def shipped_rules(kind: str) -> Rules:
    """The default pack as it binds institutions of one kind."""
    entries = (entry for entry in default_pack().rules if not entry.kinds or kind in entry.kinds)
    return Rules(DEFAULT_PACK, {entry.key: entry.rule(DEFAULT_PACK) for entry in entries})


def _data(name: str) -> bytes:
    return files("domain.rules").joinpath("data", name).read_bytes()
