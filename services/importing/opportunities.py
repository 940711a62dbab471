"""Opportunities to volunteer that another register has: drafts of nobody here, for a provider to take over or not."""

import re
from datetime import date, datetime
from typing import Any

from domain.kernel.deadline import local_day, start_of
from domain.kernel.text import Text, Title, text, title
from domain.volunteering.commands.opportunity import RecordOpportunity
from domain.volunteering.schedule import Schedule
from domain.volunteering.vocabulary import Frequency, Location, Origin, Particulars
from services.bootstrap import System
from services.importing.cells import Cells
from services.importing.kind import Kind, Order
from services.importing.lines import Line
from services.importing.mapping import BadRecord, Reader
from services.importing.stories import Story, Tell, about, checked

LONGEST_LINE = 300
_POINT = re.compile(r"latitude[^0-9-]+(-?[0-9]{1,2}\.[0-9]+)[^0-9-]+longitude[^0-9-]+(-?[0-9]{1,3}\.[0-9]+)")
_MILLIONTHS = 1_000_000


async def _begin(system: System, order: Order, reader: Reader) -> Tell:
    tenant = await system.handler.authority.tenant(order.tenant)
    return opportunity_stories(reader, await system.handler.now(tenant))


OPPORTUNITIES = Kind(
    "opportunities",
    (
        *("id", "title", "summary", "language", "provider", "places", "category", "frequency", "hours"),
        *("recorded", "first_day", "last_day", "municipality", "venue", "location"),
    ),
    _begin,
    layouts=("nyc_opportunities",),
)


def opportunity_stories(reader: Reader, now: datetime) -> Tell:
    """Stories of opportunities that were recorded elsewhere up to `now`; what they say of later days may come."""
    today = local_day(now)

    def tell(line: Line) -> Story:
        source_id = reader.required(line.record or {}, "id")
        with about(source_id):
            return _Row(reader, line, today).story(source_id)

    return tell


class _Row:
    def __init__(self, reader: Reader, line: Line, today: date) -> None:
        self._reader, self._record, self._today = reader, line.record or {}, today
        self._cells = Cells(reader, line, today)

    def story(self, source_id: str) -> Story:
        """One command; what could not be read is told beside it."""
        first, last = self._days()
        recorded = self._cells.day("recorded")
        at = recorded or min(first, self._today)
        if recorded is None:
            self._cells.remarks.append(f"recorded: no day that could be read; told at {at.isoformat()}")
        elif first < recorded:
            self._cells.remarks.append(f"first_day: {first.isoformat()} lies before the day on which it was recorded")
        command = RecordOpportunity(origin=self._origin(), particulars=self._particulars(first, last))
        step = checked("record", command, start_of(at))
        return Story(source_id, (step,), tuple(self._cells.remarks), tuple(self._cells.unread))

    def _days(self) -> tuple[date, date]:
        """First and last day; where one cannot be read or they stand the wrong way round, that is told."""
        first, last = (self._cells.day(name, past=False) for name in ("first_day", "last_day"))
        known = first or last
        if known is None:
            raise BadRecord("no day can be read on which volunteers are needed")
        if first is None or last is None:
            self._cells.remarks.append(f"only one of its days can be read: taken as {known.isoformat()} alone")
            return known, known
        if last < first:
            self._cells.remarks.append("it ends before it starts: its days are taken the other way round")
        return min(first, last), max(first, last)

    def _origin(self) -> Origin:
        provider = self._cells.words("provider")[:LONGEST_LINE]
        if not provider:
            raise BadRecord("nothing is given for provider")
        return Origin(
            provider_name=provider,
            category=self._cells.words("category")[:LONGEST_LINE] or None,
            frequency=self._cells.one_of("frequency", Frequency),
            hours=self._cells.count("hours") or None,
        )

    def _particulars(self, first: date, last: date) -> Particulars:
        language, called = self._reader.required(self._record, "language"), self._cells.words("title")
        if not called:
            raise BadRecord("nothing is given for title")
        summary = self._reader.text(self._record, "summary")
        municipality = self._cells.municipality("municipality") if "municipality" in self._reader.names else None
        return Particulars(
            title=_worded(title, language, called[:LONGEST_LINE]),
            summary=_worded(text, language, summary) if summary else Text(),
            places=self._places(),
            municipality=municipality,
            venue=self._cells.words("venue")[:LONGEST_LINE] or None,
            location=self._location(),
            languages=(language,),
            schedule=Schedule(first_day=first, last_day=last),
        )

    def _places(self) -> int:
        places = self._cells.count("places")
        if not places:
            self._cells.remarks.append("places: none are said; taken as one")
        return places or 1

    def _location(self) -> Location | None:
        """A point that is told by the words latitude and longitude, in whatever notation around them."""
        found = self._reader.text(self._record, "location")
        said = _POINT.search(found) if found else None
        if said is None:
            if found:
                self._cells.note("location", "no latitude and longitude stand in it")
            return None
        latitude, longitude = (round(float(one) * _MILLIONTHS) for one in said.groups())
        return Location(latitude=latitude, longitude=longitude)


def _worded(make: Any, language: str, words: str) -> Any:
    try:
        made: Text | Title = make(**{language: words})
    except TypeError as error:
        raise BadRecord(f"{language} is no language that a text may exist in") from error
    return made
