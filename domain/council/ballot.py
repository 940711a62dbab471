"""A ballot: what one organisation votes in an election of the Council, open to everybody, with a receipt."""

from typing import Self
from uuid import UUID

from domain.council import citations
from domain.council.commands.election import CastVote
from domain.council.election import NO_TIME_TO_VOTE, CouncilElection
from domain.council.events.election import BallotCast, ballot_id, voter_tag
from domain.kernel.aggregate import Aggregate, applies, creates
from domain.kernel.command import Command, Once, References
from domain.kernel.context import Context
from domain.kernel.deadline import local_day
from domain.kernel.errors import InvalidValue, NotPermitted, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.receipt import receipt_code
from domain.organisations.standing import Standing


class Voted(Once):
    """Whether the organisation has voted."""

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the voter in the election that the command names."""
        del stream_id
        if not isinstance(command, CastVote):
            raise TypeError(command)
        return voter_tag(command.election_id, command.organisation_id)


def _election(command: Command) -> UUID | None:
    return command.election_id if isinstance(command, CastVote) else None


IN_ELECTION: References = {"election": (CouncilElection, _election)}


class Ballot(Aggregate):
    """Cast once and for good. The stream follows from election and organisation: nobody has two."""

    initial = BallotCast

    @classmethod
    def settled_id(cls, tenant_id: int, command: Command) -> UUID | None:
        """An organisation has one ballot in an election."""
        del tenant_id
        return ballot_id(command.election_id, command.organisation_id) if isinstance(command, CastVote) else None

    @classmethod
    @creates(CastVote, references=IN_ELECTION, boundary=Voted, register=(Standing,))
    def cast(cls, command: CastVote, ctx: Context, stream_id: UUID) -> Self:
        """In time, by a representative whom the organisation itself mandated, and in good standing on that day."""
        if not ctx.mandate.acts_for(command.organisation_id):
            raise NotPermitted(command.name, (Role.CSO_DELEGATE,))
        election = ctx.reference("election", CouncilElection)
        election.require_voting(command).require_running(ctx.now, NO_TIME_TO_VOTE)
        standing = ctx.registered(Standing)
        standing.require_own_entry(command.organisation_id)
        standing.require_in_good_standing(local_day(ctx.now))
        if ctx.folded(Voted).begun:
            raise RuleViolated(
                "council.vote.once",
                N_("The organisation has voted already; a vote is cast once and stays as it is."),
                citation=citations.PROCEDURE,
            )
        _require_choice(command.candidates, election)
        event = BallotCast(
            election_id=command.election_id,
            organisation_id=command.organisation_id,
            organisation_name=standing.name,
            candidates=command.candidates,
            receipt=receipt_code(ctx.new_secret()),
        )
        return cls.begin(ctx, stream_id, event)

    @applies(BallotCast)
    def _cast(self, event: BallotCast) -> None:
        self.election_id, self.organisation_id, self.candidates = (
            event.election_id,
            event.organisation_id,
            event.candidates,
        )


def _require_choice(candidates: tuple[UUID, ...], election: CouncilElection) -> None:
    if len(candidates) > election.seats:
        raise InvalidValue("/candidates", N_("A ballot names at most {seats} candidates."), seats=election.seats)
    for place, one in enumerate(candidates):
        pointer, person = f"/candidates/{place}", str(one)
        if one not in election.candidates:
            raise InvalidValue(pointer, N_("{person} is no candidate of this election."), person=person)
        if one in candidates[:place]:
            raise InvalidValue(pointer, N_("{person} is named twice."), person=person)
