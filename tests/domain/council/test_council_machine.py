"""The Council in any order: seats filled and vacated, meetings in which people come, go, declare, vote and count.

What the machine believes of who sits and who is there it takes from the events alone, and counts by itself.
"""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from domain.council.commands import council as c
from domain.council.commands import meeting as m
from domain.council.council import Council
from domain.council.events import council as e
from domain.council.events import meeting as f
from domain.council.meeting import CouncilMeeting
from domain.council.meeting_state import BEFORE
from domain.council.vocabulary import MeetingStage, Minutes, Seat, Side, VoteChoice
from domain.kernel.command import Command
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from domain.kernel.rules import Rules
from domain.rules.shipped import shipped_rules
from tests.domain.council import examples as x
from tests.domain.council.test_council import INSTITUTIONS, standing
from tests.support.given import NATIONAL
from tests.support.world import MACHINE, World

PLACES = 3
SEATS = [Seat(side=side, number=number) for side in Side for number in range(1, PLACES + 1)]
PEOPLE = [derived_id("machine", "member", n) for n in range(8)]
ORGANISATIONS = [derived_id("machine", "organisation", n) for n in range(4)]
people, seats = st.sampled_from(PEOPLE), st.sampled_from(SEATS)
back = st.sampled_from([0, 0, 0, 1, 2])
choices = st.sampled_from([VoteChoice.FOR, VoteChoice.FOR, VoteChoice.AGAINST, VoteChoice.ABSTAIN])
Sits = tuple[Seat, UUID]


def small() -> Rules:
    """The rules in force, for a Council of three and three."""
    rules = shipped_rules("national")
    fewer = {key: replace(rules[key], value=PLACES) for key in ("council.seats.cso", "council.seats.institutions")}
    return replace(rules, by_key={**rules.by_key, **fewer})


class Room:
    """What the machine believes of one meeting."""

    def __init__(self) -> None:
        self.present: set[Sits] = set()
        self.roll: set[Sits] = set()
        self.votes: dict[UUID, dict[Seat, VoteChoice]] = {}
        self.interested: set[tuple[UUID, Seat]] = set()
        self.decided: set[UUID] = set()
        self.signed: dict[int, set[Side]] = {}

    def quorate(self) -> bool:
        there = self.present & self.roll
        parts = [list(Side), *([side] for side in Side)]
        return all(
            2 * sum(seat.side in part for seat, _ in there) > sum(seat.side in part for seat, _ in self.roll)
            for part in parts
        )


class CouncilMachine(RuleBasedStateMachine):
    """Drives a Council of six seats and eight people, from one meeting to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.sits: dict[Seat, UUID] = {}
        self.chairs: dict[Side, Seat] = {}
        self.rooms: dict[UUID, Room] = {}
        self.numbers: list[str] = []
        self.at = derived_id("machine", "meeting")

    def send(self, command: Command, stream: UUID, of: Any, by: UUID | None = None) -> tuple[Event, ...]:
        """By the secretariat, or by a member; what was accepted is checked and believed."""
        begins = isinstance(command, c.ConstituteCouncil | m.CallMeeting)
        if (stream in self.world.aggregates) == begins:
            return ()  # the append would refuse a second beginning, and there is nothing to decide on
        facts: dict[str, Any] = {"tenant": NATIONAL, "rules": small(), "mandate": x.SECRETARY}
        if by is not None:
            facts |= {"mandate": x.MEMBER, "actor": by}
        if isinstance(command, c.FillSeat):
            facts |= {"registers": (standing(),), "references": {"institutions": INSTITUTIONS}}
        events = self.world.send(command, stream, of, **facts)
        for event in events:
            self.believe(event, stream)
        return events

    def believe(self, event: Event, stream: UUID) -> None:
        match event:
            case e.SeatFilled():
                assert event.seat not in self.sits
                assert event.person_id not in self.sits.values()
                self.sits[event.seat] = event.person_id
            case e.SeatVacated():
                assert self.sits.pop(event.seat) == event.person_id
                self.chairs = {side: seat for side, seat in self.chairs.items() if seat != event.seat}
            case e.CoChairAppointed():
                assert self.sits[event.seat] == event.person_id
                self.chairs[event.seat.side] = event.seat
            case f.MeetingCalled():
                self.rooms[stream] = Room()
            case _ if stream in self.rooms:
                self.believe_of(self.rooms[stream], event)

    def believe_of(self, room: Room, event: Event) -> None:
        match event:
            case f.MemberArrived() | f.MemberLeft():
                room.present ^= {(event.seat, event.person_id)}
            case f.MeetingOpened():
                room.roll = {(one.seat, one.person_id) for one in event.roll}
                assert dict(room.roll) == self.sits
                assert room.quorate()
            case f.MotionTabled():
                room.votes[event.motion_id] = {}
            case f.VotingInterestDeclared():
                assert event.seat not in room.votes[event.motion_id]
                room.interested.add((event.motion_id, event.seat))
            case f.VoteCast():
                self.believe_vote(room, event)
            case f.ResolutionAdopted() | f.MotionRejected():
                self.believe_count(room, event)
            case f.MinutesSigned():
                room.signed.setdefault(event.draft, set()).add(event.side)
                assert self.sits[self.chairs[event.side]] == event.person_id
            case f.MinutesAdopted():
                assert room.signed[event.draft] == set(Side)
            case f.MeetingAdjourned():
                assert not (room.roll and room.quorate())
                assert set(event.lapsed) == set(room.votes) - room.decided
            case f.MeetingClosed():
                assert set(event.lapsed) == set(room.votes) - room.decided
                assert not any(room.votes[motion] for motion in event.lapsed)

    @staticmethod
    def believe_vote(room: Room, event: f.VoteCast) -> None:
        """Once, with a quorum, before the count, by who is there, sat there at the opening and declared nothing."""
        assert room.quorate()
        assert event.motion_id not in room.decided
        assert (event.motion_id, event.seat) not in room.interested
        assert event.seat in {seat for seat, _ in room.present & room.roll}
        assert event.seat not in room.votes[event.motion_id]
        room.votes[event.motion_id][event.seat] = event.choice

    def believe_count(self, room: Room, event: f.ResolutionAdopted | f.MotionRejected) -> None:
        """Once, with a quorum, and as the votes were."""
        adopted = isinstance(event, f.ResolutionAdopted)
        motion = event.resolution_id if isinstance(event, f.ResolutionAdopted) else event.motion_id
        assert room.quorate()
        assert motion not in room.decided
        room.decided.add(motion)
        votes = Counter(room.votes[motion].values())
        assert adopted == (votes[VoteChoice.FOR] > votes[VoteChoice.AGAINST])
        for side in event.votes:
            cast = Counter(choice for seat, choice in room.votes[motion].items() if seat.side is side.side)
            assert (side.in_favour, side.against, side.abstained) == tuple(cast[choice] for choice in VoteChoice)
            assert side.in_favour + side.against + side.abstained + side.interested <= side.seated
        if isinstance(event, f.ResolutionAdopted):
            self.numbers.append(event.number)

    @property
    def stage(self) -> MeetingStage | None:
        """Where the newest meeting stands."""
        held = self.world.aggregates.get(self.at)
        return held.stage if isinstance(held, CouncilMeeting) else None

    @initialize()
    def constitute(self) -> None:
        constituted = c.ConstituteCouncil(decision_no="05/96", first_day=x.TERM[0], last_day=x.TERM[1])
        assert self.send(constituted, x.COUNCIL, Council)
        for n, seat in enumerate(SEATS):
            self.fill(seat, PEOPLE[n], n % len(ORGANISATIONS))
        for side in Side:
            self.chair(Seat(side=side, number=1))
        self.meet(set())

    @rule(seat=seats, person=people, organisation=st.integers(0, len(ORGANISATIONS) - 1))
    def fill(self, seat: Seat, person: UUID, organisation: int) -> None:
        whom: dict[str, Any] = {"institution": "mflt"}
        if seat.side is Side.CSO:
            whom = {"organisation_id": ORGANISATIONS[organisation]}
        self.send(c.FillSeat(seat=seat, person_id=person, decision_no="7/2026", **whom), x.COUNCIL, Council)

    @rule(seat=seats, by=st.none() | people)
    def vacate(self, seat: Seat, by: UUID | None) -> None:
        vacated = self.send(c.VacateSeat(seat=seat, decision_no="9/2026", reason=x.REASON), x.COUNCIL, Council, by)
        for event in vacated:
            assert isinstance(event, e.SeatVacated)
            assert by in (None, event.person_id)

    @rule(seat=seats)
    def chair(self, seat: Seat) -> None:
        self.send(c.AppointCoChair(seat=seat, decision_no="8/2026"), x.COUNCIL, Council)

    @precondition(lambda self: self.stage not in (*BEFORE, MeetingStage.OPEN))
    @rule(absent=st.sets(people, max_size=2))
    def meet(self, absent: set[UUID]) -> None:
        """Everybody comes but some."""
        self.at = derived_id("machine", "meeting", len(self.rooms))
        begins = self.world.now + timedelta(days=14)
        call = m.CallMeeting(council_id=x.COUNCIL, title=x.CALLED.title, begins_at=begins, venue=x.CALLED.venue)
        assert self.hold(call)
        assert self.hold(m.FixAgenda(items=x.AGENDA.items))
        assert not self.hold(m.OpenMeeting(council_id=x.COUNCIL))
        self.world.wait(timedelta(days=14))
        for person in PEOPLE:
            if person not in absent:
                self.attend(person)
        self.open()
        self.table()

    def hold(self, command: Command, by: UUID | None = None) -> tuple[Event, ...]:
        """In the newest meeting."""
        return self.send(command, self.at, CouncilMeeting, by)

    @rule(person=people)
    def attend(self, person: UUID) -> None:
        for event in self.hold(m.AttendMeeting(council_id=x.COUNCIL), person):
            assert isinstance(event, f.MemberArrived)
            assert (event.seat, person) in (self.rooms[self.at].roll or set(self.sits.items()))

    @rule(person=people, other=people)
    def leave(self, person: UUID, other: UUID) -> None:
        self.hold(m.LeaveMeeting(), person)
        if other != person:
            assert not self.hold(m.LeaveMeeting(person_id=other), person)

    @rule()
    def open(self) -> None:
        self.hold(m.OpenMeeting(council_id=x.COUNCIL))

    @rule()
    def table(self) -> None:
        self.hold(m.TableMotion(title=x.NAMED, text=x.WORDS, subject=x.SUBJECT))

    def motion(self, n: int) -> UUID:
        """One that was tabled there, or none."""
        tabled = list(self.rooms[self.at].votes) if self.at in self.rooms else []
        return tabled[-1 - n % len(tabled)] if tabled else self.at

    @rule(person=people, n=back)
    def declare(self, person: UUID, n: int) -> None:
        self.hold(m.DeclareVotingInterest(motion_id=self.motion(n)), person)

    @precondition(lambda self: self.stage is MeetingStage.OPEN)
    @rule(votes=st.lists(st.tuples(people, choices), min_size=4, max_size=12), n=back, count=st.booleans())
    def vote(self, votes: list[tuple[UUID, VoteChoice]], n: int, count: bool) -> None:
        for person, choice in votes:  # some of them twice
            self.hold(m.VoteOnMotion(motion_id=self.motion(n), choice=choice), person)
        if count:
            self.count(n)

    @precondition(lambda self: self.stage is MeetingStage.OPEN)
    @rule(n=back)
    def count(self, n: int) -> None:
        self.hold(m.CloseVote(motion_id=self.motion(n)))

    @rule(close=st.booleans())
    def end(self, close: bool) -> None:
        self.hold(m.CloseMeeting() if close else m.AdjournMeeting(council_id=x.COUNCIL))

    @rule(draft=st.booleans(), number=st.integers(1, 2), signers=st.sets(seats, max_size=3))
    def minute(self, draft: bool, number: int, signers: set[Seat]) -> None:
        if draft:
            self.hold(m.DraftMinutes(minutes=Minutes(text=x.WORDS)))
        for person in [self.sits[one] for one in (*signers, *self.chairs.values()) if one in self.sits]:
            self.hold(m.SignMinutes(council_id=x.COUNCIL, draft=number), person)

    @invariant()
    def resolutions_are_numbered_without_a_gap(self) -> None:
        by_year = Counter(number.partition("/")[2] for number in self.numbers)
        assert sorted(self.numbers) == sorted(f"{n + 1}/{year}" for year, many in by_year.items() for n in range(many))

    @invariant()
    def the_council_is_what_its_events_made_of_it(self) -> None:
        council = self.world.aggregates.get(x.COUNCIL)
        if isinstance(council, Council):
            assert {one.seat: one.person_id for one in council.seated()} == self.sits
            assert council.co_chairs == self.chairs
            held = [one.organisation_id for one in council.holders.values() if one.organisation_id]
            assert len(held) == len(set(held))

    @invariant()
    def what_is_over_stays_over(self) -> None:
        for meeting, room in self.rooms.items():
            held = self.world.aggregates[meeting]
            assert isinstance(held, CouncilMeeting)
            if held.stage in (MeetingStage.HELD, MeetingStage.ADJOURNED):
                assert not held.undecided()
            assert {key for key, one in held.motions.items() if one.stage in ("adopted", "rejected")} == room.decided

    def teardown(self) -> None:
        """Everything is what its stored events make of it."""
        self.world.check_replay()


CouncilMachine.TestCase.settings = MACHINE
TestCouncil = CouncilMachine.TestCase
