"""JSON schemas of open standards that ship with Pakt, and what is said of a document that breaks one.

Formats count: a date-time is one of RFC 3339, a URI one of RFC 3986 with a scheme.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

import msgspec
from jsonschema import FormatChecker, ValidationError

Members = dict[str, Any]
Schema = Mapping[str, Any]
FORMATS = FormatChecker(formats=())
"""What `format` means in every schema."""
_TIME = re.compile(r"(?a)\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(//(?P<authority>[^/?#]*))?(?P<path>[^?#]*)(\?(?P<query>[^#]*))?(#(?P<fragment>.*))?"
)
_AUTHORITY = re.compile(r"([^@]*@)?(\[[0-9A-Fa-f:.]+\]|[^:@\[\]]*)(:[0-9]*)?")
_CHARACTERS = re.compile(r"([A-Za-z0-9._~!$&'()*+,;=:@/?#\[\]-]|%[0-9A-Fa-f]{2})*")


class Fault(msgspec.Struct, frozen=True):
    """What a schema says of one place: `kind` is the keyword that failed, `pointer` a JSON Pointer into the document.

    `reason` repeats no value of the document.
    """

    kind: str
    pointer: str
    reason: str


def schema(name: str) -> Members:
    """The schema in the file of that name, as its publisher wrote it."""
    found: Members = msgspec.json.decode(text(name))
    return found


def text(name: str) -> bytes:
    """The file of that name below `schemas`."""
    return files(__package__).joinpath("schemas", name).read_bytes()


def pointer(error: ValidationError) -> str:
    """Where in the document the error is."""
    return "".join(f"/{part}" for part in error.absolute_path)


def reason(error: ValidationError) -> str:
    """What is wrong there, in words that fit every standard."""
    wanted, given = error.validator_value, error.instance
    match error.validator:
        case "format":
            said = f"it is no {wanted}"
        case "enum":
            said = "it is not one of the standard's values"
        case "type":
            said = f"it is no {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"
        case "required":
            said = f"it lacks {', '.join(name for name in wanted if name not in given)}"
        case other:
            said = f"it breaks the rule {other} of the standard"
    return said


def _is_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper())
    except ValueError:
        return False
    return True


def _is_uri(value: object) -> bool:
    if not isinstance(value, str):
        return True
    found = _URI.fullmatch(value)
    if found is None or not _CHARACTERS.fullmatch(value):
        return False
    rest = f"{found['path']}{found['query'] or ''}{found['fragment'] or ''}"
    return not set(rest) & set("[]#") and bool(_AUTHORITY.fullmatch(found["authority"] or ""))


FORMATS.checks("date-time")(_is_time)
FORMATS.checks("uri")(_is_uri)
