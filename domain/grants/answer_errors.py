"""What is wrong with an answer, in words that the catalogues hold: the validator's own are in English alone."""

from typing import Any

from jsonschema.exceptions import ValidationError

from domain.grants.form import NEVER
from domain.kernel.message import N_, Message, Value

_LONGEST_LIST = 200

_TYPES = {
    "string": N_("This must be text."),
    "integer": N_("This must be a whole number."),
    "number": N_("This must be a number."),
    "boolean": N_("This must be yes or no."),
    "array": N_("This must be a list."),
    "object": N_("This must be a group of answers."),
}
_FORMATS = {
    "date": N_("This is no date, such as 2026-03-17."),
    "date-time": N_("This is no time with its zone, such as 2026-03-17T09:00:00+01:00."),
    "email": N_("This is no address of electronic mail."),
    "uri": N_("This is no address of a page."),
    "uuid": N_("This is no identifier."),
}
_LIMITS = {
    "enum": N_("The answer must be one of: {limit}."),
    "const": N_("The answer must be: {limit}."),
    "minLength": N_("The text needs at least {limit} characters."),
    "maxLength": N_("The text may have at most {limit} characters."),
    "minItems": N_("The list needs at least {limit} items."),
    "maxItems": N_("The list may have at most {limit} items."),
    "minimum": N_("The number must be {limit} or more."),
    "maximum": N_("The number must be {limit} or less."),
    "exclusiveMinimum": N_("The number must be more than {limit}."),
    "exclusiveMaximum": N_("The number must be less than {limit}."),
    "multipleOf": N_("The number must be a multiple of {limit}."),
}
_PLAIN = {
    "required": N_("An answer is needed here."),
    "dependentRequired": N_("An answer is needed here."),
    "additionalProperties": N_("The form does not ask this."),
    "uniqueItems": N_("An item stands in the list twice."),
    "pattern": N_("The text does not look as the form asks for it."),
}
_HIDDEN = N_("This is not asked of whoever answers so; leave it out.")
_OTHER = N_("The answer fits none of the ways in which it may be given.")


def is_hidden(error: ValidationError) -> bool:
    """Whether something was answered that is not asked."""
    return bool(error.validator == "not" and error.validator_value == NEVER["not"])


def message_of(error: ValidationError) -> Message:
    """The error as a sentence; what a schema combines in its own way is told in general words."""
    keyword, told = str(error.validator), error.validator_value
    if is_hidden(error):
        return Message(_HIDDEN)
    if keyword == "type":
        return Message(_TYPES[told])
    if keyword == "format":
        return Message(_FORMATS[told])
    if keyword in _LIMITS:
        return Message(_LIMITS[keyword], {"limit": _said(told)})
    return Message(_PLAIN.get(keyword, _OTHER))


def _said(limit: Any) -> Value:
    if isinstance(limit, bool | str | int | float):
        return limit
    words = ", ".join(str(one) for one in limit) if isinstance(limit, list) else str(limit)
    return words if len(words) <= _LONGEST_LIST else f"{words[:_LONGEST_LIST]}…"
