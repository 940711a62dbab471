"""Texts in the reader's language, from the catalogues and, for holidays and rules, from the data that names them."""

import re
from collections.abc import Mapping
from functools import cache

from domain.kernel.message import Message, Value
from domain.kernel.transliteration import to_cyrillic
from domain.rules.shipped import calendar_file, default_pack
from services.language.catalogues import CODE, LANGUAGES, read

_LIST = re.compile(r"[a-z][a-z0-9_]*(?:, [a-z][a-z0-9_]*)*\Z")
_REMARK = re.compile(r"(?P<name>.+) \((?P<remark>estimated|[^()]*\d[^()]*)\)\Z")


def translate(message: Message | str, language: str) -> str:
    """The message said to a reader of `language` (sq, sr, sr-Latn, sr-Cyrl; anything else is English).

    Codes among the values (states, roles, units …) and names of holidays are said in that language too. A text that no
    catalogue knows stays as it is.
    """
    if isinstance(message, str):
        message = Message(message)
    code = language.partition("-")[0]
    if code not in LANGUAGES:
        return str(message) if message.values else message.template
    cyrillic = language.endswith("-Cyrl")
    template = _texts(code).get((None, message.template), message.template)
    if cyrillic and template is not message.template:
        template = to_cyrillic(template)
    if not message.values:
        return template
    return template.format(**{name: _value(value, code, cyrillic=cyrillic) for name, value in message.values.items()})


def translate_code(code: str, language: str) -> str:
    """The word for a code of an enumeration (`open`, `drafting_officer`); in English its words with spaces."""
    base = language.partition("-")[0]
    if base not in LANGUAGES:
        return code.replace("_", " ")
    word = _texts(base).get((CODE, code), code)
    return to_cyrillic(word) if language.endswith("-Cyrl") and word is not code else word


def rule_name(key: str, language: str) -> str:
    """The shipped name of a rule; the key where it has none."""
    code, _, script = language.partition("-")
    names = _rule_names().get(key, {})
    name = names.get(code) or names.get("en", key)
    return to_cyrillic(name) if script == "Cyrl" and code in names else name


def warm() -> None:
    """Read the catalogues now rather than with the first request."""
    for language in LANGUAGES:
        _texts(language)


def _value(value: Value, code: str, *, cyrillic: bool) -> Value:
    if not isinstance(value, str):
        return value
    texts = _texts(code)
    found = texts.get((None, value)) or _holiday(value, code)
    if found is None and _LIST.match(value):
        words = [texts.get((CODE, word)) for word in value.split(", ")]
        found = ", ".join(word for word in words if word) if all(words) else None
    if found is None:
        return value
    return to_cyrillic(found) if cyrillic else found


def _holiday(reason: str, code: str) -> str | None:
    """A holiday's name in that language; what stands behind it in brackets stays, `estimated` is a code."""
    split = _REMARK.match(reason)
    if reason in _holidays() or split is None:
        return _holidays().get(reason, {}).get(code)
    names = _holidays().get(split["name"])
    if names is None:
        return None
    return f"{names[code]} ({_texts(code).get((CODE, split['remark']), split['remark'])})"


@cache
def _texts(code: str) -> Mapping[tuple[str | None, str], str]:
    return {
        (message.context, message.id): message.string
        for message in read(code)
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string
    }


@cache
def _holidays() -> Mapping[str, Mapping[str, str]]:
    days = [day.non_working().names for year in calendar_file().years for day in year.days]
    return {names["en"]: names for names in days}


@cache
def _rule_names() -> Mapping[str, Mapping[str, str]]:
    return {entry.key: {str(code): name for code, name in entry.name.items()} for entry in default_pack().rules}
