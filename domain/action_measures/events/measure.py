"""What became true of measures."""

from datetime import date
from uuid import UUID

import msgspec

from domain.action_measures.vocabulary import MeasurePlan, PlanCode, Words
from domain.kernel.deadline import Deadline
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Slug, Text
from domain.kernel.vocabulary import DecisionNo, File


class MovedTarget(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A milestone's day before and after; None where a source names none, and says `target_words` instead."""

    milestone: PlanCode
    before: date | None
    target: date | None
    target_words: Words = ""


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """Progress in the half-year `period` is to be reported by then."""

    period: str
    due: Deadline


class MeasurePlanned(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The institution leads it. The days of `plan` are the baseline: nothing ever changes them.

    From `risk_from` on it is at risk while it is not done. `findings` say what the plan lacks.
    """

    TOPIC = "action_measures.MeasurePlanned.v1"

    strategy_id: UUID
    strategy: PlanCode
    lead: Slug
    plan: MeasurePlan
    risk_from: date
    findings: tuple[Finding, ...] = ()


class MeasureStarted(Event, frozen=True, kw_only=True):
    """Work has begun; progress is awaited for the half-year it began in."""

    TOPIC = "action_measures.MeasureStarted.v1"

    on: date
    awaited: Awaited


class MeasureAtRisk(Event, frozen=True, kw_only=True, omit_defaults=True):
    """It may not be done in time: its lead says why, or (None) its last day is near."""

    TOPIC = "action_measures.MeasureAtRisk.v1"

    last_day: date
    reason: Text | None = None


class MeasureRiskCleared(Event, frozen=True, kw_only=True):
    """Its lead says that it will be done in time after all."""

    TOPIC = "action_measures.MeasureRiskCleared.v1"

    reason: Text


class MeasureDelayed(Event, frozen=True, kw_only=True):
    """Its last day is over."""

    TOPIC = "action_measures.MeasureDelayed.v1"

    last_day: date


class MilestoneCompleted(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A milestone was reached; `target` is the day that counted for it."""

    TOPIC = "action_measures.MilestoneCompleted.v1"

    milestone: PlanCode
    on: date
    target: date | None = None
    evidence: tuple[File, ...]


class MeasureCompleted(Event, frozen=True, kw_only=True):
    """All of it is done. `in_time` by the days that counted at the end, `as_planned` by the baseline."""

    TOPIC = "action_measures.MeasureCompleted.v1"

    on: date
    summary: Text
    in_time: bool
    as_planned: bool


class MeasureRescheduled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Other days count from now on. `revision` counts from 1; the days are all of them after it.

    `resolution_id` is None where history was recorded and no resolution is known: `findings` then say so.
    """

    TOPIC = "action_measures.MeasureRescheduled.v1"

    revision: int
    resolution_id: UUID | None = None
    decision_no: DecisionNo | None = None
    first_day_before: date
    last_day_before: date
    first_day: date
    last_day: date
    risk_from: date
    milestones: tuple[MovedTarget, ...] = ()
    reason: Text
    findings: tuple[Finding, ...] = ()


class MeasureDropped(Event, frozen=True, kw_only=True, omit_defaults=True):
    """It was given up; what was done of it stays.

    `open` are the milestones that were not reached, `awaited` the half-year that a report was awaited on.
    """

    TOPIC = "action_measures.MeasureDropped.v1"

    resolution_id: UUID | None = None
    decision_no: DecisionNo | None = None
    reason: Text
    open: tuple[PlanCode, ...] = ()
    awaited: str | None = None
    findings: tuple[Finding, ...] = ()


EVENTS: tuple[type[Event], ...] = (
    MeasurePlanned,
    MeasureStarted,
    MeasureAtRisk,
    MeasureRiskCleared,
    MeasureDelayed,
    MilestoneCompleted,
    MeasureCompleted,
    MeasureRescheduled,
    MeasureDropped,
)
