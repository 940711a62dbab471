"""The register of the Council: every seat with who it is for, who chairs and coordinates, and who sat there before."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council.events import council as e
from domain.council.vocabulary import Seat, Side
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text, Title
from projections.read_model import ReadModel, Stored, folds


class CouncilSeat(msgspec.Struct, frozen=True):
    """A seat; `since` is None while it is vacant. `coordinates` is the team whose coordinator sits there."""

    seat: Seat
    since: datetime | None = None
    organisation_id: UUID | None = None
    organisation_name: Title | None = None
    institution: str | None = None
    team: int | None = None
    co_chair: bool = False
    coordinates: int | None = None
    decision_no: str = ""
    election_id: UUID | None = None


class PastSitting(msgspec.Struct, frozen=True):
    """Who a seat was for, until when and why no more; `decision_no` is '' for whoever resigned."""

    seat: Seat
    since: datetime
    until: datetime
    organisation_id: UUID | None
    organisation_name: Title | None
    institution: str | None
    decision_no: str
    reason: Text


class SeatHolder(msgspec.Struct, frozen=True):
    """Who sits in a seat, by id."""

    seat: Seat
    person_id: UUID


class CouncilFacts(msgspec.Struct, frozen=True):
    """A Council as everybody sees it: its term, both days within, and every seat, by side and number."""

    tenant_id: int
    council_id: UUID
    version: int
    decision_no: str
    first_day: date
    last_day: date
    constituted_at: datetime
    changed_at: datetime
    teams: int
    vacant: int
    seats: tuple[CouncilSeat, ...]
    past: tuple[PastSitting, ...] = ()


class CouncilRow(CouncilFacts, frozen=True):
    """And who sits in them, for those who work with it."""

    holders: tuple[SeatHolder, ...] = ()


Row = CouncilRow


class CouncilRegister(ReadModel[CouncilRow]):
    """Folds Councils, in the national log."""

    name = "council_register"
    table = "council_register"
    row = CouncilRow
    key = ("council_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.CouncilConstituted, begins=True)
    def constituted(self, _row: None, event: Stored, told: e.CouncilConstituted) -> Row:
        """Every seat is vacant."""
        seats = tuple(
            CouncilSeat(Seat(side=side, number=number)) for side in Side for number in range(1, told.seats.of(side) + 1)
        )
        return Row(
            tenant_id=event.tenant_id,
            council_id=event.stream_id,
            version=event.version,
            decision_no=told.decision_no,
            first_day=told.first_day,
            last_day=told.last_day,
            constituted_at=event.occurred_at,
            changed_at=event.occurred_at,
            teams=told.seats.teams,
            vacant=len(seats),
            seats=seats,
        )

    @folds(e.SeatFilled)
    def filled(self, row: Row, event: Stored, told: e.SeatFilled) -> Row:
        """Vacant no more."""
        taken = CouncilSeat(
            told.seat,
            event.occurred_at,
            told.organisation_id,
            told.organisation_name,
            told.institution,
            told.team,
            decision_no=told.decision_no or "",
            election_id=told.election_id,
        )
        holders = (*row.holders, SeatHolder(told.seat, told.person_id))
        return replace(_with(row, taken), vacant=row.vacant - 1, holders=holders)

    @folds(e.SeatVacated)
    def vacated(self, row: Row, event: Stored, told: e.SeatVacated) -> Row:
        """Vacant again, and remembered."""
        left = _seat(row, told.seat)
        sat = PastSitting(
            told.seat,
            left.since or event.occurred_at,
            event.occurred_at,
            left.organisation_id,
            left.organisation_name,
            left.institution,
            told.decision_no or "",
            told.reason,
        )
        holders = tuple(one for one in row.holders if one.seat != told.seat)
        known = replace(row, vacant=row.vacant + 1, holders=holders, past=(*row.past, sat))
        return _with(known, CouncilSeat(told.seat))

    @folds(e.CoChairAppointed)
    def chaired(self, row: Row, _event: Stored, told: e.CoChairAppointed) -> Row:
        """One a side."""
        seats = tuple(
            replace(one, co_chair=one.seat == told.seat) if one.seat.side is told.seat.side else one
            for one in row.seats
        )
        return replace(row, seats=seats)

    @folds(e.CoordinatorAppointed)
    def coordinated(self, row: Row, _event: Stored, told: e.CoordinatorAppointed) -> Row:
        """One a team."""
        seats = tuple(replace(one, coordinates=_coordinates(one, told)) for one in row.seats)
        return replace(row, seats=seats)


def _coordinates(seat: CouncilSeat, told: e.CoordinatorAppointed) -> int | None:
    if seat.seat == told.seat:
        return told.team
    return None if seat.coordinates == told.team else seat.coordinates


def _seat(row: Row, seat: Seat) -> CouncilSeat:
    return next(one for one in row.seats if one.seat == seat)


def _with(row: Row, changed: CouncilSeat) -> Row:
    return replace(row, seats=tuple(changed if one.seat == changed.seat else one for one in row.seats))
