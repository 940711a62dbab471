"""How a meeting ends: held, or adjourned for want of a quorum; from then on its minutes are due."""

from domain.council import citations
from domain.council.commands.meeting import AdjournMeeting, CloseMeeting
from domain.council.events.meeting import MeetingAdjourned, MeetingClosed
from domain.council.meeting_state import BEFORE, ON_COUNCIL
from domain.council.meeting_voting import Voting
from domain.council.quorum import Roll
from domain.council.vocabulary import MeetingStage
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline, deadline
from domain.kernel.errors import RuleViolated
from domain.kernel.message import N_

MINUTES = "council.minutes"


class Ending(Voting):
    """Decisions that end a meeting."""

    @decides(AdjournMeeting, references=ON_COUNCIL)
    def adjourn(self, command: AdjournMeeting, ctx: Context) -> None:
        """For want of a quorum, whether it was lost or never there; not to escape a vote."""
        self.require(command, *BEFORE, MeetingStage.OPEN)
        self.require_begun(ctx)
        council = self.council(command.council_id, ctx)
        roll = self.roll if self.stage is MeetingStage.OPEN else Roll.of(council.seated(self.team))
        if roll.quorate(self.present, ctx.rules):
            raise RuleViolated(
                "council.meeting.quorate",
                N_("There is a quorum: the meeting goes on until it is closed."),
                citation=citations.PROCEDURE,
            )
        self.trigger(ctx, MeetingAdjourned(lapsed=tuple(self.undecided()), minutes_by=_minutes_by(ctx)))

    @decides(CloseMeeting)
    def close(self, command: CloseMeeting, ctx: Context) -> None:
        """When every vote that began is closed."""
        self.require(command, MeetingStage.OPEN)
        undecided = self.undecided()
        if any(motion.votes for motion in undecided.values()):
            raise RuleViolated(
                "council.vote.open",
                N_("Votes were cast on a motion; its vote is closed before the meeting is."),
                citation=citations.PROCEDURE,
            )
        self.trigger(ctx, MeetingClosed(lapsed=tuple(undecided), minutes_by=_minutes_by(ctx)))


def _minutes_by(ctx: Context) -> Deadline:
    return deadline(ctx.rules[MINUTES], ctx.now, "MeetingClosed", ctx.calendar)
