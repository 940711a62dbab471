"""Answers to a form: checked while they are being written and again when they are submitted, by one validator."""

from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Any

import msgspec
from jsonschema.exceptions import ValidationError

from domain.grants.answer_errors import is_hidden, message_of
from domain.grants.form import Form, condition_of, parts
from domain.grants.form_validator import form_validator, validator_of
from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_, Message

Answers = Mapping[str, Any]
LARGEST = 262_144
"""Bytes of one set of answers as JSON."""
DEEPEST = 12
MOST_TOLD = 50
"""Errors that are told at once."""
MOST_LOOKED_AT = 500
"""Errors after which nobody looks for more: each is dear to describe."""
LONGEST_TEXT = 20_000
UNFINISHED = frozenset({"required", "dependentRequired", "minLength", "minItems", "pattern", "format"})
"""What may still be wrong with an answer while somebody is writing it."""


class AnswersInvalid(InvalidValue):
    """Answers that the form does not take; every place is told with its reason."""

    def __init__(self, errors: tuple[tuple[str, Message], ...]) -> None:
        pointer, first = errors[0]
        super().__init__(pointer, first.template, **first.values)
        self.errors = errors

    def facts(self) -> dict[str, object]:
        """Where each value stands, and what is wrong with it."""
        return {"errors": [{"pointer": pointer, "message": message} for pointer, message in self.errors]}


def require_valid(form: Form, answers: Answers, *, complete: bool, pointer: str = "/answers") -> None:
    """Refuse answers that do not fit the form; what is not yet there is refused only when they must be `complete`.

    Raises: AnswersInvalid with pointers below `pointer`.
    """
    _require_small(answers, pointer)
    found = errors_of(form, answers, complete=complete)
    if found:
        raise AnswersInvalid(tuple((f"{pointer}{at}", message) for at, message in found[:MOST_TOLD]))


def errors_of(form: Form, answers: Answers, *, complete: bool) -> list[tuple[str, Message]]:
    """Each place in the answers that does not fit, with the reason, in the order of the places."""
    every = form_validator(msgspec.json.encode(form)).iter_errors(answers)
    found = list(islice((error for error in every if complete or not _unfinished(error)), MOST_LOOKED_AT))
    closed = [f"{_place(error)}/" for error in found if is_hidden(error)]
    told: dict[tuple[str, str], Message] = {}
    for error in found:
        at = _place(error)
        if not any(at.startswith(part) for part in closed):
            told.setdefault((at, str(error.validator)), message_of(error))
    return [(at, message) for (at, _), message in sorted(told.items(), key=lambda one: one[0])]


def hidden(form: Form, answers: Answers) -> frozenset[str]:
    """Pointers of sections and fields that are not asked of whoever answers so: the form's own conditions say it."""
    return frozenset(
        at for at, conditions in parts(form) if not validator_of(condition_of(conditions)).is_valid(answers)
    )


def _require_small(answers: Answers, pointer: str) -> None:
    try:
        size = len(msgspec.json.encode(answers))
    except RecursionError:
        size = LARGEST + 1
    if size > LARGEST:
        raise InvalidValue(pointer, N_("The answers are larger than {most} bytes."), most=LARGEST)
    if _depth(answers) > DEEPEST:
        raise InvalidValue(pointer, N_("The answers are nested deeper than {most} levels."), most=DEEPEST)
    for at, text in _texts(answers, pointer):
        if len(text) > LONGEST_TEXT:
            raise InvalidValue(at, N_("The text is longer than {most} characters."), most=LONGEST_TEXT)


def _depth(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + max((_depth(part) for part in value.values()), default=0)
    return 1 + max((_depth(part) for part in value), default=0) if isinstance(value, list | tuple) else 0


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _texts(part, f"{pointer}/{_escaped(name)}")
    elif isinstance(value, list | tuple):
        for n, part in enumerate(value):
            yield from _texts(part, f"{pointer}/{n}")


def _place(error: ValidationError) -> str:
    return "".join(f"/{_escaped(step)}" for step in error.absolute_path)


def _escaped(step: object) -> str:
    return str(step).replace("~", "~0").replace("/", "~1")


def _unfinished(error: ValidationError) -> bool:
    """Whether only something that is not there yet is wrong: of alternatives, in one of them."""
    if error.validator in UNFINISHED:
        return True
    if error.validator not in {"anyOf", "oneOf"} or not error.context:
        return False
    branches = groupby(error.context, key=lambda one: one.schema_path[0])
    return any(all(_unfinished(one) for one in branch) for _, branch in branches)
