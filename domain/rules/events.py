"""Events of rule packs, overrides and the working calendar. All govern: they decide what binds whom from when."""

from datetime import date
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.governing import governs
from domain.rules.values import CalendarDay, Names, RuleEntry


class RulePackDrafted(InitialEvent, frozen=True):
    """A version of the rules was written down; nobody is bound yet."""

    TOPIC = "rules.RulePackDrafted.v1"
    tags = governs
    pack: str
    title: Names
    rules: tuple[RuleEntry, ...]


class RulePackRevised(Event, frozen=True):
    """Rules of a draft were set or taken out."""

    TOPIC = "rules.RulePackRevised.v1"
    tags = governs
    rules: tuple[RuleEntry, ...]
    removed: tuple[str, ...]


class RulePackPublished(Event, frozen=True):
    """The pack binds from `effective_from` on, until a published pack with a later day does."""

    TOPIC = "rules.RulePackPublished.v1"
    tags = governs
    effective_from: date
    decision_no: str
    reason: str = ""


class RulePackSuperseded(Event, frozen=True):
    """A published successor took the pack's place."""

    TOPIC = "rules.RulePackSuperseded.v1"
    tags = governs
    successor: UUID


class RuleOverridden(InitialEvent, frozen=True):
    """An institution set its own value of a rule; the newest override of a rule counts.

    `before` is the value that bound until then. Where `decision_no` is empty the public is protected no less.
    """

    TOPIC = "rules.RuleOverridden.v1"
    tags = governs
    rule: str
    value: int | str
    before: int | str
    pack: str
    reason: str
    decision_no: str = ""


class OverrideLifted(Event, frozen=True):
    """The institution went back to the national value of the rule."""

    TOPIC = "rules.OverrideLifted.v1"
    tags = governs
    rule: str
    reason: str
    decision_no: str = ""


class CalendarFounded(InitialEvent, frozen=True):
    """The national working calendar began; `citation` is the law on official holidays."""

    TOPIC = "rules.CalendarFounded.v1"
    tags = governs
    citation: str


class CalendarYearPublished(Event, frozen=True):
    """The official holidays of a year are fixed, estimated ones marked; from now on its days can be counted."""

    TOPIC = "rules.CalendarYearPublished.v1"
    tags = governs
    year: int
    days: tuple[CalendarDay, ...]


class NonWorkingDayDeclared(Event, frozen=True):
    """A decision made one more day not count; deadlines that ran over it move by events of their own."""

    TOPIC = "rules.NonWorkingDayDeclared.v1"
    tags = governs
    day: date
    names: Names
    decision_no: str


class EstimatedHolidayMoved(Event, frozen=True):
    """A holiday that was an estimate is fixed: on `to`, and `day` counts again unless it is the same."""

    TOPIC = "rules.EstimatedHolidayMoved.v1"
    tags = governs
    day: date
    to: date
    decision_no: str
