"""Random but plausible Councils, their meetings, resolutions and actions; the same seed tells the same ones."""

from collections.abc import Iterator
from uuid import UUID

from msgspec.structs import replace

from domain.council.events import council as e
from domain.council.events import meeting as f
from domain.council.vocabulary import ActionOutcome, Seat, Side, VoteChoice
from domain.kernel.event import Event
from tests.domain.council import examples as x
from tests.projections.interleaved import Interleaved, Turn

_ACTIONS: tuple[tuple[Event, ...], ...] = (
    (x.EVIDENCED, x.FULFILLED),
    (x.OVERDUE, x.EVIDENCED, replace(x.FULFILLED, late=True)),
    (x.OVERDUE, replace(x.FULFILLED, outcome=ActionOutcome.DROPPED, late=True)),
)


class CouncilByChance(Interleaved):
    """Who sits in the Council, what it resolves, and who does what because of that."""

    kind = "council"
    begins = 0.3

    def begun(self) -> Iterator[Turn]:
        """Mostly a meeting."""
        begun = self.drawn("begun", (self._council, self._called_off, *[self._meeting] * 4))
        return begun()

    def _council(self) -> Iterator[Turn]:
        """Seats are filled, given an office, left and filled again."""
        council = self.new_id("council")
        yield council, x.SEATED
        yield council, x.CHAIRED[len(x.SEATED) :]
        left = self.random.choice(x.ALL)
        person = x.person(left)
        yield council, (e.CoordinatorAppointed(team=1, seat=left, person_id=person, decision_no="8/2026"),)
        by = self.random.choice((None, "9/2026"))
        vacated = e.SeatVacated(seat=left, person_id=person, decision_no=by, reason=x.REASON)
        yield council, (vacated,)
        yield council, (x.filled(left, person_id=self.new_id("person"), election_id=self.new_id("election")),)

    def _called_off(self) -> Iterator[Turn]:
        meeting = self.new_id("meeting")
        yield meeting, (x.CALLED, x.AGENDA, f.MeetingCalledOff(reason=x.REASON))

    def _meeting(self) -> Iterator[Turn]:
        """One motion is decided, another one is not; what is resolved is acted on."""
        meeting, motion, lapsed = self.new_id("meeting"), self.new_id("motion"), self.new_id("motion")
        yield meeting, x.OPEN[:-1]
        yield meeting, (replace(x.TABLED, motion_id=motion), replace(x.TABLED, motion_id=lapsed, seat=None))
        adopted = self.drawn("adopted", (True, True, False))
        yield meeting, self._votes(motion, VoteChoice.FOR if adopted else VoteChoice.AGAINST)
        votes = (x.votes(Side.CSO, 0, 3), x.votes(Side.INSTITUTIONS, 3, 0))
        if adopted:
            number = f"{self.number}/2026"
            yield meeting, (replace(x.ADOPTED, resolution_id=motion, number=number, votes=votes),)
            yield from self._action(motion, number)
        else:
            yield meeting, (f.MotionRejected(motion_id=motion, votes=votes),)
        yield from self._over(meeting, lapsed)

    def _votes(self, motion: UUID, choice: VoteChoice) -> tuple[Event, ...]:
        """One has an interest, the others vote, some against the rest."""
        interested, *voting = self.random.sample(x.ALL, len(x.ALL))
        other = self.random.choice(list(VoteChoice))
        declared = f.VotingInterestDeclared(motion_id=motion, seat=interested)
        return declared, *x.cast(choice, *voting[1:], motion=motion), *x.cast(other, voting[0], motion=motion)

    def _action(self, resolution: UUID, number: str) -> Iterator[Turn]:
        action = self.new_id("action")
        yield action, (replace(x.ASSIGNED, resolution_id=resolution, resolution_number=number),)
        yield action, self.drawn("action", _ACTIONS)

    def _over(self, meeting: UUID, lapsed: UUID) -> Iterator[Turn]:
        """Held to its end, or left by too many; the minutes are signed by one side after the other."""
        if self.drawn("adjourned", (True, False, False)):
            left = tuple(map(_left, x.ALL[:2]))
            yield (
                meeting,
                (
                    *left,
                    f.MeetingAdjourned(lapsed=(lapsed,), minutes_by=x.MINUTES_BY),
                ),
            )
        else:
            yield meeting, (f.MeetingClosed(lapsed=(lapsed,), minutes_by=x.MINUTES_BY),)
        yield meeting, (x.DRAFTED, x.SIGNED[0])
        yield meeting, (x.SIGNED[1], replace(x.MINUTED, late=self.random.random() < 0.3))


def _left(seat: Seat) -> Event:
    return f.MemberLeft(seat=seat, person_id=x.person(seat))
