"""The filter language of the audit trail: `action:consultations.* actor:<id> created:>2026-01-01 -operation:create`.

Terms stand beside each other and all must hold; a leading `-` turns one round. Values with spaces go in double quotes.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from projections.reading import Conditions

LONGEST = 2_000
"""Characters of a filter at most."""

_TERM = re.compile(r'\s*(-?)([a-z_]+):(<=|>=|<|>|)(?:"([^"]*)"|(\S+))')
_IDS = {
    "actor": "actor_id",
    "command": "command_id",
    "stream": "stream_id",
    "subject": "subject_id",
    "correlation": "correlation_id",
    "on_behalf_of": "on_behalf_of",
}
_TEXTS = {
    "operation": "operation",
    "role": "role",
    "mandate": "basis",
    "basis": "basis",
    "cause": "cause",
    "source": "source",
    "source_id": "source_id",
    "language": "language",
    "rule_pack": "rule_pack",
    "calendar": "calendar",
}
_TIMES = {"created": "recorded_at", "occurred": "occurred_at"}
_NUMBERS = {"position": "position", "version": "version"}
FIELDS = ("action", *_IDS, *_TEXTS, *_TIMES, *_NUMBERS)
"""Names a filter may use."""


def conditions(words: str) -> Conditions:
    """The filter as a WHERE clause. Raises: InvalidValue that names the first term it cannot read."""
    where, at = Conditions(), 0
    words = words[: LONGEST + 1].rstrip()
    if len(words) > LONGEST or "\x00" in words:
        raise InvalidValue("/q", N_("The filter is too long or holds a character that is not text."))
    while at < len(words):
        term = _TERM.match(words, at)
        if term is None:
            raise InvalidValue("/q", N_("'{term}' is not a term of the form field:value."), term=words[at : at + 60])
        minus, field, comparison, quoted, plain = term.groups()
        _add(where, field, comparison, plain if quoted is None else quoted, negated=bool(minus))
        at = term.end()
    return where


def _add(where: Conditions, field: str, comparison: str, value: str, *, negated: bool) -> None:
    maybe = "NOT " if negated else ""
    if field == "action" and not comparison:
        pattern = value.rstrip("*")
        if value.endswith(("*", ".")) or "." not in value:
            where.add(f"{maybe}starts_with(lower(action), ?)", pattern.lower())
        else:
            where.add(f"{maybe}(lower(action) = ?)", pattern.lower())
    elif field in _IDS and not comparison:
        where.add(f"{maybe}({_IDS[field]} IS NOT DISTINCT FROM ?)", _id(field, value))
    elif field in _TEXTS and not comparison:
        where.add(f"{maybe}({_TEXTS[field]} = ?)", value)
    elif field in _NUMBERS:
        where.add(f"{maybe}({_NUMBERS[field]} {comparison or '='} ?)", _number(field, value))
    elif field in _TIMES:
        _add_time(where, _TIMES[field], comparison, value, maybe)
    else:
        raise InvalidValue(
            "/q", N_("'{field}' cannot be filtered by; these can: {fields}."), field=field, fields=", ".join(FIELDS)
        )


def _add_time(where: Conditions, column: str, comparison: str, value: str, maybe: str) -> None:
    first, last = _span(value)
    match comparison:
        case ">" | "<=":
            where.add(f"{maybe}({column} {'>=' if comparison == '>' else '<'} ?)", last)
        case ">=" | "<":
            where.add(f"{maybe}({column} {comparison} ?)", first)
        case _:
            where.add(f"{maybe}({column} >= ? AND {column} < ?)", first, last)


def _span(value: str) -> tuple[datetime, datetime]:
    """First instant of a day or a time and the first one after it; times without a zone are UTC."""
    try:
        if len(value) == len("2026-01-01"):
            first = datetime.combine(date.fromisoformat(value), time(), UTC)
            return first, first + timedelta(days=1)
        at = datetime.fromisoformat(value)
        at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)  # overflows at either end of the calendar
        return at, at + timedelta(microseconds=1)
    except (ValueError, OverflowError) as error:
        raise InvalidValue("/q", N_("'{value}' is not a date or time."), value=value[:60]) from error


def _id(field: str, value: str) -> UUID | None:
    if value == "none":
        return None
    try:
        return UUID(value)
    except ValueError as error:
        raise InvalidValue("/q", N_("'{value}' is not an id for {field}."), value=value[:60], field=field) from error


def _number(field: str, value: str) -> Any:
    if not value.isdecimal() or not value.isascii() or len(value) > 18:  # noqa: PLR2004 - digits that fit 64 bits
        raise InvalidValue("/q", N_("'{value}' is not a number for {field}."), value=value[:60], field=field)
    return int(value)
