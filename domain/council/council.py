"""The Council: a term, the seats of both sides, who sits in them, who chairs and who coordinates a team."""

from typing import Self
from uuid import UUID

from domain.council import citations
from domain.council.commands.council import (
    AppointCoChair,
    AppointCoordinator,
    ConstituteCouncil,
    FillSeat,
    VacateSeat,
)
from domain.council.council_state import CouncilState
from domain.council.election import CouncilElection
from domain.council.events.council import (
    CoChairAppointed,
    CoordinatorAppointed,
    CouncilConstituted,
    SeatFilled,
    SeatVacated,
)
from domain.council.representing import ON_INSTITUTIONS, require_institution
from domain.council.saying import require_said
from domain.council.standing import SeatStanding
from domain.council.terms import Terms, require_term
from domain.council.vocabulary import Seats, Side
from domain.kernel.aggregate import creates, decides
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.text import Title

CSO_SEATS, INSTITUTION_SEATS, TEAMS = "council.seats.cso", "council.seats.institutions", "council.teams"


def _election(command: Command) -> UUID | None:
    return command.election_id if isinstance(command, FillSeat) else None


FOR_A_SEAT: References = {**ON_INSTITUTIONS, "election": (CouncilElection, _election)}


class Council(CouncilState):
    """Constituted for a term; its seats are filled and vacated one by one."""

    initial = CouncilConstituted
    REFERENCED = True

    @classmethod
    @creates(ConstituteCouncil, boundary=Terms)
    def constitute(cls, command: ConstituteCouncil, ctx: Context, stream_id: UUID) -> Self:
        """One at a time, with as many seats as the rules in force say."""
        ctx.tenant.require_national()
        require_term(command, ctx)
        ctx.folded(Terms).require_free(command.first_day, command.last_day)
        seats = Seats(
            cso=ctx.rules.number(CSO_SEATS),
            institutions=ctx.rules.number(INSTITUTION_SEATS),
            teams=ctx.rules.number(TEAMS),
        )
        event = CouncilConstituted(
            decision_no=command.decision_no, first_day=command.first_day, last_day=command.last_day, seats=seats
        )
        return cls.begin(ctx, stream_id, event)

    @decides(FillSeat, references=FOR_A_SEAT, register=(SeatStanding,))
    def fill(self, command: FillSeat, ctx: Context) -> None:
        """An empty seat, by a decision or an election, with somebody who does not sit yet, for who has no seat yet."""
        self.require_in_term(ctx)
        self.require_seat(command.seat)
        self._require_vacant(command)
        self._require_basis(command, ctx)
        self.require_team(command.team)
        event = SeatFilled(
            seat=command.seat,
            person_id=command.person_id,
            organisation_id=command.organisation_id,
            organisation_name=self._represented(command, ctx),
            institution=command.institution,
            team=command.team,
            decision_no=command.decision_no,
            election_id=command.election_id,
        )
        self.trigger(ctx, event)

    @decides(VacateSeat)
    def vacate(self, command: VacateSeat, ctx: Context) -> None:
        """By whoever sits there, or by the secretariat with a decision; a member ends nobody else's sitting."""
        holder = self.require_holder(command.seat)
        if holder.person_id != ctx.actor:
            if ctx.mandate.role == Role.COUNCIL_MEMBER:
                raise RuleViolated(
                    "council.seat.own",
                    N_("A member leaves their own seat and nobody else's."),
                    citation=citations.PROCEDURE,
                )
            if command.decision_no is None:
                raise InvalidValue("/decision_no", N_("Somebody else's sitting ends by a decision."))
        require_said(command.reason, "/reason", ctx)
        event = SeatVacated(
            seat=command.seat,
            person_id=holder.person_id,
            decision_no=command.decision_no,
            reason=command.reason,
        )
        self.trigger(ctx, event)

    @decides(AppointCoChair)
    def appoint_co_chair(self, command: AppointCoChair, ctx: Context) -> None:
        """One a side, who sits on that side; whoever was it before is it no more."""
        self.require_in_term(ctx)
        holder = self.require_holder(command.seat)
        event = CoChairAppointed(seat=command.seat, person_id=holder.person_id, decision_no=command.decision_no)
        self.trigger(ctx, event)

    @decides(AppointCoordinator)
    def appoint_coordinator(self, command: AppointCoordinator, ctx: Context) -> None:
        """One a team, of either side, who sits in that team."""
        self.require_in_term(ctx)
        self.require_team(command.team)
        holder = self.require_holder(command.seat)
        if holder.team != command.team:
            raise RuleViolated(
                "council.coordinator.team",
                N_("Only a member of team {team} coordinates it."),
                citation=citations.PROCEDURE,
                team=command.team,
            )
        event = CoordinatorAppointed(
            team=command.team, seat=command.seat, person_id=holder.person_id, decision_no=command.decision_no
        )
        self.trigger(ctx, event)

    def _require_vacant(self, command: FillSeat) -> None:
        if command.seat in self.holders:
            raise RuleViolated(
                "council.seat.vacant",
                N_("Somebody sits there; a seat is vacated before it is filled again."),
                citation=citations.PROCEDURE,
            )
        for holder in self.holders.values():
            if holder.person_id == command.person_id:
                raise _twice()
            if command.organisation_id is not None and holder.organisation_id == command.organisation_id:
                raise _twice()

    def _require_basis(self, command: FillSeat, ctx: Context) -> None:
        if (command.decision_no is None) is (command.election_id is None):
            raise InvalidValue("/decision_no", N_("A seat is filled by a decision or by an election."))
        if command.election_id is not None:
            election = ctx.reference("election", CouncilElection)
            election.require_elected(self._id, command.person_id, command.organisation_id)

    def _represented(self, command: FillSeat, ctx: Context) -> Title | None:
        """The organisation's name in the register; None for an institution, which is known by its slug."""
        cso = command.seat.side is Side.CSO
        if (command.organisation_id is None) is cso:
            raise InvalidValue("/organisation_id", N_("Civil society sits for organisations, and nobody else does."))
        if (command.institution is None) is not cso:
            raise InvalidValue("/institution", N_("The other side sits for institutions, and nobody else does."))
        if command.institution is not None:
            require_institution(command.institution, ctx)
            return None
        standing = ctx.registered(SeatStanding)
        standing.require_in_good_standing(local_day(ctx.now))
        return standing.name


def _twice() -> RuleViolated:
    return RuleViolated(
        "council.seat.once",
        N_("Nobody sits in the Council twice, and no organisation does."),
        citation=citations.PROCEDURE,
    )
