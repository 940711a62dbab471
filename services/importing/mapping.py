"""Mappings: a TOML file that says what a foreign record's fields mean.

source = "us-rule-dockets"            # stands in every event's metadata
format = "jsonl"                      # jsonl, csv or json
timezone = "America/New_York"         # of dates without a time
missing = ["-"]                       # texts that mean nothing is there

[consultations]                       # what the records tell of
id = "id"                             # a field's name
title = "title"
act_kind = { from = "type", values = { "Rule" = "regulation" }, otherwise = "other" }
summary = { template = "Document {number}." }
language = { is = "en" }              # the same for every record

A table without a heading names its `columns`; `ragged = true` takes rows with more or fewer cells, and `fallback` is
the encoding of cells that are not UTF-8.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Lookup
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from services.importing.lines import PLAIN, Line, Record, Sheet

SHIPPED = Path(__file__).parent / "mappings"
_PLACE = re.compile(r"\{([^{}]+)\}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
NOON = time(12)
_HOURS = re.compile("%[HIMSfTXc]")


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"field": "from", "constant": "is"}):
    """Where one value comes from: a field, a template over fields, or a constant; then a translation of its words.

    `otherwise` stands for every word that `values` does not translate, `default` for nothing at all. `layout` says how
    a date is written that is not of ISO 8601, as `%d/%m/%Y`; of `layouts` the first that fits counts. `split` are signs
    that stand between several words. A file need not have a field that is `optional`.
    """

    field: str = ""
    template: str = ""
    constant: str = ""
    values: dict[str, str] = {}
    otherwise: str | None = None
    default: str = ""
    layout: str = ""
    layouts: tuple[str, ...] = ()
    split: str = ""
    optional: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """The fields of a record that it looks at."""
        return tuple(name for name in (self.field, *_PLACE.findall(self.template)) if name)


Fields = dict[str, str | Value]

Known = Lookup[str, Collection[str]]
"""What a file can tell of, and what each record of that can be given (README.md says what each means)."""


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a mapping says of the file as a whole."""

    source: str
    format: Literal["jsonl", "csv", "json"] = "jsonl"
    timezone: str = "Europe/Belgrade"
    missing: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    ragged: bool = False
    fallback: Literal["", "cp1252", "cp1250"] = ""

    @property
    def sheet(self) -> Sheet:
        """How its tables are laid out."""
        return Sheet(self.columns, self.ragged, self.fallback)


class Mapping(msgspec.Struct, frozen=True):
    """What a mapping file holds: `sections` by what they tell of; `at` is the dotted path to those records in JSON."""

    source: str
    format: str = "jsonl"
    timezone: str = "Europe/Belgrade"
    missing: tuple[str, ...] = ()
    sections: dict[str, Fields] = {}
    at: dict[str, str] = {}
    sheet: Sheet = PLAIN

    def reader(self, section: str) -> "Reader":
        """Reads records by the fields of that section."""
        fields = self.sections.get(section, {})
        return Reader(fields, frozenset(self.missing), ZoneInfo(self.timezone), tabular=self.format == "csv")


class MappingError(ValueError):
    """The mapping file cannot be meant."""


class BadRecord(ValueError):
    """The record cannot be meant; the message is the reason in the report, `source_id` its id where one was found."""

    source_id: str = ""


def load_mapping(name: str, known: Known) -> Mapping:
    """A mapping by the path of its file, or by the name of one that ships with Pakt.

    Raises:
        MappingError: no such file, or not a mapping of what is `known`.
    """
    path = Path(name) if name.endswith(".toml") else SHIPPED / f"{name}.toml"
    if not path.exists() and path.parent == Path():
        path = SHIPPED / path.name
    try:
        mapping = _mapping(tomllib.loads(path.read_text()), known)
        ZoneInfo(mapping.timezone)
    except FileNotFoundError as error:
        shipped = ", ".join(sorted(path.stem for path in SHIPPED.glob("*.toml")))
        raise MappingError(f"there is no mapping {name}; those that ship with Pakt: {shipped}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError, ZoneInfoNotFoundError) as error:
        raise MappingError(f"{path}: {error}") from error
    for section, fields in mapping.sections.items():
        for field in fields:
            if field not in known[section]:
                raise MappingError(f"{path}: {section} knows no {field}; it knows {', '.join(known[section])}")
    return mapping


def _mapping(told: dict[str, Any], known: Known) -> Mapping:
    sections = msgspec.convert({name: told.pop(name) for name in known if name in told}, dict[str, Fields])
    places = {name: told.pop(f"{name}_at") for name in known if f"{name}_at" in told}
    head = msgspec.convert(told, _Head)
    at = msgspec.convert(places, dict[str, str])
    return Mapping(head.source, head.format, head.timezone, head.missing, sections, at, head.sheet)


def require_columns(fields: Fields, records: Sequence[Record]) -> None:
    """Raises: MappingError when a field is read that no record of the file has."""
    there = {name for record in records for name in record}
    missing = []
    for name, value in fields.items():
        of = Value(field=value) if isinstance(value, str) else value
        wanted = () if of.optional else of.reads
        missing += [f"{name} reads `{one}`" for one in wanted if not {one, one.split(".")[0]} & there]
    if records and missing:
        raise MappingError(f"{', '.join(missing)}: the file has no such field; it has {', '.join(sorted(there))}")


def require_width(sheet: Sheet, lines: Sequence[Line]) -> None:
    """Raises: MappingError when most rows of a table without a heading have more or fewer cells than it has columns."""
    if not sheet.columns or not lines:
        return
    widths = Counter((one.width, any(cell.strip() for cell in one.surplus)) for one in lines)
    width, surplus = max(widths, key=lambda one: widths[one])
    if width < len(sheet.columns):
        missing = ", ".join(sheet.columns[width:])
        raise MappingError(f"most rows have {width} cells, the layout has {len(sheet.columns)}: {missing} are missing")
    if surplus:
        raise MappingError(f"most rows have {width} cells, the layout has {len(sheet.columns)}")


class Reader:
    """Takes values out of records as the mapping says; what is missing is None. `tabular`: the records are rows."""

    def __init__(self, fields: Fields, missing: frozenset[str], zone: ZoneInfo, *, tabular: bool = False) -> None:
        self.tabular = tabular
        self._fields = {k: Value(field=v) if isinstance(v, str) else v for k, v in fields.items()}
        self._missing, self._zone = missing, zone

    @property
    def names(self) -> tuple[str, ...]:
        """What the mapping says something of."""
        return tuple(self._fields)

    @property
    def reads(self) -> frozenset[str]:
        """The fields of a record that it looks at."""
        return frozenset(name for value in self._fields.values() for name in value.reads)

    def value(self, name: str) -> Value | None:
        """Where it comes from; None for what the mapping says nothing of."""
        return self._fields.get(name)

    def given(self, record: Record, name: str) -> str | None:
        """What stands in the field itself, trimmed, before any translation."""
        value = self._fields.get(name)
        return None if value is None else self._raw(record, value.field)

    def text(self, record: Record, name: str) -> str | None:
        """The value as text, trimmed."""
        value = self._fields.get(name)
        if value is None:
            return None
        if value.constant:
            found: str | None = value.constant
        elif value.template:
            found = _PLACE.sub(lambda place: self._raw(record, place[1]) or "", value.template)
        else:
            found = self._raw(record, value.field)
        if value.values or value.otherwise is not None:
            found = value.values.get(found or "", value.otherwise if value.otherwise is not None else found)
        if found and value.layout:
            found = self._laid_out(name, found, value.layout)
        return found or value.default or None

    def defaulted(self, record: Record, name: str) -> bool:
        """Whether the record gives nothing for it, so that the mapping's default stands there."""
        value = self._fields.get(name)
        return value is not None and bool(value.default) and self._raw(record, value.field) is None

    def line(self, record: Record, name: str) -> tuple[str | None, bool]:
        """The value as one line, and whether line breaks or other control characters had to go for that."""
        found = self.text(record, name)
        if found is None:
            return None, False
        line = " ".join(_CONTROL.sub(" ", found).split()) if _CONTROL.search(found) else found
        return line or None, line != found

    def required(self, record: Record, name: str) -> str:
        """The value as text; BadRecord when it is missing."""
        found = self.text(record, name)
        if found is None:
            raise BadRecord(f"nothing is given for {name}")
        return found

    def flag(self, record: Record, name: str) -> bool:
        """Whether the value says yes."""
        return (self.text(record, name) or "").lower() in {"true", "yes", "1"}

    def start(self, record: Record, name: str) -> datetime | None:
        """An instant; a date without a time is the beginning of that day."""
        return self._instant(record, name, time(), 0)

    def end(self, record: Record, name: str) -> datetime | None:
        """An instant; a date without a time is the end of that day."""
        return self._instant(record, name, time(), 1)

    def within(self, record: Record, name: str) -> datetime | None:
        """An instant; a date without a time is noon of that day."""
        return self._instant(record, name, NOON, 0)

    def _laid_out(self, name: str, found: str, layout: str) -> str:
        try:
            at = datetime.strptime(found, layout).replace(tzinfo=self._zone)
        except ValueError as error:
            raise BadRecord(f"{name} is not a time as {layout} writes it") from error
        return at.isoformat() if _HOURS.search(layout) else at.date().isoformat()

    def _instant(self, record: Record, name: str, at: time, days: int) -> datetime | None:
        found = self.text(record, name)
        if found is None:
            return None
        try:
            if _DAY.fullmatch(found):
                day = date.fromisoformat(found) + timedelta(days=days)
                return datetime.combine(day, at, self._zone).astimezone(UTC)
            instant = datetime.fromisoformat(found)
            return (instant if instant.tzinfo else instant.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise BadRecord(f"{name} is not a time") from error

    def _raw(self, record: Record, field: str) -> str | None:
        found: Any = record
        for step in (field,) if field in record else field.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        if found is None or isinstance(found, (dict, list)):
            return None
        said = ("true" if found else "false") if isinstance(found, bool) else str(found).strip()
        return None if said in self._missing or not said else said
