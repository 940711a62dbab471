"""Grants that others published as 360Giving: what a record comes to, in JSON and as a row of a table."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from domain.grants.commands.recorded_grant import RecordGrant
from domain.kernel.deadline import start_of
from services.bootstrap import System
from services.importing.kind import Kind, Order
from services.importing.lines import Line, Record, Unreadable, read_lines
from services.importing.mapping import BadRecord, Mapping, Reader
from services.importing.stories import Step, Story, Tell, about
from services.open_data.threesixty_columns import Headings, grant_of
from services.open_data.threesixty_record import NotMeant, told
from services.open_data.threesixty_schema import Verdict, verdict

EARLIEST = 1900


async def _begin(system: System, order: Order, reader: Reader) -> Tell:
    tenant = await system.handler.authority.tenant(order.tenant)
    return grant_stories(reader, await system.handler.now(tenant))


GRANTS = Kind("grants", Headings(), _begin)


def grant_stories(reader: Reader, now: datetime) -> Tell:
    """Stories of grants awarded up to `now`, the tenant's time.

    A record is one of 360Giving, or a row of its table; what the mapping names takes the place of what stands there.
    """

    def tell(line: Line) -> Story:
        given = line.record or {}
        odd: Iterable[str] = ()
        record = dict(given)
        if reader.tabular:
            record, odd = grant_of({name: cell for name, cell in given.items() if name not in reader.reads})
        with about(_source_id(reader, record, given)):
            return _story(record | _repairs(reader, given), odd, now)

    return tell


def judge(path: Path, mapping: Mapping) -> Verdict:
    """What the schemas of 360Giving say of a file as it is; nothing is repaired by the mapping.

    Raises: Unreadable.
    """
    if mapping.format == "csv":
        rows = [line.record for line in read_lines(path, "csv") if line.record is not None]
        return verdict({"grants": [grant_of(row)[0] for row in rows]})
    packages = list(read_lines(path, "json"))
    if len(packages) != 1 or packages[0].record is None:
        raise Unreadable(f"{path} is no package: that is one JSON object")
    return verdict(packages[0].record)


def _source_id(reader: Reader, record: Record, given: Record) -> str:
    found = reader.text(given, "id") or record.get("id")
    return found[:150] if isinstance(found, str) else ""


def _repairs(reader: Reader, given: Record) -> Record:
    """What the mapping says of the record, as members of the standard."""
    said = {name: reader.text(given, name) for name in reader.names}
    repaired, _ = grant_of({name: value for name, value in said.items() if value is not None})
    return repaired


def _story(record: Record, odd: Iterable[str], now: datetime) -> Story:
    try:
        found = told(record)
    except NotMeant as error:
        raise BadRecord(str(error)) from error
    facts = found.facts
    if facts.awarded_on.year < EARLIEST:
        raise BadRecord(f"/awardDate: it lies before {EARLIEST}")
    at = start_of(facts.awarded_on)
    if at > now:
        raise BadRecord("/awardDate: it lies in the future: only what has happened can be imported")
    remarks = (*found.remarks, *(f"{name[:60]}: left out, the standard has no such column" for name in odd))
    return Story(facts.grant_id, (Step("record", RecordGrant(facts=facts), at),), remarks)
