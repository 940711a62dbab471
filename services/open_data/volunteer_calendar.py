"""Shifts as calendars know them: iCalendar (RFC 5545), the same bytes as long as nothing changes."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
from icalendar import Calendar, Event

from domain.kernel.text import Text, Title
from domain.volunteering.schedule import Shift

PRODUCT = "-//Pakt//Volunteering//EN"
_DAY = timedelta(days=1)


class Told(msgspec.Struct, frozen=True):
    """What an entry of a calendar is about: an opportunity with its shifts, or the days between which it is arranged.

    `latitude` and `longitude` in millionths of a degree; `version` and `changed_at` are those of the opportunity.
    """

    opportunity_id: UUID
    title: Title
    summary: Text
    place: str
    latitude: int | None
    longitude: int | None
    shifts: tuple[Shift, ...]
    first_day: date
    last_day: date
    version: int
    changed_at: datetime


def written(name: str, told: Iterable[Told], language: str) -> bytes:
    """A calendar of that name, what begins first first. Times are UTC, so no reader needs to know Kosovo's clocks."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for _, _, event in sorted(_entries(told, language), key=lambda one: one[:2]):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _entries(told: Iterable[Told], language: str) -> Iterator[tuple[datetime, str, Event]]:
    """Each with when it begins and its id, by which they are put in order."""
    for one in told:
        for shift in one.shifts:
            key = f"{one.opportunity_id}-{shift.starts_at:%Y%m%dT%H%MZ}@pakt"
            event = _entry(one, key, language)
            event.add("dtstart", shift.starts_at)
            event.add("dtend", shift.ends_at)
            yield shift.starts_at, key, event
        if not one.shifts:
            key = f"{one.opportunity_id}@pakt"
            event = _entry(one, key, language)
            event.add("dtstart", one.first_day)
            event.add("dtend", one.last_day + _DAY)
            event.add("transp", "TRANSPARENT")  # a time within which something is arranged keeps nobody busy
            first = one.first_day
            yield datetime(first.year, first.month, first.day, tzinfo=UTC), key, event


def _entry(told: Told, key: str, language: str) -> Event:
    event = Event()
    event.add("uid", key)
    event.add("dtstamp", told.changed_at.astimezone(UTC))
    event.add("sequence", told.version)
    event.add("summary", told.title.in_language(language))
    event.add("description", told.summary.in_language(language))
    if told.place:
        event.add("location", told.place)
    if told.latitude is not None and told.longitude is not None:
        event.add("geo", (told.latitude / 1_000_000, told.longitude / 1_000_000))
    return event
