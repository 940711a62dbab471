"""Request bodies: read within a limit, and refused before any decoder sees what Pakt does not accept.

Accepted is I-JSON (RFC 7493) in UTF-8: no doubled names, no lone surrogates, no integers beyond 2^53 - 1, and, because
no PostgreSQL text can hold it, no NUL. Depth and length are bounded so that a small request cannot cost much.
"""

import json
import re
from typing import Any, TypeVar

import msgspec
from litestar.types import Receive

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from services.gateway.refusals import BodyTooLarge, MalformedBody, UnsupportedType

T = TypeVar("T")

JSON_TYPE = "application/json"
DEEPEST = 32
LONGEST_TEXT = 262_144
LARGEST_INTEGER = (1 << 53) - 1
_CHARSET = re.compile(rb"""application/json(?:\s*;\s*charset\s*=\s*"?utf-?8"?)?\s*""", re.IGNORECASE)
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def require_json(headers: dict[bytes, bytes]) -> None:
    """Raise UnsupportedType unless the body is declared as JSON in UTF-8, not compressed."""
    declared = headers.get(b"content-type", b"")
    if declared != b"application/json" and not _CHARSET.fullmatch(declared):
        raise UnsupportedType(JSON_TYPE)
    if headers.get(b"content-encoding", b"identity") != b"identity":
        raise UnsupportedType(JSON_TYPE)


async def read(headers: dict[bytes, bytes], receive: Receive, limit: int) -> bytes:
    """The whole body. Raises: BodyTooLarge as soon as it is known to be longer than `limit` bytes."""
    declared = headers.get(b"content-length")
    length = -1
    if declared is not None and (length := _length(declared, limit)) > limit:
        raise BodyTooLarge(limit)
    message: Any = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body") and len(body) != length:  # a server may announce an end that is yet to be fetched
        body = await _rest(body, receive, limit)
    if len(body) > limit:
        raise BodyTooLarge(limit)
    return body


def _length(declared: bytes, limit: int) -> int:
    """A declared length; one that is no number, or has more digits than the limit, counts as over it."""
    return int(declared) if declared.isdigit() and len(declared) <= len(str(limit)) else limit + 1


async def _rest(start: bytes, receive: Receive, limit: int) -> bytes:
    chunks, length, more = [start], len(start), True
    while more and length <= limit:
        message: Any = await receive()
        chunks.append(message.get("body", b""))
        length += len(chunks[-1])
        more = bool(message.get("more_body"))
    return b"".join(chunks)


def decode(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The body as the decoder's type.

    Raises: MalformedBody when it is not acceptable JSON; InvalidValue, with a pointer, when it does not fit the type.
    """
    examine(body)
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise misfit(str(error)) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedBody(N_("The body is not valid JSON.")) from error


def examine(body: bytes) -> None:
    """Raise MalformedBody for JSON that a decoder would accept and that cannot be meant."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise MalformedBody(N_("The body is not valid UTF-8.")) from error
    if body.count(b"[") + body.count(b"{") > DEEPEST:
        _require_shallow(text)
    try:  # what stands after the value is the decoder's to refuse
        value, _ = _SCANNER.raw_decode(text, 0 if text[:1] == "{" else _blanks(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise MalformedBody(N_("The body is not valid JSON.")) from error
    if b"\\u" in body and _SUSPECT.search(body):
        _require_text(value)
    if len(body) > LONGEST_TEXT:
        _require_short(value, "")


def _blanks(text: str) -> int:
    """How much white space JSON allows before the value begins."""
    return len(text) - len(text.lstrip(" \t\n\r"))


def _require_shallow(text: str) -> None:
    depth = 0
    for match in _BRACKETS.finditer(text):
        if match[0] in {"[", "{"}:
            depth += 1
            if depth > DEEPEST:
                raise MalformedBody(N_("The body is nested deeper than {depth} levels."), depth=DEEPEST)
        elif match[0] in {"]", "}"}:
            depth -= 1


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedBody(N_("A name stands twice in one object."))
    return found


def _integer(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:  # noqa: PLR2004 - sign and 16 digits
        raise MalformedBody(N_("A whole number is larger than {largest}."), largest=LARGEST_INTEGER)
    return int(digits)


def _constant(name: str) -> None:
    raise MalformedBody(N_("{name} is not a JSON value."), name=name)


_SCANNER = json.JSONDecoder(object_pairs_hook=_distinct, parse_int=_integer, parse_constant=_constant)


def _require_text(value: Any) -> None:
    match value:
        case str():
            if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
                raise MalformedBody(N_("A text holds NUL or half of a surrogate pair."))
        case dict():
            for name, item in value.items():
                _require_text(name)
                _require_text(item)
        case list():
            for item in value:
                _require_text(item)
        case _:
            pass


def _require_short(value: Any, pointer: str) -> None:
    match value:
        case str():
            if len(value) > LONGEST_TEXT:
                raise InvalidValue(pointer, N_("The text is longer than {limit} characters."), limit=LONGEST_TEXT)
        case dict():
            for name, item in value.items():
                _require_short(item, f"{pointer}/{escaped(name)}")
        case list():
            for index, item in enumerate(value):
                _require_short(item, f"{pointer}/{index}")
        case _:
            pass


def escaped(name: str) -> str:
    """A member's name as a reference token of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


_PATH = re.compile(r" - at `(?P<key>key in )?\$(?P<path>.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
_REASONS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"Object missing required field `(?P<field>.+)`"), N_("The field is missing.")),
    (re.compile(r"Object contains unknown field `(?P<field>.+)`"), N_("The field is not known here.")),
    (re.compile(r"Expected `(?P<expected>.+)`, got `(?P<found>.+)`"), N_("Expected {expected}, found {found}.")),
    (
        re.compile(r"Expected `str` matching regex .+", re.DOTALL),
        N_("The text has not the form that this field takes."),
    ),
    (re.compile(r"Expected `str` of length <= (?P<limit>\d+)"), N_("The text is longer than {limit} characters.")),
    (re.compile(r"Expected `str` of length >= (?P<limit>\d+)"), N_("The text is shorter than {limit} characters.")),
    (re.compile(r"Expected `\w+` of length <= (?P<limit>\d+)"), N_("There are more than {limit}.")),
    (re.compile(r"Expected `\w+` of length >= (?P<limit>\d+)"), N_("There are fewer than {limit}.")),
    (re.compile(r"Expected `datetime` with a timezone component"), N_("The time does not say in which time zone.")),
    (re.compile(r"Expected `(?P<expected>.+)`(?P<bound> [<>=]+ .+)"), N_("Expected {expected}{bound}.")),
    (re.compile(r"Invalid enum value (?P<value>.+)"), N_("{value} is not one of the possible values.")),
    (re.compile(r"Invalid value (?P<value>.+)"), N_("{value} is not one of the possible values.")),
    (re.compile(r"Invalid UUID"), N_("This is not a UUID.")),
    (re.compile(r"Invalid RFC3339.*"), N_("This is not a time as RFC 3339 writes it.")),
    (re.compile(r"Invalid.*date.*"), N_("This is not a date as RFC 3339 writes it.")),
    (re.compile(r"Number out of range|Integer value out of range"), N_("The number is out of range.")),
]


def misfit(reason: str) -> InvalidValue:
    """The decoder's complaint as an error with a JSON Pointer."""
    pointer = ""
    if found := _PATH.search(reason):
        pointer = "".join(
            f"/{escaped(name or index)}" for name, index in _STEP.findall(found["path"].split("[...]")[0])
        )
        reason = reason[: found.start()]
    for pattern, template in _REASONS:
        if match := pattern.fullmatch(reason):
            values = match.groupdict()
            if field := values.pop("field", None):
                pointer = f"{pointer}/{escaped(field)}"
            return InvalidValue(pointer, template, **values)
    return InvalidValue(pointer, N_("The value does not fit."))
