"""Commands on rule packs, overrides and the working calendar."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.text import Line, Prose, Reference
from domain.rules.values import CalendarDay, Names, PackName, RuleEntry, RuleKey, RuleValue

Year = Annotated[int, msgspec.Meta(ge=2000, le=2200)]
Decision = Annotated[Reference, msgspec.Meta(min_length=1)]


class DraftRulePack(Command, frozen=True):
    """Write down a version of the rules; it binds nobody before it is published."""

    pack: PackName
    title: Names
    rules: Annotated[tuple[RuleEntry, ...], msgspec.Meta(min_length=1, max_length=500)]


class ReviseRulePack(Command, frozen=True):
    """Set or take out rules of a draft."""

    rules: tuple[RuleEntry, ...] = ()
    removed: tuple[RuleKey, ...] = ()


class PublishRulePack(Command, frozen=True):
    """Put the pack in force from a day on. A day that lies back needs the reason why."""

    effective_from: date
    decision_no: Decision
    reason: Line | None = None


class SupersedeRulePack(Command, frozen=True):
    """Close the pack in favour of a published successor."""

    successor: UUID


class OverrideRule(Command, frozen=True):
    """Set this institution's own value of a rule. Protecting the public less needs a decision number."""

    rule: RuleKey
    value: RuleValue
    reason: Prose
    decision_no: Reference = ""


class LiftOverride(Command, frozen=True):
    """Go back to the national value."""

    reason: Prose
    decision_no: Reference = ""


class FoundCalendar(Command, frozen=True):
    """Begin the national working calendar."""

    citation: Line


class PublishCalendarYear(Command, frozen=True):
    """Publish the official holidays of a year; only published years can be counted."""

    year: Year
    days: Annotated[tuple[CalendarDay, ...], msgspec.Meta(max_length=60)]


class DeclareNonWorkingDay(Command, frozen=True):
    """Declare one more day on which nobody counts."""

    day: date
    names: Names
    decision_no: Decision


class MoveEstimatedHoliday(Command, frozen=True):
    """Fix a holiday that hangs on the moon; `to` may be the same day, which confirms it."""

    day: date
    to: date
    decision_no: Decision
