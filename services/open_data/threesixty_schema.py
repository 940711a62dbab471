"""The 360Giving schemas that ship with Pakt: what is wrong with a grant or a package, and the standard's own titles."""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, ValidationError

from services.open_data import json_schema
from services.open_data.json_schema import FORMATS, Fault, Members, Schema, pointer

VERSION = "1.4"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


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
    return [Fault(str(error.validator), pointer(error), _reason(error, grant)) for error in found]


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
    return json_schema.schema(name) | {"$schema": _DIALECT}


@cache
def _of_grant() -> Draft202012Validator:
    return Draft202012Validator(grant_schema(), format_checker=FORMATS)


@cache
def _of_package() -> Draft202012Validator:
    """Of a package without its grants: those are looked at one by one, and compared by what they say."""
    schema = _schema("360-giving-package-schema.json")
    grants = {k: v for k, v in schema["properties"]["grants"].items() if k not in {"items", "uniqueItems"}}
    whole = dict(schema) | {"properties": schema["properties"] | {"grants": grants}}
    return Draft202012Validator(whole, format_checker=FORMATS)


def _told(grant: object) -> bytes:
    return msgspec.json.encode(grant, order="sorted")


def _reason(error: ValidationError, grant: Members) -> str:
    if error.validator != "oneOf":
        return json_schema.reason(error)
    if error.absolute_path:
        return "it is neither a day (YYYY-MM-DD) nor a date-time of RFC 3339"
    return f"it lacks {', '.join(missing(grant)) or 'one recipient: it has both an organisation and a person'}"


def missing(grant: Members) -> list[str]:
    """The members that a grant to an organisation must have and this one has not."""
    [needed, _] = grant_schema()["oneOf"]
    return [name for name in needed["required"] if name not in grant]
