"""A body for any command, made of its schema: small, valid, and the same every time."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from domain.kernel.command import Command

_TEXTS = (
    "tekst",
    "EUR",
    "sq",
    "a" * 64,
    "zyra@example.org",
    "https://example.org/akt",
    "xk-2027.1",
    "consultation.written.min",
    "+383 38 200",
    "01/2026",
    "04" + "ab" * 64,
    "ab" * 64,
    "K3QF7WXY",
    "consultations.*",
    "2027-03-01T18:00",
    "FREQ=WEEKLY;COUNT=10",
    "2026-H1",
    "2017-02",
    "12.5",
)
_FORMATS = {
    "uuid": "0192f3c0-0000-7000-8000-0000000000ff",
    "date": "2027-03-01",
    "date-time": "2027-03-01T10:00:00Z",
}


def body_of(command: type[Command], *, whole: bool = True) -> dict[str, Any]:
    """An example of the command's body; `whole` has every field, else only those that must be there."""
    schema = msgspec.json.schema(command)
    made: dict[str, Any] = _example(schema, schema.get("$defs", {}), whole=whole)
    return made


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of everything within a body, members and items, outermost first."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*path, index))


def _example(schema: dict[str, Any], named: dict[str, Any], *, whole: bool) -> Any:
    if "$ref" in schema:
        return _example(named[schema["$ref"].rsplit("/", 1)[1]], named, whole=whole)
    if "enum" in schema:
        return schema["enum"][0]
    if not schema:
        return True
    for one in schema.get("anyOf", ()):
        if one.get("type") != "null":
            return _example(one, named, whole=whole)
    return _MAKERS[schema["type"]](schema, named, whole)


def _object(schema: dict[str, Any], named: dict[str, Any], whole: bool) -> Any:
    required = set(schema.get("required", ()))
    fields = schema.get("properties", {})
    if not fields and isinstance(schema.get("additionalProperties"), dict):
        item = _example(schema["additionalProperties"], named, whole=whole)
        return dict.fromkeys(("sq", "sr", "en"), item)
    return {n: _example(one, named, whole=whole) for n, one in fields.items() if whole or n in required}


def _array(schema: dict[str, Any], named: dict[str, Any], whole: bool) -> Any:
    if not whole and not schema.get("minItems"):
        return []
    items = schema.get("prefixItems") or [schema.get("items") or {"type": "string"}]
    made = [_example(item, named, whole=whole) for item in items]
    return made + made[-1:] * (schema.get("minItems", 0) - len(made))


def _string(schema: dict[str, Any], named: dict[str, Any], whole: bool) -> Any:
    if "format" in schema:
        return _FORMATS[schema["format"]]
    pattern = schema.get("pattern", "")
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1_000)
    return next(text for text in _TEXTS if least <= len(text) <= most and re.search(pattern, text))


def _number(schema: dict[str, Any], named: dict[str, Any], whole: bool) -> Any:
    return schema.get("minimum", 1)


_MAKERS: dict[str, Any] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": lambda *_: True,
}
