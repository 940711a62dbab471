"""Files of a platform's directory: JSON, a line of JSON each, or a table of CSV; each line is read by itself.

A line that cannot be read spoils no other. What cannot be parted into lines is refused as a whole.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping

import msgspec

from domain.kernel.message import N_
from domain.platforms.vocabulary import LineFault, MemberNumber
from services.gateway.body import examine
from services.gateway.bounds import FIRST_YEAR
from services.gateway.refusals import MalformedBody, UnsupportedType
from services.platforms.directory_plan import BadLine, DirectoryLine, ReadLine

JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
COLUMNS = DirectoryLine.__struct_fields__
_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_TRUTH: Mapping[str, bool] = {"true": True, "false": False}


class Numbered(msgspec.Struct, frozen=True):
    """As much of a line as tells whose it is."""

    number: MemberNumber


class DirectoryItems(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A directory as JSON: its members in `items`."""

    items: list[msgspec.Raw]


_line = msgspec.json.Decoder(DirectoryLine)
_numbered = msgspec.json.Decoder(Numbered)
_items = msgspec.json.Decoder(DirectoryItems)


def read(declared: str, data: bytes) -> Iterator[ReadLine]:
    """The lines of a file of the media type. Raises: UnsupportedType, MalformedBody."""
    kind = declared.partition(";")[0].strip().lower()
    if kind not in _READERS:
        raise UnsupportedType(", ".join(_READERS))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedBody(N_("The body is not valid UTF-8.")) from error
    return _READERS[kind](text)


def _of_json(text: str) -> Iterator[ReadLine]:
    data = text.encode()
    examine(data)
    try:
        items = _items.decode(data).items
    except msgspec.DecodeError as error:
        raise MalformedBody(N_("A directory is an object with `items`, an array.")) from error
    return (_of_object(bytes(item)) for item in items)


def _of_ndjson(text: str) -> Iterator[ReadLine]:
    return (_of_object(line.encode()) for line in text.split("\n") if line.strip())


def _of_object(data: bytes) -> ReadLine:
    try:
        examine(data)
        return _judged(_line.decode(data))
    except (MalformedBody, msgspec.DecodeError):
        return BadLine(LineFault.UNREADABLE, _number(data))


def _number(data: bytes) -> str | None:
    try:
        return _numbered.decode(data).number
    except msgspec.DecodeError:
        return None


def _of_csv(text: str) -> Iterator[ReadLine]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise MalformedBody(N_("The table cannot be parted into rows: a quotation mark is not closed.")) from error
    header = rows[0] if rows else []
    if "number" not in header or len(set(header)) != len(header) or not {*header} <= {*COLUMNS}:
        raise MalformedBody(N_("The first row names the columns, each once: {columns}."), columns=", ".join(COLUMNS))
    return (_of_row(header, row) for row in rows[1:] if row)


def _of_row(header: list[str], row: list[str]) -> ReadLine:
    cells = {name: cell for name, cell in zip(header, row, strict=False) if cell}
    number = _number(msgspec.json.encode({"number": cells.get("number")}))
    if any(_FORMULA.match(cell) for cell in row):
        return BadLine(LineFault.FORMULA, number)
    if len(row) != len(header):
        return BadLine(LineFault.UNREADABLE, number)
    told: dict[str, object] = dict(cells)
    if "delisted" in cells:
        told["delisted"] = _TRUTH.get(cells["delisted"].lower(), cells["delisted"])
    try:
        return _judged(msgspec.convert(told, DirectoryLine))
    except msgspec.ValidationError:
        return BadLine(LineFault.UNREADABLE, number)


def _judged(line: DirectoryLine) -> ReadLine:
    """What a spreadsheet would run is no name, in whichever form it came, and nobody joined before there were any."""
    if line.title and _FORMULA.match(line.title):
        return BadLine(LineFault.FORMULA, line.number)
    if line.joined_on is not None and line.joined_on.year < FIRST_YEAR:
        return BadLine(LineFault.UNREADABLE, line.number)
    return line


_READERS: Mapping[str, Callable[[str], Iterator[ReadLine]]] = {JSON: _of_json, NDJSON: _of_ndjson, CSV: _of_csv}
