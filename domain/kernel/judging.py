"""Judging history by a law: what one stream would have been told, had these rules bound it.

A domain registers one function per kind of aggregate in its manifest. The same function judges a history by the rules
that bound it and by proposed ones; nothing is decided anew, what happened stays as it was.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

import msgspec

from domain.kernel.calendar import Calendar
from domain.kernel.context import Tenant
from domain.kernel.event import Event
from domain.kernel.rules import Rule, Rules


class Law(Protocol):
    """What binds an institution at a moment; the context of a decision is one."""

    @property
    def tenant(self) -> Tenant:
        """Whom it binds."""
        ...

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        ...

    @property
    def calendar(self) -> Calendar:
        """The working calendar."""
        ...


class Bound(msgspec.Struct, frozen=True):
    """A law to judge by."""

    tenant: Tenant
    rules: Rules
    calendar: Calendar


class Step(msgspec.Struct, frozen=True):
    """An event of the stream with its envelope, where it stands, and the law of that moment."""

    event: Event
    position: int
    law: Law


class Verdict(StrEnum):
    """What the rules say; the later ones weigh more. `not_countable`: no published calendar holds the days."""

    IN_ORDER = "in_order"
    NOT_COUNTABLE = "not_countable"
    LATE = "late"
    REFUSED = "refused"


class Point(msgspec.Struct, frozen=True):
    """One thing that a rule asks: judged at the event at `position`, in force as `rule` of `pack` with `value`.

    `about` tells apart what one event is asked several times (a meeting's id). `given` is what there was, in the rule's
    unit; `happened_at` and `limit` are compared where the rule sets a time. What does not apply is None.
    """

    name: str
    position: int
    about: UUID | None
    rule: str
    pack: str
    citation: str
    value: int | str
    unit: str
    verdict: Verdict
    given: int | None = None
    happened_at: datetime | None = None
    limit: datetime | None = None


class Judgement(msgspec.Struct, frozen=True):
    """A stream's points in order; `began_at` is the moment by which it belongs to a period, `title` by language."""

    began_at: datetime
    title: dict[str, str]
    points: tuple[Point, ...]


Judge = Callable[[Sequence[Step], datetime], Judgement | None]
"""(a stream's events in order, now) -> what the rules say of it; None where they say nothing."""


def point(
    name: str,
    step: Step,
    rule: Rule,
    verdict: Verdict,
    *,
    about: UUID | None = None,
    given: int | None = None,
    happened_at: datetime | None = None,
    limit: datetime | None = None,
) -> Point:
    """What `rule` asks at that step, with the verdict."""
    return Point(
        name,
        step.position,
        about,
        rule.key,
        rule.pack,
        rule.citation,
        rule.value,
        rule.unit,
        verdict,
        given,
        happened_at,
        limit,
    )


def worst(points: Sequence[Point]) -> Verdict:
    """The verdict that weighs most; in order where there is none."""
    order = list(Verdict)
    return max((one.verdict for one in points), key=order.index, default=Verdict.IN_ORDER)
