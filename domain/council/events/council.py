"""What became true of the Council and its seats, in the national log."""

from datetime import date
from uuid import UUID

from domain.council.vocabulary import Seat, Seats, Team
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Slug, Text, Title
from domain.kernel.vocabulary import DecisionNo

TERMS = "council:terms"
"""Boundary of every Council's term: one at a time."""


class CouncilConstituted(InitialEvent, frozen=True, kw_only=True):
    """There is a Council for these days, both within; its seats are empty."""

    TOPIC = "council.CouncilConstituted.v1"

    decision_no: DecisionNo
    first_day: date
    last_day: date
    seats: Seats

    def tags(self) -> tuple[str, ...]:
        """The boundary of all terms."""
        return (TERMS,)


class SeatFilled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A person sits in the Council, by id: for an organisation or an institution, by a decision or an election."""

    TOPIC = "council.SeatFilled.v1"

    seat: Seat
    person_id: UUID
    organisation_id: UUID | None = None
    organisation_name: Title | None = None
    institution: Slug | None = None
    team: Team | None = None
    decision_no: DecisionNo | None = None
    election_id: UUID | None = None


class SeatVacated(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Nobody sits there any more, and what office went with it is vacant; no decision was needed to resign."""

    TOPIC = "council.SeatVacated.v1"

    seat: Seat
    person_id: UUID
    decision_no: DecisionNo | None = None
    reason: Text


class CoChairAppointed(Event, frozen=True, kw_only=True):
    """Who sits there chairs the Council for that side, and signs its minutes."""

    TOPIC = "council.CoChairAppointed.v1"

    seat: Seat
    person_id: UUID
    decision_no: DecisionNo


class CoordinatorAppointed(Event, frozen=True, kw_only=True):
    """Who sits there coordinates the team."""

    TOPIC = "council.CoordinatorAppointed.v1"

    team: Team
    seat: Seat
    person_id: UUID
    decision_no: DecisionNo


EVENTS: tuple[type[Event], ...] = (
    CouncilConstituted,
    SeatFilled,
    SeatVacated,
    CoChairAppointed,
    CoordinatorAppointed,
)
