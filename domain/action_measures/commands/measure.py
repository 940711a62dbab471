"""Commands on measures, in the log of the institution that leads them."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from domain.action_measures.vocabulary import MeasurePlan, PlanCode, Words
from domain.kernel.command import Command
from domain.kernel.text import Slug, Text
from domain.kernel.vocabulary import DecisionNo, File

Evidence = Annotated[tuple[File, ...], msgspec.Meta(min_length=1, max_length=20)]


class PlanMeasure(Command, frozen=True, kw_only=True):
    """Take over a measure that the strategy `strategy` assigned; sent by what follows from the assignment."""

    strategy: PlanCode
    lead: Slug
    plan: MeasurePlan


class StartMeasure(Command, frozen=True, kw_only=True):
    """Say that work on it has begun."""


class MarkMeasureAtRisk(Command, frozen=True, kw_only=True):
    """Say that it may not be done in time, and why."""

    reason: Text


class FlagMeasureAtRisk(Command, frozen=True, kw_only=True):
    """Note that its last day is near and it is not done. The clock sends it."""


class ClearMeasureRisk(Command, frozen=True, kw_only=True):
    """Say that it will be done in time after all, and why."""

    reason: Text


class MarkMeasureDelayed(Command, frozen=True, kw_only=True):
    """Note that its last day is over and it is not done. The clock sends it."""


class CompleteMilestone(Command, frozen=True, kw_only=True):
    """Say on which day a milestone was reached, with what shows it."""

    milestone: PlanCode
    on: date
    evidence: Evidence


class CompleteMeasure(Command, frozen=True, kw_only=True):
    """Say that all of it is done, and what came of it."""

    summary: Text


class NewTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Another day for a milestone; only of recorded history does it have none, and words as the source says them."""

    milestone: PlanCode
    target: date | None = None
    target_words: Words = ""


class RescheduleMeasure(Command, frozen=True, kw_only=True):
    """Give it, or some of its milestones, other days, by a resolution of the Council.

    A day that is None stays. `decision_no` is what a source names where history is recorded; `reason` is public.
    """

    resolution_id: UUID | None = None
    decision_no: DecisionNo | None = None
    first_day: date | None = None
    last_day: date | None = None
    milestones: Annotated[tuple[NewTarget, ...], msgspec.Meta(max_length=100)] = ()
    reason: Text


class DropMeasure(Command, frozen=True, kw_only=True):
    """Give it up, by a resolution of the Council, and say why."""

    resolution_id: UUID | None = None
    decision_no: DecisionNo | None = None
    reason: Text
