"""The cells of a row as what their columns are for. One that cannot be read is told, and counts as not given.

No row is lost for a cell: registers kept by hand hold prices in words and dates that no calendar has.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

import msgspec

from domain.tenants.shipped import slug_of
from services.importing.lines import Line
from services.importing.mapping import Reader, Value

E = TypeVar("E", bound=StrEnum)
_BLANKS = re.compile(r"[\s€]+")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]*)?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_COUNT = re.compile(r"[0-9]{1,9}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_ISO = ("%Y-%m-%d",)
LONGEST = 2000
EARLIEST = 1990
"""The first year that a day of a register can lie in."""


class Unread(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cell that could not be read, and why: `row` and `column` count from 1, as a spreadsheet shows them.

    In JSON `row` counts the records and `heading` is the place in the record. `kept`: the text is on record all the
    same.
    """

    row: int
    heading: str
    text: str
    why: str
    column: int = 0
    kept: bool = False


class Sum(msgspec.Struct, frozen=True):
    """What the cells of one column of amounts came to; `sum` is exact, of those that were `parsed`."""

    parsed: int = 0
    empty: int = 0
    unreadable: int = 0
    sum: Decimal = Decimal()

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.parsed + other.parsed,
            self.empty + other.empty,
            self.unreadable + other.unreadable,
            self.sum + other.sum,
        )


class Cells:
    """Reads one row; `unread` and `sums` are what came to light on the way."""

    def __init__(self, reader: Reader, line: Line, today: date) -> None:
        self._reader, self._line, self._today = reader, line, today
        self._record = line.record or {}
        self._columns = {name: n for n, name in enumerate(self._record, start=1)}
        self.unread: list[Unread] = []
        self.sums: dict[str, Sum] = {}
        self.remarks: list[str] = list(line.remarks)

    def words(self, name: str) -> str:
        """The text as one line, '' where there is none."""
        found = self._reader.text(self._record, name)
        if found is None:
            return ""
        line = " ".join(_CONTROL.sub(" ", found).split()) if _CONTROL.search(found) else found
        if line != found:
            self.remarks.append(f"{name}: line breaks or other control characters were taken out")
        if len(line) > LONGEST:
            self.remarks.append(f"{name}: cut after {LONGEST} characters")
        return line[:LONGEST]

    def amount(self, name: str) -> Decimal | None:
        """An amount: digits with a decimal point, or groups of three joined by commas; counted in `sums`."""
        found = self._reader.text(self._record, name)
        value = None if found is None else _amount(found)
        if found is not None and value is None:
            self.note(name, "it is no amount")
        unreadable = found is not None and value is None
        self.sums[name] = Sum(int(value is not None), int(found is None), int(unreadable), value or Decimal())
        return value

    def count(self, name: str) -> int | None:
        """A whole number."""
        found = self._reader.text(self._record, name)
        if found is None:
            return None
        if not _COUNT.fullmatch(found):
            self.note(name, "it is no whole number")
            return None
        return int(found)

    def day(self, name: str, *, past: bool = True) -> date | None:
        """A day as one of the mapping's layouts writes it; with `past` not after today."""
        found = self._reader.text(self._record, name)
        if found is None:
            return None
        day = self._day(name, found, past=past)
        if isinstance(day, str):
            self.note(name, day)
            return None
        return day

    def span(self, name: str) -> tuple[date | None, date | None]:
        """A day, or the first and the last of a time where the mapping says by which sign the two are joined."""
        found = self._reader.text(self._record, name)
        joint = self._value(name).split
        if found is None or not joint or joint not in found:
            return self.day(name), None
        said, _, until = found.partition(joint)
        first, last = self._day(name, said, past=True), self._day(name, until, past=False) if until.strip() else None
        if isinstance(first, str):
            self.note(name, first)
            return None, None
        if isinstance(last, str):
            self.note(name, f"its end: {last}")
            return first, None
        if last and last < first:
            self.note(name, "it ends before it starts")
            return first, None
        return first, last

    def one_of(self, name: str, kind: type[E]) -> E | None:
        """A code of the register, by the mapping's table."""
        found = self._reader.text(self._record, name)
        if found is None:
            return None
        try:
            return kind(found)
        except ValueError:
            self.note(name, "it is none of the register's codes")
            return None

    def some_of(self, name: str, kind: type[E]) -> tuple[E, ...]:
        """Codes of the register, several in one cell, as `1+2`; none of them when one is not known."""
        value = self._value(name)
        found = self._reader.given(self._record, name)
        if found is None:
            return ()
        codes = [code.strip() for code in re.split(f"[{re.escape(value.split)}]", found)] if value.split else [found]
        try:
            return tuple(dict.fromkeys(kind(value.values.get(code, code)) for code in codes))
        except ValueError:
            self.note(name, "it is none of the register's codes")
            return ()

    def municipality(self, name: str) -> str | None:
        """The municipality that the words are known to mean, by the table that ships; never a guess.

        A village stands before its municipality with a comma between.
        """
        found = self._reader.text(self._record, name)
        if found is None:
            return None
        known = slug_of(found)
        if known is None and "," in found:
            village, _, municipality = found.rpartition(",")
            known = slug_of(municipality) if slug_of(village) is None else None
        if known is None:
            self.note(name, "no municipality is written like that", kept=True)
        return known

    def note(self, name: str, why: str, *, kept: bool = False) -> None:
        """Tell that the cell of a field cannot be read."""
        heading = self._value(name).field
        text = str(self._record.get(heading, ""))
        self.unread.append(Unread(self._line.row, heading, shown(text), why, self._columns.get(heading, 0), kept))

    def surplus(self) -> None:
        """Tell of cells beyond the columns of the layout that are not empty."""
        for n, text in enumerate(self._line.surplus, start=len(self._columns) + 1):
            if text.strip():
                self.unread.append(Unread(self._line.row, "", shown(text), "the layout has no such column", n))

    def _value(self, name: str) -> Value:
        return self._reader.value(name) or Value()

    def _day(self, name: str, said: str, *, past: bool) -> date | str:
        """The day, or why there is none."""
        for day in _days(said.strip(), self._value(name).layouts or _ISO):
            if day.year < EARLIEST:
                return f"it lies before {EARLIEST}"
            if past and day > self._today:
                return "it lies in the future"
            return day
        return "it is no date as the layout writes one"


def _days(said: str, layouts: tuple[str, ...]) -> Iterator[date]:
    for layout in layouts:
        try:
            yield datetime.strptime(said, layout).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue


def _amount(said: str) -> Decimal | None:
    plain = _BLANKS.sub("", said)
    if _PLAIN.fullmatch(plain):
        return Decimal(plain)
    return Decimal(plain.replace(",", "")) if _GROUPED.fullmatch(plain) else None


def shown(text: str) -> str:
    """The text as one line of at most `LONGEST` characters."""
    return " ".join(_CONTROL.sub(" ", text).split())[:LONGEST]
