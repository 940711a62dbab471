"""Files as numbered records: JSON Lines, CSV and JSON. A line that cannot be read is told, not raised.

Numbers are exact: whole ones are integers, all others decimals.
"""

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

Record = dict[str, Any]
_SURROGATES = re.compile("[\udc80-\udcff]")


class Line(msgspec.Struct, frozen=True):
    """One record and where it stands: a line number of JSONL and CSV, the place in the list of JSON, from 1.

    Either `record` is there or `reason` says why not.
    """

    number: int
    record: Record | None = None
    reason: str = ""


class Unreadable(Exception):
    """A file as a whole cannot be read or written as asked; nothing was imported."""


def read_lines(path: Path, file_format: str, records: str = "") -> Iterator[Line]:
    """The records of a file in order. `records` is the dotted path to the list (or the one object) in a JSON file.

    Raises:
        Unreadable: no such file, or a JSON file without such a list.
    """
    readers = {"jsonl": _json_lines, "csv": _csv}
    try:
        yield from readers[file_format](path) if file_format in readers else _json(path, records)
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


def _csv(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        while True:
            try:
                record = next(reader, None)
            except csv.Error as error:
                yield Line(reader.line_num, reason=f"not a line of CSV: {error}")
                continue
            if record is None:
                return
            yield Line(reader.line_num, *_checked(record))


def _checked(record: Record) -> tuple[Record | None, str]:
    if None in record:
        return None, "more fields than the heading has"
    if None in record.values():
        return None, "fewer fields than the heading has"
    if any(_SURROGATES.search(value) for value in record.values()):
        return None, "not UTF-8"
    return record, ""


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
