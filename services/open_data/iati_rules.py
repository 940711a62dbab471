"""The rules of an IATI ruleset, as its specification (IATI/IATI-Rulesets, SPEC_JS) says what each means.

A rule looks at one place and says whether it holds there. Where the specification leaves a choice: a sum of nothing is
not asked for (that something is missing is another rule's), a date that is none is the schema's to refuse, and a loop's
value is put in wherever `$1` stands, also where `subs` forgets to name the key.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from services.open_data.xml_document import Place

Case = Mapping[str, Any]
"""One case of a rule, as the ruleset's JSON has it."""
AGENCIES = "ORG-ID-PREFIX"
"""Stands where a prefix is any code of the list of registration agencies, which is not among ours."""
_NOW = "NOW"
_LOOPED = re.compile(r"""(['"])\$1\1|\$1""")
_ALL = {
    "lang": ("descendant::narrative", "descendant::narrative[@xml:lang]"),
    "currency": (
        "descendant::value | descendant::loan-status | descendant::forecast",
        "(descendant::value | descendant::loan-status | descendant::forecast)[@currency]",
    ),
    "sector": ("transaction", "transaction[sector]"),
}
"""What `one_or_all` means by all: every element that has to have it, and those that do."""


class Here:
    """One case asked at one place on one day; `value` is what a loop stands at."""

    def __init__(self, place: Place, case: Case, today: date, value: str = "") -> None:
        self.place, self.case, self.today, self.value = place, case, today, value

    def texts(self, *keys: str) -> list[str]:
        """What the paths under these keys find."""
        paths = [path for key in keys for path in _listed(self.case.get(key, ()))]
        return [text for path in paths for text in self.place.texts(_looped(path), self.value)]

    def days(self, key: str) -> list[date]:
        """The days that a path finds."""
        if self.case[key] == _NOW:
            return [self.today]
        return [day for text in self.texts(key) if (day := _day(text)) is not None]

    def holds(self, key: str) -> bool:
        """Whether the condition under that key is true; one that is not given is."""
        return key not in self.case or self.place.holds(_looped(self.case[key]), self.value)


def judged(case: Case) -> bool:
    """Whether we have what is needed to ask this case."""
    return AGENCIES not in case.get("prefix", ())


def obeyed(rule: str, here: Here) -> bool:
    """Whether a rule holds; where its condition is not met, it does.

    Raises: KeyError for a rule that the specification does not know.
    """
    return not here.holds("condition") or _RULES[rule](here)


def _no_more_than_one(here: Here) -> bool:
    return len(here.texts("paths")) <= 1


def _at_least_one(here: Here) -> bool:
    return bool(here.texts("paths"))


def _one_or_all(here: Here) -> bool:
    every, those = _ALL[here.case["all"]]
    return bool(here.texts("one")) or len(here.place.texts(every)) == len(here.place.texts(those))


def _date_order(here: Here) -> bool:
    later = here.days("more")
    return all(day <= end for day in here.days("less") for end in later)


def _date_now(here: Here) -> bool:
    return all(day <= here.today for day in here.days("date"))


def _between_dates(here: Here) -> bool:
    starts, ends = here.days("start"), here.days("end")
    return all(all(start <= day for start in starts) and all(day <= end for end in ends) for day in here.days("date"))


def _time_limit(here: Here) -> bool:
    ends = here.days("end")
    return all(end <= _year_after(start) for start in here.days("start") for end in ends)


def _regex_matches(here: Here) -> bool:
    return all(re.search(here.case["regex"], text) for text in here.texts("paths"))


def _no_spaces(here: Here) -> bool:
    return all(text == text.strip() for text in here.texts("paths"))


def _starts_with(here: Here) -> bool:
    separator = here.case.get("separator", "")
    prefixes = tuple(f"{prefix}{separator}" for prefix in here.texts("prefix"))
    return all(text.startswith(prefixes) for text in here.texts("paths"))


def _unique(here: Here) -> bool:
    found = here.texts("paths")
    return len(set(found)) == len(found)


def _strict_sum(here: Here) -> bool:
    found = here.texts("paths")
    return not found or sum((_number(text) or Decimal(0) for text in found), Decimal(0)) == Decimal(here.case["sum"])


def _range(here: Here) -> bool:
    low, high = Decimal(here.case["min"]), Decimal(here.case["max"])
    return all(low <= number <= high for text in here.texts("paths") if (number := _number(text)) is not None)


def _if_then(here: Here) -> bool:
    return not here.holds("if") or here.holds("then")


_RULES: Mapping[str, Callable[[Here], bool]] = {
    "no_more_than_one": _no_more_than_one,
    "atleast_one": _at_least_one,
    "one_or_all": _one_or_all,
    "date_order": _date_order,
    "date_now": _date_now,
    "between_dates": _between_dates,
    "time_limit": _time_limit,
    "regex_matches": _regex_matches,
    "no_spaces": _no_spaces,
    "startswith": _starts_with,
    "unique": _unique,
    "strict_sum": _strict_sum,
    "range": _range,
    "if_then": _if_then,
}


def _listed(paths: str | list[str]) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths)


def _looped(path: str) -> str:
    """The path with a variable where a loop's value belongs: what a document says is never part of a path."""
    return _LOOPED.sub("$value", path)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return date(day.year + 1, 3, 1)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None
