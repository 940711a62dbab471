"""Files as numbered records: JSON Lines, CSV and JSON. A line that cannot be read is told, not raised.

Numbers are exact: whole ones are integers, all others decimals.
"""

import csv
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

Record = dict[str, Any]
_SURROGATES = re.compile("[\udc80-\udcff]+")


class Line(msgspec.Struct, frozen=True):
    """One record and where it stands: a line number of JSONL and CSV, the place in the list of JSON, from 1.

    Either `record` is there or `reason` says why not. `row` counts the rows of a table as a spreadsheet shows them,
    from 1, heading included; a row can go over several lines. `width` is its number of cells, `surplus` are those
    beyond the columns, `remarks` what had to be supposed to read the row.
    """

    number: int
    record: Record | None = None
    reason: str = ""
    row: int = 0
    width: int = 0
    surplus: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Sheet(msgspec.Struct, frozen=True):
    """How a table is laid out. `columns` are the names of its columns where it has no heading.

    `ragged`: a row may have more cells than columns, or fewer. `fallback` is the encoding of cells that are not UTF-8.
    """

    columns: tuple[str, ...] = ()
    ragged: bool = False
    fallback: str = ""


PLAIN = Sheet()
"""With a heading, the same number of cells in each row, UTF-8."""


class Unreadable(Exception):
    """A file as a whole cannot be read or written as asked; nothing was imported."""


def require_file(path: Path) -> None:
    """Raises: Unreadable where there is no such file, or nothing in it."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from error
    if not size:
        raise Unreadable(f"{path} is empty")


def read_lines(path: Path, file_format: str, records: str = "", sheet: Sheet = PLAIN) -> Iterator[Line]:
    """The records of a file in order. `records` is the dotted path to the list (or the one object) in a JSON file.

    Raises:
        Unreadable: no such file, or a JSON file without such a list.
    """
    try:
        match file_format:
            case "jsonl":
                yield from _json_lines(path)
            case "csv":
                yield from _csv(path, sheet)
            case _:
                yield from _json(path, records)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from error


def _json_lines(path: Path) -> Iterator[Line]:
    decode = msgspec.json.Decoder(Record, float_hook=Decimal).decode
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                yield Line(number, reason="the line is empty")
                continue
            try:
                yield Line(number, decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                yield Line(number, reason=f"not a JSON object: {error}")


def _csv(path: Path, sheet: Sheet) -> Iterator[Line]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, strict=not sheet.ragged)
        columns = sheet.columns or None
        for row in itertools.count(1):
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield Line(reader.line_num, reason=f"not a line of CSV: {error}", row=row)
                continue
            if cells is None:
                return
            if columns is None:
                columns = _apart(cells)
            elif cells:
                yield _row(Line(reader.line_num, row=row), columns, cells, sheet)


def _apart(heading: Iterable[str]) -> tuple[str, ...]:
    """The names of a heading; one that stands there again gets its number, as `Complaints (2)`."""
    seen: Counter[str] = Counter()
    names = []
    for name in heading:
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def _row(line: Line, columns: tuple[str, ...], cells: list[str], sheet: Sheet) -> Line:
    if len(cells) > len(columns) and not sheet.ragged:
        return replace(line, reason="more fields than the heading has")
    if len(cells) < len(columns) and not sheet.ragged:
        return replace(line, reason="fewer fields than the heading has")
    remarks = []
    for n, cell in enumerate(cells):
        if not _SURROGATES.search(cell):
            continue
        if not sheet.fallback:
            return replace(line, reason="not UTF-8")
        try:
            cells[n] = _SURROGATES.sub(lambda found: _meant(found[0], sheet.fallback), cell)
        except UnicodeDecodeError:
            return replace(line, reason=f"column {n + 1} is neither UTF-8 nor {sheet.fallback}")
        remarks.append(f"column {n + 1}: not UTF-8, read as {sheet.fallback}")
    filled = (*cells, *("" for _ in columns[len(cells) :]))
    return replace(
        line,
        record=dict(zip(columns, filled, strict=False)),
        width=len(cells),
        surplus=tuple(cells[len(columns) :]),
        remarks=tuple(remarks),
    )


def _meant(escaped: str, encoding: str) -> str:
    return escaped.encode(errors="surrogateescape").decode(encoding)


def _json(path: Path, records: str) -> Iterator[Line]:
    try:
        found: Any = msgspec.json.Decoder(float_hook=Decimal).decode(path.read_bytes())
        for name in filter(None, records.split(".")):
            found = found[name]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"{path} is not JSON: {error}") from error
    except (KeyError, TypeError) as error:
        raise Unreadable(f"{path} has nothing under '{records}'") from error
    for number, record in enumerate(found if isinstance(found, list) else [found], start=1):
        if isinstance(record, dict):
            yield Line(number, record)
        else:
            yield Line(number, reason="not a JSON object")
