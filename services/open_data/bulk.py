"""Rows in bulk: one JSON object per line, or comma-separated values that no spreadsheet takes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from services.open_data.spreadsheet import guarded

NDJSON = "application/x-ndjson"
CSV = "text/csv"
_encode = msgspec.json.Encoder().encode


def as_ndjson(items: Iterable[Any]) -> bytes:
    """One line per item, each ended by a newline."""
    return b"".join(_encode(item) + b"\n" for item in items)


def as_csv(names: Sequence[str], items: Iterable[Any], *, header: bool) -> bytes:
    """RFC 4180 rows in UTF-8; structured values are JSON within their cell."""
    written = io.StringIO()
    writer = csv.writer(written)
    if header:
        writer.writerow(names)
    for item in items:
        writer.writerow([cell(getattr(item, name)) for name in names])
    return written.getvalue().encode()


def cell(value: Any) -> str:
    """The value as a cell's text; a text that a spreadsheet would compute gets an apostrophe before it."""
    if value is None:
        return ""
    plain = msgspec.to_builtins(value)
    if isinstance(plain, bool | int | float):
        return str(plain).lower() if isinstance(plain, bool) else str(plain)
    text = plain if isinstance(plain, str) else _encode(plain).decode()
    return guarded(text)
