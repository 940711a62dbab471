"""An election in any order of commands, of time and of standing: one vote each, in time, and the count is theirs."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from domain.council.ballot import Ballot, Voted
from domain.council.commands import election as c
from domain.council.commands.council import ConstituteCouncil
from domain.council.council import Council
from domain.council.election import CouncilElection
from domain.council.election_parts import ElectionStage
from domain.council.events import election as e
from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from tests.domain.council import voting as x
from tests.domain.council.examples import CLOCK, SECRETARY
from tests.domain.organisations import examples as o
from tests.support.given import NATIONAL
from tests.support.world import MACHINE, World

S = ElectionStage
WAYS: dict[str, set[str]] = {
    S.NOMINATIONS: {S.VOTING, S.LAPSED, S.CANCELLED},
    S.VOTING: {S.COUNTED, S.CANCELLED},
    S.COUNTED: set(),
    S.LAPSED: set(),
    S.CANCELLED: set(),
}
ELECTION, COUNCIL = derived_id("machine", "election"), derived_id("machine", "council")
VOTERS = tuple(derived_id("machine", "organisation", n) for n in range(4))
PEOPLE = tuple(derived_id("machine", "person", n) for n in range(4))
voters, people = st.sampled_from(VOTERS), st.sampled_from(PEOPLE)


class Electing(RuleBasedStateMachine):
    """Four organisations, four people; nobody of the organisations is more than its delegate."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.good: set[Any] = set()
        self.votes: dict[Any, tuple[Any, ...]] = {}
        self.stages: list[str] = [S.NOMINATIONS]

    @initialize(stand=st.sampled_from((3, 2, 1, 0)), voting=st.sampled_from((True, True, False)))
    def begin(self, stand: int, voting: bool) -> None:
        """A Council, its election, and organisations of which all but the last are verified.

        Some have named somebody, and votes may be cast already.
        """
        term = ConstituteCouncil(decision_no="05/96", first_day=date(2026, 1, 1), last_day=date(2028, 12, 31))
        self._send(term, COUNCIL, Council)
        opened = c.OpenElection(council_id=COUNCIL, seats=2, decision_no="4/2026")
        assert self._send(opened, ELECTION, CouncilElection)
        for one in VOTERS:
            self.world.log.append((one, o.claimed(organisation_id=one).stamp(one, 1, self.world.now)))
            if one != VOTERS[-1]:
                self.world.log.append((one, o.verified(one).stamp(one, 2, self.world.now)))
                self.good.add(one)
        for voter, person in list(zip(VOTERS, PEOPLE, strict=True))[:stand]:
            self.nominate(voter, person)
            self.answer(person, withdraws=0)
        if voting:
            self.open_the_vote(early=False)
            self.stages += [one for one in (self.election.stage,) if one is not S.NOMINATIONS]

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.world.wait(timedelta(hours=hours))

    @rule(voter=voters)
    def turn(self, voter: Any) -> None:
        """An organisation loses its good standing, or has it again."""
        told = o.SUSPENDED if voter in self.good else o.REINSTATED
        if voter == VOTERS[-1]:
            return
        version = 1 + sum(stream == voter for stream, _ in self.world.log)
        self.world.log.append((voter, replace(told, organisation_id=voter).stamp(voter, version, self.world.now)))
        self.good ^= {voter}

    @precondition(lambda self: self.stage is not S.VOTING)
    @rule(voter=voters, person=people)
    def nominate(self, voter: Any, person: Any) -> None:
        """By its delegate."""
        named = c.NominateCandidate(organisation_id=voter, person_id=person)
        if self._send(named, ELECTION, CouncilElection, mandate=x.delegate(voter)):
            assert voter in self.good
            assert self._running("nominations")

    @precondition(lambda self: self.stage is not S.VOTING)
    @rule(person=people, withdraws=st.integers(0, 9))
    def answer(self, person: Any, withdraws: int) -> None:
        """A candidate says yes, or now and then no."""
        command: Command = c.WithdrawCandidacy() if withdraws == 9 else c.AcceptNomination(public_name="Ana")
        self._send(command, ELECTION, CouncilElection, mandate=x.PERSON, actor=person)

    @precondition(lambda self: self.stage is not S.VOTING)
    @rule(early=st.booleans())
    def open_the_vote(self, early: bool) -> None:
        """By the clock, when it is time or before."""
        if not early and self._running("nominations"):
            self.world.now = self.election.nominations.due_at
        if self._send(c.OpenVoting(), ELECTION, CouncilElection, mandate=CLOCK):
            assert not self._running("nominations")

    @precondition(lambda self: self.stage is not S.NOMINATIONS)
    @rule(
        voter=voters,
        chosen=st.lists(st.sampled_from(PEOPLE[:3]), min_size=1, max_size=2) | st.lists(people, min_size=1, max_size=4),
        by=st.integers(0, 9),
    )
    def vote(self, voter: Any, chosen: list[Any], by: int) -> None:
        """By its own delegate, or now and then by another's; of one's own or of others."""
        command = c.CastVote(election_id=ELECTION, organisation_id=voter, candidates=tuple(chosen))
        stream = Ballot.settled_id(1, command)
        assert stream is not None
        delegate = x.delegate(VOTERS[0] if by == 9 else voter)
        if stream in self.world.aggregates:
            assert voter in self.votes
            assert self.world.folded(Voted, stream, command).begun
            return
        running = self._running("voting")
        if self._send(command, stream, Ballot, mandate=delegate):
            assert running
            assert voter in self.good
            assert by != 9 or voter == VOTERS[0]
            assert voter not in self.votes
            assert len(set(chosen)) == len(chosen) <= self.election.seats
            assert set(chosen) <= set(self.election.candidates)
            self.votes[voter] = tuple(chosen)

    @precondition(lambda self: self.stage is not S.NOMINATIONS)
    @rule(late=st.sampled_from((False, False, False, False, True)))
    def count(self, late: bool) -> None:
        """By the clock, when it is time or before; what is counted is what was cast."""
        if late and self._running("voting") and self.election.voting is not None:
            self.world.now = self.election.voting.due_at
        events = self._send(c.CountVotes(), ELECTION, CouncilElection, mandate=CLOCK)
        if events:
            (told,) = events
            assert isinstance(told, e.ElectionCounted)
            assert told.ballots == len(self.votes)
            named = Counter(one for chosen in self.votes.values() for one in chosen)
            assert {one.person_id: one.votes for one in told.tallies} == {
                one: named[one] for one in self.election.candidates
            }
            elected = [one.votes for one in told.tallies if one.elected]
            others = [one.votes for one in told.tallies if not one.elected]
            assert len(elected) == min(self.election.seats, sum(one > 0 for one in named.values()))
            assert min(elected, default=0) >= max(others, default=0) or not elected

    @rule(chance=st.integers(0, 30))
    def cancel(self, chance: int) -> None:
        """Now and then."""
        if chance == 30:
            self._send(x.CANCEL, ELECTION, CouncilElection)

    @invariant()
    def stages_follow_only_the_ways_there_are(self) -> None:
        """One after the other."""
        if ELECTION in self.world.aggregates and self.election.stage != self.stages[-1]:
            assert self.election.stage in WAYS[self.stages[-1]]
            self.stages.append(self.election.stage)

    @property
    def election(self) -> CouncilElection:
        """As it stands."""
        found = self.world.aggregates[ELECTION]
        assert isinstance(found, CouncilElection)
        return found

    @property
    def stage(self) -> ElectionStage:
        """Where it stands."""
        return self.election.stage

    def teardown(self) -> None:
        """Every aggregate is what its stored events make of it."""
        self.world.check_replay()

    def _running(self, which: str) -> bool:
        """Whether nominations, or votes, are taken."""
        due = self.election.nominations if which == "nominations" else self.election.voting
        return self.election.stage == which and due is not None and self.world.now < due.due_at

    def _send(self, command: Command, stream: Any, of: Any, **facts: Any) -> Any:
        known: dict[str, Any] = {"tenant": NATIONAL, "mandate": SECRETARY}
        return self.world.send(command, stream, of, **(known | facts))


Electing.TestCase.settings = MACHINE
TestElecting = Electing.TestCase
