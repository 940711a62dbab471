"""The validator of a form's answers: the library's, for JSON Schema 2020-12, where a few keywords name the very field.

It knows no schema but the form's own: nothing is ever fetched.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import msgspec
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

from domain.grants.form import Form, Schema, schema_of
from domain.kernel.text import Email
from domain.kernel.vocabulary import Url

_DAY = re.compile(r"(?a)\d{4}-\d\d-\d\d")
_TIME = re.compile(r"(?a)\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _required(validator: Any, names: Any, answers: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ARG001
    if isinstance(answers, dict):
        yield from (_missing(name) for name in names if name not in answers)


def _dependent(validator: Any, names: Any, answers: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ARG001
    if isinstance(answers, dict):
        for name, others in names.items():
            if name in answers:
                yield from (_missing(other) for other in others if other not in answers)


def _additional(validator: Any, allowed: Any, answers: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ARG001
    if allowed is False and isinstance(answers, dict):
        known = schema.get("properties", {})
        yield from (_missing(name) for name in answers if name not in known)


def _pattern(validator: Any, pattern: Any, answer: Any, schema: Any) -> Iterator[ValidationError]:  # noqa: ARG001
    if isinstance(answer, str) and not re.fullmatch(pattern, answer):
        yield ValidationError("pattern")


def _missing(name: str) -> ValidationError:
    return ValidationError("name", path=(name,))


def _is(kind: Any) -> Callable[[str], object]:
    return lambda text: msgspec.convert(text, kind)


def _matches(pattern: re.Pattern[str]) -> Callable[[str], object]:
    def check(text: str) -> object:
        if pattern.fullmatch(text) is None:
            raise ValueError(text)
        return text

    return check


def _day(text: str) -> object:
    _matches(_DAY)(text)
    return date.fromisoformat(text)


def _time(text: str) -> object:
    _matches(_TIME)(text)
    return datetime.fromisoformat(text.upper())


_CHECKS = {"date": _day, "date-time": _time, "email": _is(Email), "uri": _is(Url), "uuid": _matches(_UUID)}
_KEYWORDS = {
    "required": _required,
    "dependentRequired": _dependent,
    "additionalProperties": _additional,
    "pattern": _pattern,
}


def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    for name, check in _CHECKS.items():
        checker.checks(name, raises=(ValueError, msgspec.ValidationError))(_of_text(check))
    return checker


def _of_text(check: Callable[[str], object]) -> Callable[[object], bool]:
    def looked(value: object) -> bool:
        if isinstance(value, str):
            check(value)
        return True

    return looked


_Validator = extend(Draft202012Validator, _KEYWORDS)
_FORMATS = _formats()


def validator_of(schema: Schema) -> Any:
    """A validator of that schema and no other."""
    return _Validator(schema, format_checker=_FORMATS, registry=Registry())


@lru_cache(64)
def form_validator(form: bytes) -> Any:
    """The validator of a form's answers; the form as JSON, so that one form is compiled once."""
    return validator_of(schema_of(msgspec.json.decode(form, type=Form)))
