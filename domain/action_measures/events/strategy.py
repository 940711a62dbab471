"""What became true of strategies."""

from datetime import date
from uuid import UUID

from domain.action_measures.said_date import SaidDate
from domain.action_measures.vocabulary import MeasurePlan, Objective, OutputKind, OutputStatus, PlanCode, Source
from domain.kernel.errors import Finding
from domain.kernel.event import Event, InitialEvent
from domain.kernel.ids import derived_id
from domain.kernel.text import Line, Reference, Slug, Text, Title
from domain.kernel.vocabulary import Count, DecisionNo


def strategy_id(reference: str) -> UUID:
    """The stream of the strategy with that reference, in the national log."""
    return derived_id("strategy", reference)


def measure_id(strategy: UUID, code: str) -> UUID:
    """The stream of a measure of that strategy, in the log of its lead."""
    return derived_id("measure", strategy, code)


class StrategyAdopted(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The Government is bound by it. `findings` say what a source lacks."""

    TOPIC = "action_measures.StrategyAdopted.v1"

    reference: PlanCode
    title: Title
    first_day: date
    last_day: date
    adopted_on: date
    decision_no: DecisionNo | None = None
    adopting_body: Line
    coordinator: Slug
    partner: Line | None = None
    objectives: tuple[Objective, ...]
    plan_known: bool = True
    note: Text = Text()
    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()


class SpecificObjectiveAdded(Event, frozen=True, kw_only=True):
    """A strategic objective is divided."""

    TOPIC = "action_measures.SpecificObjectiveAdded.v1"

    objective: PlanCode
    code: PlanCode
    title: Title


class MeasureAssigned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The institution `lead` answers for a measure; its dates as they stand here are the baseline for ever."""

    TOPIC = "action_measures.MeasureAssigned.v1"

    measure_id: UUID
    strategy: PlanCode
    lead: Slug
    tenant_id: int
    plan: MeasurePlan
    findings: tuple[Finding, ...] = ()


class OutputRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A source attests to something that came of an objective, or (None) of the strategy as a whole."""

    TOPIC = "action_measures.OutputRecorded.v1"

    objective: PlanCode | None = None
    on: SaidDate
    kind: OutputKind
    reference: Reference = ""
    text: Text
    figure: Count | None = None
    responsible: tuple[Slug, ...] = ()
    status: OutputStatus
    source: Source


class StrategyEnded(Event, frozen=True, kw_only=True):
    """No measure is added any more."""

    TOPIC = "action_measures.StrategyEnded.v1"

    decision_no: DecisionNo
    reason: Text


EVENTS: tuple[type[Event], ...] = (
    StrategyAdopted,
    SpecificObjectiveAdded,
    MeasureAssigned,
    OutputRecorded,
    StrategyEnded,
)
