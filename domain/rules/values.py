"""What rule packs and calendars are published as, constrained so that what is stored can be read for ever."""

import re
from datetime import date
from typing import Annotated

import msgspec

from domain.kernel.calendar import NonWorkingDay
from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_
from domain.kernel.rules import Bound, Confidence, Counting, Rule, Unit
from domain.kernel.text import Language, Line

RuleKey = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$(?!\n)", max_length=80)]
RuleValue = Annotated[int, msgspec.Meta(ge=0, le=100_000)] | Line
PackName = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z]{2}-[0-9]{4}\.[0-9]{1,3}$(?!\n)", description="Such as xk-2026.1")
]
Names = dict[Language, Line]
"""One line per language."""

_MONTH_DAY = re.compile(r"^[0-9]{2}-[0-9]{2}\Z")
LONGEST = 1_000
"""Days a period may last at most: the bound of every window a command can ask for."""
_IN_DAYS = frozenset({Unit.WORKING_DAYS, Unit.CALENDAR_DAYS})
_COUNTED = frozenset({Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.COUNT, Unit.YEARS})


class RuleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One rule as a pack publishes it: `kinds` empty binds institutions of every kind."""

    key: RuleKey
    value: RuleValue
    unit: Unit
    name: Names
    citation: Line | None = None
    counting: Counting = Counting.EXCLUDE_FIRST
    bound: Bound = Bound.EXACT
    confidence: Confidence = Confidence.LOW
    kinds: tuple[str, ...] = ()

    def rule(self, pack: str) -> Rule:
        """The rule in force while the pack is."""
        return Rule(
            key=self.key,
            value=self.value,
            unit=self.unit,
            counting=self.counting,
            citation=self.citation or "",
            confidence=self.confidence,
            name={str(code): name for code, name in self.name.items()},
            pack=pack,
            bound=self.bound,
            kinds=self.kinds,
        )


class CalendarDay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One official holiday of a published year."""

    day: date
    names: Names
    estimated: bool = False

    def non_working(self) -> NonWorkingDay:
        """The day as calendars hold it."""
        return NonWorkingDay(self.day, {str(code): name for code, name in self.names.items()}, self.estimated)


def check_value(value: int | str, unit: Unit, pointer: str) -> None:
    """Raises: InvalidValue where the value cannot be one of that unit."""
    if unit in _COUNTED and not isinstance(value, int):
        raise InvalidValue(pointer, N_("A rule counted in {unit} needs a whole number."), unit=unit)
    if unit in _IN_DAYS and isinstance(value, int) and value > LONGEST:
        raise InvalidValue(pointer, N_("A period lasts at most {longest} days."), longest=LONGEST)
    if unit is Unit.DATE and not _is_month_day(value):
        raise InvalidValue(pointer, N_("A rule that names a day of the year needs MM-DD, such as 01-31."))
    if unit is Unit.CHOICE and not isinstance(value, str):
        raise InvalidValue(pointer, N_("A rule that is a choice needs the name of the choice."))


def _is_month_day(value: int | str) -> bool:
    try:
        return isinstance(value, str) and bool(_MONTH_DAY.match(value)) and bool(date.fromisoformat(f"2000-{value}"))
    except ValueError:
        return False


def check_names(names: Names, pointer: str) -> None:
    """Raises: InvalidValue where Albanian, Serbian or English is missing: the public reads rules in all three."""
    missing = [code for code in ("sq", "sr", "en") if code not in names]
    if missing:
        raise InvalidValue(pointer, N_("A name is missing in: {languages}."), languages=", ".join(missing))
