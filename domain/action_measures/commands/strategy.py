"""Commands on strategies, in the national log."""

from datetime import date
from typing import Annotated

import msgspec

from domain.action_measures.said_date import SaidDate
from domain.action_measures.vocabulary import (
    MeasurePlan,
    Objective,
    OutputKind,
    OutputStatus,
    PlanCode,
    Source,
    Sources,
)
from domain.kernel.command import Command
from domain.kernel.text import Line, Reference, Slug, Text, Title
from domain.kernel.vocabulary import Count, DecisionNo


class AdoptStrategy(Command, frozen=True, kw_only=True):
    """Put on record that a strategy was adopted; `reference` names it for ever.

    `coordinator` is the slug of the office that coordinates it. `plan_known` is false where no source holds the action
    plan's own table; `note` then says so. The number of the decision is missing only where history does not tell it.
    """

    reference: PlanCode
    title: Title
    first_day: date
    last_day: date
    adopted_on: date
    decision_no: DecisionNo | None = None
    adopting_body: Line
    coordinator: Slug
    partner: Line | None = None
    objectives: Annotated[tuple[Objective, ...], msgspec.Meta(min_length=1, max_length=20)]
    plan_known: bool = True
    note: Text = Text()
    sources: Sources = ()


class AddSpecificObjective(Command, frozen=True, kw_only=True):
    """Divide the strategic objective `objective`."""

    objective: PlanCode
    code: PlanCode
    title: Title


class AssignMeasure(Command, frozen=True, kw_only=True):
    """Make a measure part of the plan, and the institution `lead` answer for it."""

    lead: Slug
    plan: MeasurePlan


class RecordOutput(Command, frozen=True, kw_only=True):
    """Put on record what a source says has come of an objective, or (None) of the strategy as a whole.

    `figure` is a number that it tells.
    """

    objective: PlanCode | None = None
    on: SaidDate
    kind: OutputKind
    reference: Reference = ""
    text: Text
    figure: Count | None = None
    responsible: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=20)] = ()
    status: OutputStatus
    source: Source


class EndStrategy(Command, frozen=True, kw_only=True):
    """Close the strategy: no measure is added any more; those that are open go on."""

    decision_no: DecisionNo
    reason: Text
