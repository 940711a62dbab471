"""Events of a consultation plan: what an institution will consult on in one year."""

from datetime import date
from uuid import UUID

from domain.consultations.vocabulary import ActKind, Quarter
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Line, Text, Title
from domain.kernel.vocabulary import Count, DecisionNo, Year


def year_tag(year: int) -> str:
    """Boundary of the plans of one year: there may be one."""
    return f"plan_year:{year}"


class PlanDrafted(InitialEvent, frozen=True, kw_only=True):
    """Work on the plan of a year began (annual-plan stage of Regulation (GRK) No. 05/2016)."""

    TOPIC = "consultations.PlanDrafted.v1"

    year: Year
    title: Title

    def tags(self) -> tuple[str, ...]:
        """The boundary of the year."""
        return (year_tag(self.year),)


class PlanItemAdded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An act was put on the plan for a quarter; `reason` is given when the plan was already adopted."""

    TOPIC = "consultations.PlanItemAdded.v1"

    item_id: UUID
    title: Title
    act_kind: ActKind
    quarter: Quarter
    unit: Line | None = None
    reason: Text | None = None


class PlanItemMoved(Event, frozen=True, kw_only=True):
    """An item slid to another time; both times and the reason stay readable."""

    TOPIC = "consultations.PlanItemMoved.v1"

    item_id: UUID
    from_year: Year
    from_quarter: Quarter
    to_year: Year
    to_quarter: Quarter
    reason: Text


class PlanItemDropped(Event, frozen=True, kw_only=True):
    """An item will not be consulted on under this plan."""

    TOPIC = "consultations.PlanItemDropped.v1"

    item_id: UUID
    reason: Text


class PlanConsulted(Event, frozen=True, kw_only=True):
    """The draft plan itself was shown to the public and civil society and their remarks were summed up."""

    TOPIC = "consultations.PlanConsulted.v1"

    starts_on: date
    ends_on: date
    remarks: Count
    summary: Text


class PlanAdopted(Event, frozen=True, kw_only=True):
    """The plan is in force under a decision; `items` counts what stood on it then."""

    TOPIC = "consultations.PlanAdopted.v1"

    decision_no: DecisionNo
    adopted_on: date
    items: Count
