"""An election of civil society to the Council: nominations, candidates who accept, votes, and the count."""

from typing import Self
from uuid import UUID

from domain.council import citations
from domain.council.commands.election import (
    AcceptNomination,
    CancelElection,
    CountVotes,
    NominateCandidate,
    OpenElection,
    OpenVoting,
    WithdrawCandidacy,
)
from domain.council.council_state import CouncilState
from domain.council.election_parts import Candidate, ElectionStage, Vote, counted
from domain.council.events.election import (
    BallotCast,
    CandidacyWithdrawn,
    CandidateNominated,
    ElectionCancelled,
    ElectionCounted,
    ElectionLapsed,
    ElectionOpened,
    NominationAccepted,
    VotingOpened,
    election_tag,
)
from domain.council.saying import require_said
from domain.council.vocabulary import Side
from domain.kernel.aggregate import Aggregate, applies, creates, decides
from domain.kernel.command import Boundary, Command
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, deadline, local_day
from domain.kernel.errors import IllegalTransition, InvalidValue, NotPermitted, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.window import require_clock
from domain.organisations.standing import Standing

NOMINATIONS, VOTING = "council.election.nominations", "council.election.voting"
NAME = "public_name"
"""The field under which a candidate's name is sealed."""
NO_TIME_TO_NOMINATE = N_("Candidates could be named until {until}.")
NO_TIME_TO_VOTE = N_("Votes could be cast until {until}.")


class Ballots(Boundary):
    """Every ballot of an election."""

    def __init__(self) -> None:
        self.votes: list[Vote] = []

    @classmethod
    def tag(cls, stream_id: UUID, command: Command) -> str:
        """The boundary of the election that counts."""
        del command
        return election_tag(stream_id)

    def apply(self, stream_id: UUID, event: object) -> None:
        """One organisation's ballot."""
        del stream_id
        if isinstance(event, BallotCast):
            self.votes.append(Vote(event.organisation_id, event.candidates, event.receipt))


def _council(command: Command) -> UUID | None:
    return command.council_id if isinstance(command, OpenElection) else None


class CouncilElection(Aggregate):
    """nominations → voting → counted; lapsed without candidates, cancelled by a decision.

    `named` are the nominations that stand, in their order, `accepted` those of them who said yes; `candidates` can be
    named on a ballot, `elected` won a seat, from the most votes to the fewest.
    """

    initial = ElectionOpened
    REFERENCED = True

    @classmethod
    @creates(OpenElection, references={"council": (CouncilState, _council)})
    def open(cls, command: OpenElection, ctx: Context, stream_id: UUID) -> Self:
        """To seats of civil society that are vacant, for as many days as the rules ask for or more."""
        ctx.tenant.require_national()
        _require_vacant(command.seats, ctx.reference("council", CouncilState), ctx)
        days = _days(NOMINATIONS, command.nomination_days, "/nomination_days", ctx)
        event = ElectionOpened(
            council_id=command.council_id,
            seats=command.seats,
            decision_no=command.decision_no,
            nominations=deadline(ctx.rules[NOMINATIONS], ctx.now, "ElectionOpened", ctx.calendar, n=days),
            voting_days=_days(VOTING, command.voting_days, "/voting_days", ctx),
        )
        return cls.begin(ctx, stream_id, event)

    @decides(NominateCandidate, register=(Standing,))
    def nominate(self, command: NominateCandidate, ctx: Context) -> None:
        """One candidate an organisation, by its own representative, while nominations run."""
        if not ctx.mandate.acts_for(command.organisation_id):
            raise NotPermitted(command.name, (Role.CSO_DELEGATE,))
        self._require_nominations(command, ctx)
        standing = ctx.registered(Standing)
        standing.require_own_entry(command.organisation_id)
        standing.require_in_good_standing(local_day(ctx.now))
        if any(one.organisation_id == command.organisation_id for one in self.named.values()):
            raise RuleViolated(
                "council.nomination.once",
                N_("The organisation has named a candidate already, who has not withdrawn."),
                citation=citations.PROCEDURE,
            )
        if command.person_id in self.named:
            raise RuleViolated(
                "council.candidate.once",
                N_("Another organisation has named this candidate already."),
                citation=citations.PROCEDURE,
            )
        event = CandidateNominated(
            organisation_id=command.organisation_id, organisation_name=standing.name, person_id=command.person_id
        )
        self.trigger(ctx, event)

    @decides(AcceptNomination)
    def accept(self, command: AcceptNomination, ctx: Context) -> None:
        """By the candidate in person, once."""
        self._require_nominations(command, ctx)
        self._require_named(ctx)
        if ctx.actor in self.accepted:
            raise IllegalTransition(state="accepted", command=command.name)
        event = NominationAccepted(person_id=ctx.actor)
        self.trigger(ctx, event.about(Personal(ctx.actor, NAME, command.public_name)))

    @decides(WithdrawCandidacy)
    def withdraw(self, command: WithdrawCandidacy, ctx: Context) -> None:
        """By the candidate in person, while nominations run."""
        self._require_nominations(command, ctx)
        self._require_named(ctx)
        self.trigger(ctx, CandidacyWithdrawn(person_id=ctx.actor))

    @decides(OpenVoting)
    def open_voting(self, command: OpenVoting, ctx: Context) -> None:
        """When nominations are over: with whoever stands, or without anybody to nothing."""
        require_clock(command, ctx)
        self._require(command, ElectionStage.NOMINATIONS)
        self.nominations.require_over(ctx.now, N_("Candidates can be named until {until}."))
        if not self.accepted:
            self.trigger(ctx, ElectionLapsed())
            return
        voting = deadline(ctx.rules[VOTING], ctx.now, "VotingOpened", ctx.calendar, n=self.voting_days)
        self.trigger(ctx, VotingOpened(candidates=self.accepted, voting=voting))

    @decides(CountVotes, boundary=Ballots)
    def count(self, command: CountVotes, ctx: Context) -> None:
        """Every ballot there is, once nobody can vote any more."""
        voting = self.require_voting(command)
        voting.require_over(ctx.now, N_("Votes can be cast until {until}; they are counted after that."))
        votes = ctx.folded(Ballots).votes
        result = counted(self._id, self.candidates, votes, self.seats)
        self.trigger(ctx, ElectionCounted(ballots=len(votes), seed=result.seed, tallies=result.tallies))

    @decides(CancelElection)
    def cancel(self, command: CancelElection, ctx: Context) -> None:
        """By a decision, as long as it is not counted."""
        self._require(command, ElectionStage.NOMINATIONS, ElectionStage.VOTING)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, ElectionCancelled(decision_no=command.decision_no, reason=command.reason))

    @applies(ElectionOpened)
    def _opened(self, event: ElectionOpened) -> None:
        self.stage = ElectionStage.NOMINATIONS
        self.council_id, self.seats = event.council_id, event.seats
        self.nominations, self.voting_days = event.nominations, event.voting_days
        self.voting: Deadline | None = None
        self.named: dict[UUID, Candidate] = {}
        self.accepted: tuple[UUID, ...] = ()
        self.candidates: tuple[UUID, ...] = ()
        self.elected: tuple[UUID, ...] = ()

    @applies(CandidateNominated)
    def _nominated(self, event: CandidateNominated) -> None:
        self.named[event.person_id] = Candidate(event.person_id, event.organisation_id)

    @applies(NominationAccepted)
    def _accepted(self, event: NominationAccepted) -> None:
        self.accepted = (*self.accepted, event.person_id)

    @applies(CandidacyWithdrawn)
    def _withdrawn(self, event: CandidacyWithdrawn) -> None:
        del self.named[event.person_id]
        self.accepted = tuple(one for one in self.accepted if one != event.person_id)

    @applies(VotingOpened)
    def _voting(self, event: VotingOpened) -> None:
        self.stage, self.candidates, self.voting = ElectionStage.VOTING, event.candidates, event.voting

    @applies(ElectionLapsed)
    def _lapsed(self, _event: ElectionLapsed) -> None:
        self.stage = ElectionStage.LAPSED

    @applies(ElectionCounted)
    def _counted(self, event: ElectionCounted) -> None:
        self.stage = ElectionStage.COUNTED
        self.elected = tuple(one.person_id for one in event.tallies if one.elected)

    @applies(ElectionCancelled)
    def _cancelled(self, _event: ElectionCancelled) -> None:
        self.stage = ElectionStage.CANCELLED

    def require_voting(self, command: Command) -> Deadline:
        """Until when votes are cast. Raises: IllegalTransition while, or once, none are."""
        if self.stage is not ElectionStage.VOTING or self.voting is None:
            raise IllegalTransition(state=self.stage, command=command.name)
        return self.voting

    def require_elected(self, council_id: UUID, person_id: UUID, organisation_id: UUID | None) -> None:
        """Raises: RuleViolated unless that person was elected to the Council, for the organisation that named them."""
        named = self.named.get(person_id) if council_id == self.council_id else None
        if named is None or person_id not in self.elected or named.organisation_id != organisation_id:
            raise RuleViolated(
                "council.election.elected",
                N_("The election gave that person no seat of this Council, or for another organisation."),
                citation=citations.PROCEDURE,
            )

    def _require(self, command: Command, *stages: ElectionStage) -> None:
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def _require_nominations(self, command: Command, ctx: Context) -> None:
        self._require(command, ElectionStage.NOMINATIONS)
        self.nominations.require_running(ctx.now, NO_TIME_TO_NOMINATE)

    def _require_named(self, ctx: Context) -> None:
        if ctx.actor not in self.named:
            raise RuleViolated(
                "council.candidate.self",
                N_("Only whoever was nominated says whether they stand."),
                citation=citations.PROCEDURE,
            )


def _require_vacant(seats: int, council: CouncilState, ctx: Context) -> None:
    """Raises: RuleViolated where so many seats are not vacant, or the Council's term is over."""
    if local_day(ctx.now) > council.last_day:
        council.require_in_term(ctx)
    vacant = council.seats.cso - sum(seat.side is Side.CSO for seat in council.holders)
    if seats > vacant:
        raise RuleViolated(
            "council.election.seats",
            N_("{vacant} seats of civil society are vacant in the Council; no more can be elected."),
            citation=citations.PROCEDURE,
            vacant=vacant,
        )


def _days(rule: str, days: int | None, pointer: str, ctx: Context) -> int:
    """How many days were asked for, or the least. Raises: InvalidValue for fewer."""
    least = ctx.rules.number(rule)
    if days is not None and days < least:
        raise InvalidValue(pointer, N_("The rule {rule} asks for at least {least} days."), rule=rule, least=least)
    return least if days is None else days
