"""What a form may ask of whoever checks it: a closed part of JSON Schema 2020-12 whose cost is known beforehand.

No schema from elsewhere, no pattern that can take long, no list without an end, and every field in words: what a field
means is said in its texts (`x-title` within a field), which exist in several languages.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from domain.grants.form import Condition, Form
from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.text import Title

LARGEST = 200_000
"""Bytes of a form as JSON."""
DEEPEST = 10
COSTLIEST = 20_000
"""Keywords that checking one set of answers may have to look at, lists counted at their longest."""
LONGEST_LIST = 200
LONGEST_MATCHED = 1_000
"""Characters of a text that is compared with a pattern."""
WIDEST = 10_000
"""Ways in which a pattern may be laid over a text."""

FORMATS = frozenset({"date", "date-time", "email", "uri", "uuid"})
_TYPES = frozenset({"object", "array", "string", "integer", "number", "boolean"})
_ONE = frozenset({"items", "not", "if", "then", "else"})
_LISTED = frozenset({"allOf", "anyOf", "oneOf"})
_PLAIN = frozenset(
    {"type", "enum", "const", "required", "additionalProperties", "minItems", "maxItems", "uniqueItems", "minLength"}
    | {"maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
    | {"dependentRequired", "x-title", "$ref"}
)
KEYWORDS = _ONE | _LISTED | _PLAIN | {"properties"}
_ATOM = r"(?:\\[\\.^$|?*+()\[\]{}/-]|\[\^?(?:\\[\\\]^-]|[^\\\[\]])+\]|[^\\.^$|?*+()\[\]{}])"
_PATTERN = re.compile(rf"\^((?:{_ATOM}(?:[?*+]|\{{\d{{1,3}}(?:,\d{{0,3}})?\}})?)*)\$")
_QUANTIFIED = re.compile(rf"{_ATOM}([?*+]|\{{(\d+)(,(\d*))?\}})?")


def require_usable(form: Form, pointer: str = "/form") -> None:
    """Refuse a form that repeats a name, looks ahead, or asks more of a checker than is allowed.

    Raises: InvalidValue at the place within the form.
    """
    if len(msgspec.json.encode(form)) > LARGEST:
        raise InvalidValue(pointer, N_("The form is larger than {most} bytes."), most=LARGEST)
    _require_names(form, pointer)
    _require_order(form, pointer)
    bounds = _Bounds(form.definitions)
    for name, schema in form.definitions.items():
        bounds.look(schema, f"{pointer}/definitions/{name}")
    for s, section in enumerate(form.sections):
        for f, field in enumerate(section.fields):
            bounds.look(field.json_schema, f"{pointer}/sections/{s}/fields/{f}/json_schema")
    if bounds.spent > COSTLIEST:
        raise _costly(pointer)


def _costly(pointer: str) -> InvalidValue:
    return InvalidValue(pointer, N_("To check answers to this form would take more than {most} steps."), most=COSTLIEST)


class _Bounds:
    """Looks through schemas, adding up what each may cost."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self.definitions, self.spent, self._looked_at = definitions, 0, 0
        self._open: list[str] = []

    def look(self, schema: Any, pointer: str) -> None:
        """Check one whole schema: first its keywords and cost, then by the standard's own schema."""
        self.spent += self._cost(schema, pointer, 1)
        try:
            Draft202012Validator.check_schema(schema)
        except SchemaError as error:
            at = "".join(f"/{step}" for step in error.absolute_path)
            raise InvalidValue(
                f"{pointer}{at}", N_("This is no JSON Schema 2020-12: {reason}."), reason=error.message[:200]
            ) from error

    def _cost(self, schema: Any, pointer: str, depth: int) -> int:
        self._looked_at += 1
        if self._looked_at > COSTLIEST:
            raise _costly(pointer)  # before all of it is counted: definitions may multiply without an end
        if not isinstance(schema, dict):
            raise InvalidValue(pointer, N_("This is no schema."))
        if depth > DEEPEST:
            raise InvalidValue(pointer, N_("The schema is nested deeper than {most} levels."), most=DEEPEST)
        for keyword in schema:
            if keyword not in KEYWORDS:
                raise InvalidValue(
                    f"{pointer}/{keyword}", N_("A form does not use the keyword '{keyword}'."), keyword=keyword
                )
        for look in (_look_at_type, _look_at_list, _look_at_text):
            look(schema, pointer)
        listed = schema.get("enum")
        own = len(schema) + (len(listed) if isinstance(listed, list) else 0)
        return (
            own
            + sum(
                times * self._cost(part, f"{pointer}/{at}", depth + 1) for at, part, times in _within(schema, pointer)
            )
            + self._referred(schema, pointer, depth)
        )

    def _referred(self, schema: Mapping[str, Any], pointer: str, depth: int) -> int:
        if "$ref" not in schema:
            return 0
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        if schema["$ref"] != f"#/$defs/{name}" or name not in self.definitions:
            raise InvalidValue(f"{pointer}/$ref", N_("A form refers only to its own definitions, as '#/$defs/code'."))
        if name in self._open:
            raise InvalidValue(f"{pointer}/$ref", N_("The definition '{code}' refers to itself."), code=name)
        self._open.append(name)
        cost = self._cost(self.definitions[name], pointer, depth)
        self._open.pop()
        return cost


def _within(schema: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Any, int]]:
    """Schemas within a schema, where they stand, and how often each may be asked."""
    for keyword in sorted(_ONE & schema.keys()):
        yield keyword, schema[keyword], schema.get("maxItems", 1) if keyword == "items" else 1
    for keyword in sorted(_LISTED & schema.keys()):
        if not isinstance(schema[keyword], list):
            raise InvalidValue(f"{pointer}/{keyword}", N_("This is no schema."))
        yield from ((f"{keyword}/{n}", part, 1) for n, part in enumerate(schema[keyword]))
    properties = schema.get("properties", {})
    if not isinstance(properties, dict):
        raise InvalidValue(f"{pointer}/properties", N_("This is no schema."))
    yield from ((f"properties/{name}", part, 1) for name, part in properties.items())


def _look_at_type(schema: Mapping[str, Any], pointer: str) -> None:
    if "type" in schema and (not isinstance(schema["type"], str) or schema["type"] not in _TYPES):
        raise InvalidValue(
            f"{pointer}/type", N_("A field has one of these types: {types}."), types=", ".join(sorted(_TYPES))
        )
    if "multipleOf" in schema and (schema.get("type") != "integer" or not isinstance(schema["multipleOf"], int)):
        raise InvalidValue(f"{pointer}/multipleOf", N_("Only whole numbers are multiples of something."))
    if isinstance(schema.get("additionalProperties"), dict):
        raise InvalidValue(f"{pointer}/additionalProperties", N_("A form says by name what may be answered."))
    if "x-title" in schema:
        try:
            msgspec.convert(schema["x-title"], Title)
        except msgspec.ValidationError as error:
            raise InvalidValue(f"{pointer}/x-title", N_("This is no title in the languages of Kosovo.")) from error


def _look_at_list(schema: Mapping[str, Any], pointer: str) -> None:
    if schema.get("type") != "array" and "items" not in schema:
        return
    most = schema.get("maxItems")
    if "items" not in schema or type(most) is not int or not 0 < most <= LONGEST_LIST:
        raise InvalidValue(
            f"{pointer}/maxItems",
            N_("A list says what its items are, and that there are at most {most} or fewer."),
            most=LONGEST_LIST,
        )


def _look_at_text(schema: Mapping[str, Any], pointer: str) -> None:
    if "format" in schema and schema["format"] not in FORMATS:
        raise InvalidValue(
            f"{pointer}/format", N_("A form uses these formats: {formats}."), formats=", ".join(sorted(FORMATS))
        )
    if "pattern" not in schema:
        return
    longest = schema.get("maxLength")
    if type(longest) is not int or longest > LONGEST_MATCHED:
        raise InvalidValue(
            f"{pointer}/maxLength", N_("A text with a pattern has at most {most} characters."), most=LONGEST_MATCHED
        )
    if not isinstance(schema["pattern"], str) or ways(schema["pattern"]) > WIDEST:
        raise InvalidValue(
            f"{pointer}/pattern",
            N_("A pattern stands between ^ and $ and is made of characters, [classes] and few repetitions, no groups."),
        )


def ways(pattern: str) -> int:
    """In how many ways a pattern may be laid over a text; more than is ever allowed for one that is not understood."""
    found = _PATTERN.fullmatch(pattern)
    try:
        re.compile(pattern)
    except (re.error, OverflowError):
        return WIDEST + 1
    if found is None or not pattern.isprintable():
        return WIDEST + 1
    product = 1
    for part in _QUANTIFIED.finditer(found[1]):
        product *= _range(part)
    return product


def _range(part: re.Match[str]) -> int:
    match part[1]:
        case None:
            return 1
        case "?":
            return 2
        case "*" | "+":
            return LONGEST_MATCHED
        case _ if part[3] is None:
            return 1
        case _:
            return max(int(part[4] or LONGEST_MATCHED) - int(part[2]), 0) + 1


def _require_names(form: Form, pointer: str) -> None:
    _require_unique([section.code for section in form.sections], lambda n: f"{pointer}/sections/{n}/code")
    for s, section in enumerate(form.sections):
        at = f"{pointer}/sections/{s}/fields"
        _require_unique([field.code for field in section.fields], lambda n, at=at: f"{at}/{n}/code")  # type: ignore[misc]


def _require_unique(codes: list[str], place: Callable[[int], str]) -> None:
    for n, code in enumerate(codes):
        if code in codes[:n]:
            raise InvalidValue(place(n), N_("The name '{code}' is given twice."), code=code)


def _require_order(form: Form, pointer: str) -> None:
    """A condition looks only at what stands before it."""
    asked: set[tuple[str, str]] = set()
    for s, section in enumerate(form.sections):
        at = f"{pointer}/sections/{s}"
        _require_known(section.shown_when, asked, at)
        for f, field in enumerate(section.fields):
            _require_known(field.shown_when, asked, f"{at}/fields/{f}")
            asked.add((section.code, field.code))


def _require_known(conditions: tuple[Condition, ...], asked: set[tuple[str, str]], at: str) -> None:
    for n, condition in enumerate(conditions):
        if (condition.section, condition.field) not in asked:
            raise InvalidValue(f"{at}/shown_when/{n}", N_("A condition looks at a field that is asked earlier."))
