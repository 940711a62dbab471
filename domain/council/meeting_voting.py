"""A meeting in session: who is there, what is moved, who votes how, and what is adopted."""

from domain.council import citations
from domain.council.commands.meeting import (
    AttendMeeting,
    CloseVote,
    DeclareVotingInterest,
    LeaveMeeting,
    OpenMeeting,
    TableMotion,
    VoteOnMotion,
)
from domain.council.events.meeting import (
    MeetingOpened,
    MemberArrived,
    MemberLeft,
    MotionRejected,
    MotionTabled,
    ResolutionAdopted,
    VoteCast,
    VotingInterestDeclared,
)
from domain.council.meeting_calling import Calling
from domain.council.meeting_state import BEFORE, ON_COUNCIL, Motion, concerned, no_quorum
from domain.council.numbering import Numbering
from domain.council.quorum import Roll, adopted
from domain.council.saying import require_said
from domain.council.vocabulary import MeetingStage, ResolutionKind, ResolutionSubject, Seat, Seated
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.event import Personal
from domain.kernel.manifest import Role
from domain.kernel.message import N_

_SESSION = (*BEFORE, MeetingStage.OPEN)


class Voting(Calling):
    """Decisions of those who are there."""

    @decides(AttendMeeting, references=ON_COUNCIL)
    def attend(self, command: AttendMeeting, ctx: Context) -> None:
        """Who sits in the Council, or in the team that meets; once it is open, who sat in it then."""
        self.require(command, *_SESSION)
        person_id = concerned(command.person_id, ctx)
        council = self.council(command.council_id, ctx)
        sitting = self.roll.seats.values() if self.stage is MeetingStage.OPEN else council.seated(self.team)
        seated = next((one for one in sitting if one.person_id == person_id), None)
        if seated is None:
            raise RuleViolated(
                "council.meeting.seated", N_("Only who sits in what meets attends it."), citation=citations.PROCEDURE
            )
        if seated in self.present:
            raise IllegalTransition(state="present", command=command.name)
        self.trigger(ctx, MemberArrived(seat=seated.seat, person_id=person_id))

    @decides(LeaveMeeting)
    def leave(self, command: LeaveMeeting, ctx: Context) -> None:
        """At any time; whether a quorum is left, shows at what is asked next."""
        self.require(command, *_SESSION)
        seated = self.require_present(concerned(command.person_id, ctx))
        self.trigger(ctx, MemberLeft(seat=seated.seat, person_id=seated.person_id))

    @decides(OpenMeeting, references=ON_COUNCIL)
    def open(self, command: OpenMeeting, ctx: Context) -> None:
        """Not before its time nor after the Council's, with an agenda and a quorum."""
        self.require(command, MeetingStage.AGENDA_FIXED)
        self.require_begun(ctx)
        council = self.council(command.council_id, ctx)
        council.require_in_term(ctx)
        seated = council.seated(self.team)
        roll = Roll.of(seated)
        there = len(roll.there(self.present))
        if not roll.quorate(self.present, ctx.rules):
            raise no_quorum(ctx, there, len(seated))
        self.trigger(ctx, MeetingOpened(roll=seated, present=there))

    @decides(TableMotion)
    def table(self, command: TableMotion, ctx: Context) -> None:
        """By a member who is there, or by the secretariat; a team decides nothing that other logs act on."""
        self.require(command, *_SESSION)
        seat = None if ctx.mandate.role == Role.COUNCIL_SECRETARY else self.require_present(ctx.actor).seat
        require_said(command.title, "/title", ctx)
        require_said(command.text, "/text", ctx)
        self._require_subject(command.subject)
        event = MotionTabled(
            motion_id=ctx.new_id(), title=command.title, text=command.text, subject=command.subject, seat=seat
        )
        self.trigger(ctx, event)

    @decides(DeclareVotingInterest)
    def declare(self, command: DeclareVotingInterest, ctx: Context) -> None:
        """Before one votes, and once."""
        self.require(command, *_SESSION)
        motion, seated = self.require_motion(command.motion_id), self.require_present(ctx.actor)
        self._require_silent(motion, seated.seat)
        event = VotingInterestDeclared(motion_id=command.motion_id, seat=seated.seat)
        if command.detail is not None:
            event.about(Personal(ctx.actor, "interest", command.detail))
        self.trigger(ctx, event)

    @decides(VoteOnMotion)
    def vote(self, command: VoteOnMotion, ctx: Context) -> None:
        """In an open meeting with a quorum, on an open motion, once, and not who declared an interest."""
        self.require(command, MeetingStage.OPEN)
        motion, seated = self.require_motion(command.motion_id), self._require_on_roll(ctx)
        self._require_silent(motion, seated.seat)
        self.require_quorum(ctx)
        self.trigger(ctx, VoteCast(motion_id=command.motion_id, seat=seated.seat, choice=command.choice))

    @decides(CloseVote, boundary=Numbering)
    def close_vote(self, command: CloseVote, ctx: Context) -> None:
        """With a quorum; by the majority that the rule asks for the motion is a resolution, with the next number."""
        self.require(command, MeetingStage.OPEN)
        motion = self.require_motion(command.motion_id)
        self.require_quorum(ctx)
        votes = self.roll.counted(motion.votes, motion.interested)
        there = set(self.roll.there(self.present)) - motion.interested
        if not adopted(votes, len(there), ctx.rules):
            self.trigger(ctx, MotionRejected(motion_id=command.motion_id, votes=votes))
            return
        event = ResolutionAdopted(
            resolution_id=command.motion_id,
            number=ctx.folded(Numbering).following(ctx.now),
            subject=motion.subject,
            title=motion.title,
            text=motion.text,
            votes=votes,
        )
        self.trigger(ctx, event)

    def _require_subject(self, subject: ResolutionSubject) -> None:
        acted_on = subject.kind is not ResolutionKind.OTHER
        if acted_on and (subject.tenant is None or subject.stream_id is None):
            raise InvalidValue("/subject", N_("Say whose log acts on it, and which stream of it it is about."))
        if acted_on and self.team is not None:
            raise RuleViolated(
                "council.team.subject",
                N_("A team of the Council advises; only the whole Council decides what institutions act on."),
                citation=citations.PROCEDURE,
            )

    def _require_on_roll(self, ctx: Context) -> Seated:
        """Who came before the opening and lost the seat until then sits there no more."""
        seated = self.require_present(ctx.actor)
        if self.roll.seats.get(seated.seat) != seated:
            raise RuleViolated(
                "council.vote.seated",
                N_("Only who sat in the Council when the meeting was opened votes."),
                citation=citations.PROCEDURE,
            )
        return seated

    def _require_silent(self, motion: Motion, seat: Seat) -> None:
        if seat in motion.interested:
            raise RuleViolated(
                "council.vote.interest",
                N_("Who declared an interest does not vote on the motion."),
                citation=citations.PROCEDURE,
            )
        if seat in motion.votes:
            raise RuleViolated("council.vote.once", N_("Everybody votes once."), citation=citations.PROCEDURE)
