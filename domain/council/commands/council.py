"""Commands on the Council and its seats."""

from datetime import date
from uuid import UUID

from domain.council.vocabulary import Seat, Team
from domain.kernel.command import Command
from domain.kernel.text import Slug, Text
from domain.kernel.vocabulary import DecisionNo


class ConstituteCouncil(Command, frozen=True, kw_only=True):
    """Begin a Council's term; how many seats and teams it has, the rules in force say."""

    decision_no: DecisionNo
    first_day: date
    last_day: date


class FillSeat(Command, frozen=True, kw_only=True):
    """Seat a person: for an organisation on the side of civil society, for an institution on the other.

    By `decision_no`, or by the election that gave the seat.
    """

    seat: Seat
    person_id: UUID
    organisation_id: UUID | None = None
    institution: Slug | None = None
    team: Team | None = None
    decision_no: DecisionNo | None = None
    election_id: UUID | None = None


class VacateSeat(Command, frozen=True, kw_only=True):
    """Leave one's seat; or end somebody's sitting, by a decision."""

    seat: Seat
    decision_no: DecisionNo | None = None
    reason: Text


class AppointCoChair(Command, frozen=True, kw_only=True):
    """Make who sits in a seat the co-chair of that side."""

    seat: Seat
    decision_no: DecisionNo


class AppointCoordinator(Command, frozen=True, kw_only=True):
    """Make who sits in a seat the coordinator of the team."""

    team: Team
    seat: Seat
    decision_no: DecisionNo
