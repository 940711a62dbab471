"""Rules: every number that law or practice sets, with the place it comes from. Code names a rule, never its value."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_


class Unit(StrEnum):
    """What a rule's value counts. `date` values are `MM-DD`: the next such day after the anchor."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    DATE = "date"
    COUNT = "count"
    YEARS = "years"
    CHOICE = "choice"


class Counting(StrEnum):
    """Whether the day of the anchor is day one or is left out."""

    EXCLUDE_FIRST = "exclude_first"
    INCLUDE_FIRST = "include_first"


class Bound(StrEnum):
    """Which way the public is protected: `at_least` may be lengthened freely, `at_most` shortened, `exact` neither."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EXACT = "exact"


class Confidence(StrEnum):
    """How sure the value is, as long as the full text of the act has not been compared."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Rule(msgspec.Struct, frozen=True):
    """One value in force. `name` is by language code; `pack` names the rule pack it was published in.

    `overridden_by` is the decision number (or the word `tenant`) under which an institution set its own value, and
    `national` is then the value that binds the others.
    `kinds` are the institutions it binds (national, ministry, municipality); empty binds all.
    """

    key: str
    value: int | str
    unit: Unit
    counting: Counting = Counting.EXCLUDE_FIRST
    citation: str = ""
    confidence: Confidence = Confidence.LOW
    name: dict[str, str] = {}
    pack: str = ""
    overridden_by: str = ""
    bound: Bound = Bound.EXACT
    kinds: tuple[str, ...] = ()
    national: int | str | None = None

    def overridden(self, value: int | str, decision_no: str) -> "Rule":
        """The rule with an institution's own value; unchanged where that would protect less without a decision."""
        if not decision_no and self.weakened_by(value):
            return self
        return msgspec.structs.replace(self, value=value, overridden_by=decision_no or "tenant", national=self.value)

    @property
    def number(self) -> int:
        """The value as a number; raises RuleViolated where it is none."""
        if isinstance(self.value, int):
            return self.value
        raise RuleViolated(self.key, N_("The value of {rule} is not a number."), citation=self.citation, rule=self.key)

    def weakened_by(self, value: int | str) -> bool:
        """Whether `value` would protect the public less than this rule does, or cannot be compared with it."""
        if value == self.value:
            return False
        if not isinstance(value, int) or not isinstance(self.value, int) or self.bound is Bound.EXACT:
            return True
        return value < self.value if self.bound is Bound.AT_LEAST else value > self.value


class Rules(msgspec.Struct, frozen=True):
    """The rules that bind one institution on one day. `pack` names the rule pack, with `+` when one is overridden."""

    pack: str
    by_key: Mapping[str, Rule]

    def __getitem__(self, key: str) -> Rule:
        """The rule; raises RuleViolated when the pack in force has none of that name for this kind of institution."""
        found = self.by_key.get(key)
        if found is None:
            raise RuleViolated(key, N_("The rule pack {pack} has no rule {rule}."), pack=self.pack, rule=key)
        return found

    def __contains__(self, key: object) -> bool:
        return key in self.by_key

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.by_key.values())

    def number(self, key: str) -> int:
        """The rule's value where it is a number."""
        return self[key].number
