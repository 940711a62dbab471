"""The 360Giving schemas that ship with Pakt: what is wrong with a grant or a package, and the standard's own titles.

Formats count: a date-time is one of RFC 3339, a URI one of RFC 3986 with a scheme.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

VERSION = "1.4"
Members = dict[str, Any]
Schema = Mapping[str, Any]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TIME = re.compile(r"(?a)\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(//(?P<authority>[^/?#]*))?(?P<path>[^?#]*)(\?(?P<query>[^#]*))?(#(?P<fragment>.*))?"
)
_AUTHORITY = re.compile(r"([^@]*@)?(\[[0-9A-Fa-f:.]+\]|[^:@\[\]]*)(:[0-9]*)?")
_CHARACTERS = re.compile(r"([A-Za-z0-9._~!$&'()*+,;=:@/?#\[\]-]|%[0-9A-Fa-f]{2})*")
_FORMATS = FormatChecker(formats=())


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


_FORMATS.checks("date-time")(_is_time)
_FORMATS.checks("uri")(_is_uri)


class Fault(msgspec.Struct, frozen=True):
    """What the schema says of one place: `kind` is the keyword that failed, `pointer` a JSON Pointer into the grant.

    `reason` repeats no value of the record.
    """

    kind: str
    pointer: str
    reason: str


class Verdict(msgspec.Struct, frozen=True):
    """What the schemas say of a package: how many faults of which kind and in which fields.

    `total` sums what stands under amountAwarded by currency, also where the schema refuses how it is written.
    """

    grants: int
    errors: int
    kinds: dict[str, int]
    fields: list[str]
    total: dict[str, Decimal]


def grant_schema() -> Schema:
    """The schema of a grant."""
    return _schema("360-giving-schema.json")


def faults(grant: Members) -> list[Fault]:
    """Everything that the schema refuses in one grant, in the order of the document."""
    found = sorted(_of_grant().iter_errors(grant), key=lambda error: [str(part) for part in error.absolute_path])
    return [Fault(str(error.validator), _pointer(error), _reason(error, grant)) for error in found]


def verdict(package: Members) -> Verdict:
    """What the schemas say of a whole package; faults of grants are told by their field without a position."""
    found = [(str(error.validator), list(error.absolute_path)) for error in _of_package().iter_errors(package)]
    grants = package.get("grants")
    listed: list[Any] = grants if isinstance(grants, list) else []
    for n, grant in enumerate(listed):
        found += [(str(e.validator), ["grants", n, *e.absolute_path]) for e in _of_grant().iter_errors(grant)]
    if len({_told(grant) for grant in listed}) < len(listed):
        found.append(("uniqueItems", ["grants"]))
    return Verdict(
        grants=len(listed),
        errors=len(found),
        kinds=dict(Counter(kind for kind, _ in found)),
        fields=sorted({"/".join(str(part) for part in path if not isinstance(part, int)) for _, path in found}),
        total=_totals(grant for grant in listed if isinstance(grant, dict)),
    )


def _totals(grants: Iterator[Members]) -> dict[str, Decimal]:
    total: dict[str, Decimal] = {}
    for grant in grants:
        amount, currency = grant.get("amountAwarded"), str(grant.get("currency", ""))
        if isinstance(amount, str) and re.fullmatch(r"(?a)-?\d+(\.\d+)?", amount):
            amount = Decimal(amount)
        if isinstance(amount, int | Decimal) and not isinstance(amount, bool):
            total[currency] = total.get(currency, Decimal(0)) + amount
    return total


@cache
def _schema(name: str) -> Schema:
    """A schema that ships, with the dialect written as validators know it."""
    found: Members = msgspec.json.decode(files(__package__).joinpath("schemas", name).read_bytes())
    return found | {"$schema": _DIALECT}


@cache
def _of_grant() -> Draft202012Validator:
    return Draft202012Validator(grant_schema(), format_checker=_FORMATS)


@cache
def _of_package() -> Draft202012Validator:
    """Of a package without its grants: those are looked at one by one, and compared by what they say."""
    schema = _schema("360-giving-package-schema.json")
    grants = {k: v for k, v in schema["properties"]["grants"].items() if k not in {"items", "uniqueItems"}}
    whole = dict(schema) | {"properties": schema["properties"] | {"grants": grants}}
    return Draft202012Validator(whole, format_checker=_FORMATS)


def _told(grant: object) -> bytes:
    return msgspec.json.encode(grant, order="sorted")


def _pointer(error: ValidationError) -> str:
    return "".join(f"/{part}" for part in error.absolute_path)


def _reason(error: ValidationError, grant: Members) -> str:
    wanted, given = error.validator_value, error.instance
    match error.validator:
        case "oneOf" if not error.absolute_path:
            said = f"it lacks {', '.join(missing(grant)) or 'one recipient: it has both an organisation and a person'}"
        case "oneOf":
            said = "it is neither a day (YYYY-MM-DD) nor a date-time of RFC 3339"
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


def missing(grant: Members) -> list[str]:
    """The members that a grant to an organisation must have and this one has not."""
    [needed, _] = grant_schema()["oneOf"]
    return [name for name in needed["required"] if name not in grant]
