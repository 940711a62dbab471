"""Commands on a consultation plan."""

from datetime import date
from uuid import UUID

from domain.consultations.vocabulary import ActKind, Quarter
from domain.kernel.command import Command
from domain.kernel.text import Line, Text, Title
from domain.kernel.vocabulary import Count, DecisionNo, Year


class DraftPlan(Command, frozen=True, kw_only=True):
    """Begin the plan of a year; there may be one per year."""

    year: Year
    title: Title


class AddPlanItem(Command, frozen=True, kw_only=True):
    """Put an act on the plan; after adoption a reason is needed."""

    title: Title
    act_kind: ActKind
    quarter: Quarter
    unit: Line | None = None
    reason: Text | None = None


class MovePlanItem(Command, frozen=True, kw_only=True):
    """Move an item to another quarter, of this or a later year, and say why."""

    item_id: UUID
    to_quarter: Quarter
    reason: Text
    to_year: Year | None = None


class DropPlanItem(Command, frozen=True, kw_only=True):
    """Take an item off the plan and say why."""

    item_id: UUID
    reason: Text


class ConsultPlan(Command, frozen=True, kw_only=True):
    """Record that the draft plan itself was consulted on."""

    starts_on: date
    ends_on: date
    remarks: Count
    summary: Text


class AdoptPlan(Command, frozen=True, kw_only=True):
    """Put the consulted plan in force by a decision."""

    decision_no: DecisionNo
    adopted_on: date
