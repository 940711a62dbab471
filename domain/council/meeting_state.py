"""The state of a meeting: how each event changes it, who is there, and what was moved and voted."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council import citations
from domain.council.council import Council
from domain.council.events.meeting import (
    AgendaFixed,
    MeetingAdjourned,
    MeetingCalled,
    MeetingCalledOff,
    MeetingClosed,
    MeetingOpened,
    MemberArrived,
    MemberLeft,
    MinutesAdopted,
    MinutesDrafted,
    MinutesSigned,
    MotionRejected,
    MotionTabled,
    ResolutionAdopted,
    VoteCast,
    VotingInterestDeclared,
)
from domain.council.quorum import QUORUM, Roll
from domain.council.vocabulary import (
    MeetingStage,
    Minutes,
    MotionStage,
    ResolutionSubject,
    Seat,
    Seated,
    Side,
    VoteChoice,
)
from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command, References
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.manifest import Role
from domain.kernel.message import N_
from domain.kernel.text import Text, Title


def _named(command: Command) -> UUID:
    found: UUID = getattr(command, "council_id")  # noqa: B009 - of whichever command names one
    return found


ON_COUNCIL: References = {"council": (Council, _named)}
BEFORE = (MeetingStage.CALLED, MeetingStage.AGENDA_FIXED)


class Motion(msgspec.Struct, frozen=True, kw_only=True):
    """What was moved, with the votes on it by seat and the seats that do not vote."""

    title: Title
    text: Text
    subject: ResolutionSubject
    stage: MotionStage = MotionStage.TABLED
    votes: dict[Seat, VoteChoice] = {}
    interested: frozenset[Seat] = frozenset()


class MeetingState(Aggregate):
    """What a meeting remembers. `present` are those who came and did not leave; `roll` stands from the opening on.

    `draft` is the number of the newest draft of its minutes, 0 before there is one.
    """

    @applies(MeetingCalled)
    def _called(self, event: MeetingCalled) -> None:
        self.stage, self.council_id, self.team = MeetingStage.CALLED, event.council_id, event.team
        self.begins_at = event.begins_at
        self.present: frozenset[Seated] = frozenset()
        self.roll = Roll({})
        self.motions: dict[UUID, Motion] = {}

    @applies(AgendaFixed)
    def _fixed(self, _event: AgendaFixed) -> None:
        self.stage = MeetingStage.AGENDA_FIXED

    @applies(MeetingCalledOff)
    def _called_off(self, _event: MeetingCalledOff) -> None:
        self.stage = MeetingStage.CALLED_OFF

    @applies(MemberArrived)
    def _arrived(self, event: MemberArrived) -> None:
        self.present |= {Seated(seat=event.seat, person_id=event.person_id)}

    @applies(MemberLeft)
    def _left(self, event: MemberLeft) -> None:
        self.present -= {Seated(seat=event.seat, person_id=event.person_id)}

    @applies(MeetingOpened)
    def _opened(self, event: MeetingOpened) -> None:
        self.stage, self.roll = MeetingStage.OPEN, Roll.of(event.roll)

    @applies(MotionTabled)
    def _tabled(self, event: MotionTabled) -> None:
        self.motions[event.motion_id] = Motion(title=event.title, text=event.text, subject=event.subject)

    @applies(VotingInterestDeclared)
    def _interested(self, event: VotingInterestDeclared) -> None:
        motion = self.motions[event.motion_id]
        self.motions[event.motion_id] = replace(motion, interested=motion.interested | {event.seat})

    @applies(VoteCast)
    def _voted(self, event: VoteCast) -> None:
        motion = self.motions[event.motion_id]
        self.motions[event.motion_id] = replace(motion, votes={**motion.votes, event.seat: event.choice})

    @applies(ResolutionAdopted)
    def _adopted(self, event: ResolutionAdopted) -> None:
        self._decided(event.resolution_id, MotionStage.ADOPTED)

    @applies(MotionRejected)
    def _rejected(self, event: MotionRejected) -> None:
        self._decided(event.motion_id, MotionStage.REJECTED)

    @applies(MeetingAdjourned)
    def _adjourned(self, event: MeetingAdjourned) -> None:
        self._ended(MeetingStage.ADJOURNED, event)

    @applies(MeetingClosed)
    def _closed(self, event: MeetingClosed) -> None:
        self._ended(MeetingStage.HELD, event)

    @applies(MinutesDrafted)
    def _drafted(self, event: MinutesDrafted) -> None:
        self.stage, self.draft, self.minutes = MeetingStage.MINUTES_DRAFTED, event.draft, event.minutes
        self.signed: frozenset[Side] = frozenset()

    @applies(MinutesSigned)
    def _signed(self, event: MinutesSigned) -> None:
        self.signed |= {event.side}

    @applies(MinutesAdopted)
    def _minuted(self, _event: MinutesAdopted) -> None:
        self.stage = MeetingStage.MINUTES_ADOPTED

    def _ended(self, stage: MeetingStage, event: MeetingAdjourned | MeetingClosed) -> None:
        self.stage, self.minutes_by = stage, event.minutes_by
        self.draft, self.minutes = 0, Minutes()
        for motion_id in event.lapsed:
            self._decided(motion_id, MotionStage.LAPSED)

    def _decided(self, motion_id: UUID, stage: MotionStage) -> None:
        self.motions[motion_id] = replace(self.motions[motion_id], stage=stage)

    def require(self, command: Command, *stages: MeetingStage) -> None:
        """Raises: IllegalTransition in any other stage."""
        if self.stage not in stages:
            raise IllegalTransition(state=self.stage, command=command.name)

    def council(self, council_id: UUID, ctx: Context) -> Council:
        """The Council that meets. Raises: InvalidValue when the command names another one."""
        if council_id != self.council_id:
            raise InvalidValue("/council_id", N_("The meeting is another Council's."))
        return ctx.reference("council", Council)

    def require_quorum(self, ctx: Context) -> None:
        """Raises: RuleViolated when too few are there, from the start or since somebody left."""
        if not self.roll.quorate(self.present, ctx.rules):
            raise no_quorum(ctx, len(self.roll.there(self.present)), len(self.roll.seats))

    def require_begun(self, ctx: Context) -> None:
        """Raises: RuleViolated before the time for which it was called."""
        if ctx.now < self.begins_at:
            raise RuleViolated(
                "council.meeting.begins",
                N_("The meeting begins only at {begins_at}."),
                citation=citations.PROCEDURE,
                begins_at=self.begins_at.isoformat(),
            )

    def require_present(self, person_id: UUID) -> Seated:
        """Where the person sits. Raises: RuleViolated for whoever is not there."""
        found = next((one for one in self.present if one.person_id == person_id), None)
        if found is None:
            raise RuleViolated(
                "council.meeting.present",
                N_("Only a member who is at the meeting does this."),
                citation=citations.PROCEDURE,
            )
        return found

    def require_motion(self, motion_id: UUID) -> Motion:
        """A motion that is not decided. Raises: InvalidValue, RuleViolated."""
        motion = self.motions.get(motion_id)
        if motion is None:
            raise InvalidValue("/motion_id", N_("No such motion was tabled."))
        if motion.stage is not MotionStage.TABLED:
            raise RuleViolated(
                "council.vote.closed",
                N_("The vote is closed; the motion is {stage}."),
                citation=citations.PROCEDURE,
                stage=motion.stage,
            )
        return motion

    def undecided(self) -> dict[UUID, Motion]:
        """Motions that are still tabled."""
        return {key: motion for key, motion in self.motions.items() if motion.stage is MotionStage.TABLED}


def concerned(person_id: UUID | None, ctx: Context) -> UUID:
    """Whom the command is about: the actor, or who the secretariat names.

    Raises: RuleViolated when a member speaks for another one.
    """
    if person_id is None or person_id == ctx.actor:
        return ctx.actor
    if ctx.mandate.role != Role.COUNCIL_SECRETARY:
        raise RuleViolated(
            "council.meeting.own",
            N_("A member comes and goes for themselves; for others the secretariat says it."),
            citation=citations.PROCEDURE,
        )
    return person_id


def no_quorum(ctx: Context, there: int, seated: int) -> RuleViolated:
    """Too few are there."""
    return RuleViolated(
        QUORUM,
        N_("There is no quorum: {there} of {seated} members are there."),
        citation=ctx.rules[QUORUM].citation,
        there=there,
        seated=seated,
    )
