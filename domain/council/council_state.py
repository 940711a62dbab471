"""The state of the Council: how each event changes it, and what others ask of it."""

from uuid import UUID

import msgspec

from domain.council import citations
from domain.council.events.council import (
    CoChairAppointed,
    CoordinatorAppointed,
    CouncilConstituted,
    SeatFilled,
    SeatVacated,
)
from domain.council.vocabulary import Seat, Seated, Side, Team
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who sits in a seat, by id, for whom, and in which team."""

    person_id: UUID
    organisation_id: UUID | None
    institution: str | None
    team: Team | None


class CouncilState(Aggregate):
    """What the Council remembers. `holders` by seat; an office belongs to a seat and goes with who sits there."""

    @applies(CouncilConstituted)
    def _constituted(self, event: CouncilConstituted) -> None:
        self.first_day, self.last_day, self.seats = event.first_day, event.last_day, event.seats
        self.holders: dict[Seat, Holder] = {}
        self.co_chairs: dict[Side, Seat] = {}
        self.coordinators: dict[Team, Seat] = {}

    @applies(SeatFilled)
    def _filled(self, event: SeatFilled) -> None:
        self.holders[event.seat] = Holder(
            person_id=event.person_id,
            organisation_id=event.organisation_id,
            institution=event.institution,
            team=event.team,
        )

    @applies(SeatVacated)
    def _vacated(self, event: SeatVacated) -> None:
        del self.holders[event.seat]
        self.co_chairs = {side: seat for side, seat in self.co_chairs.items() if seat != event.seat}
        self.coordinators = {team: seat for team, seat in self.coordinators.items() if seat != event.seat}

    @applies(CoChairAppointed)
    def _chaired(self, event: CoChairAppointed) -> None:
        self.co_chairs[event.seat.side] = event.seat

    @applies(CoordinatorAppointed)
    def _coordinated(self, event: CoordinatorAppointed) -> None:
        self.coordinators[event.team] = event.seat

    def seated(self, team: Team | None = None) -> tuple[Seated, ...]:
        """Who sits in it, or in one of its teams, by side and number."""
        return tuple(
            Seated(seat=seat, person_id=holder.person_id)
            for seat, holder in sorted(self.holders.items(), key=lambda one: (one[0].side, one[0].number))
            if team is None or holder.team == team
        )

    def require_in_term(self, ctx: Context) -> None:
        """Raises: RuleViolated on a day that is not of its term."""
        if not self.first_day <= local_day(ctx.now) <= self.last_day:
            raise RuleViolated(
                "council.term.over",
                N_("The Council's term runs from {first} to {last}."),
                citation=citations.COUNCIL,
                first=self.first_day.isoformat(),
                last=self.last_day.isoformat(),
            )

    def require_seat(self, seat: Seat) -> None:
        """Raises: InvalidValue for a seat that there is not."""
        if seat.number > self.seats.of(seat.side):
            raise InvalidValue("/seat/number", N_("The side has {seats} seats."), seats=self.seats.of(seat.side))

    def require_team(self, team: Team | None) -> None:
        """Raises: InvalidValue for a team that there is not."""
        if team is not None and team > self.seats.teams:
            raise InvalidValue("/team", N_("The Council has {teams} teams."), teams=self.seats.teams)

    def require_holder(self, seat: Seat) -> Holder:
        """Who sits there. Raises: RuleViolated for a vacant seat."""
        self.require_seat(seat)
        holder = self.holders.get(seat)
        if holder is None:
            raise RuleViolated("council.seat.filled", N_("Nobody sits there."), citation=citations.PROCEDURE)
        return holder

    def holder_of(self, person_id: UUID) -> Holder | None:
        """Where the person sits; None for whoever does not."""
        return next((holder for holder in self.holders.values() if holder.person_id == person_id), None)

    def require_co_chair(self, person_id: UUID) -> Side:
        """For which side the person chairs it. Raises: RuleViolated for whoever is no co-chair."""
        for side, seat in self.co_chairs.items():
            if self.holders[seat].person_id == person_id:
                return side
        raise RuleViolated(
            "council.co_chair", N_("Only the co-chairs of the Council do this."), citation=citations.PROCEDURE
        )
