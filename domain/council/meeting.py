"""A meeting of the Council: called, its agenda fixed, opened with a quorum, held or adjourned, and its minutes.

Its decisions build on each other: `meeting_state` < `meeting_calling` < `meeting_voting` < `meeting_ending` < this
module.
"""

from domain.council import citations
from domain.council.commands.meeting import DraftMinutes, SignMinutes
from domain.council.events.meeting import MeetingCalled, MinutesAdopted, MinutesDrafted, MinutesSigned
from domain.council.meeting_ending import Ending
from domain.council.meeting_state import ON_COUNCIL
from domain.council.saying import require_said
from domain.council.vocabulary import MeetingStage, Side
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.errors import IllegalTransition, InvalidValue, RuleViolated
from domain.kernel.languages import require_one_file_per_language
from domain.kernel.message import N_


class CouncilMeeting(Ending):
    """called → agenda fixed → open → held, or adjourned → minutes drafted → minutes adopted; or called off."""

    initial = MeetingCalled

    @decides(DraftMinutes)
    def draft_minutes(self, command: DraftMinutes, ctx: Context) -> None:
        """After the meeting, in every language; a new draft is signed anew."""
        self.require(command, MeetingStage.HELD, MeetingStage.ADJOURNED, MeetingStage.MINUTES_DRAFTED)
        minutes = command.minutes
        if minutes.text is None and not minutes.files:
            raise InvalidValue("/minutes", N_("The minutes are a text, files, or both."))
        if minutes.text is not None:
            require_said(minutes.text, "/minutes/text", ctx)
        require_one_file_per_language(minutes.files, "/minutes/files")
        self.trigger(ctx, MinutesDrafted(draft=self.draft + 1, minutes=minutes))

    @decides(SignMinutes, references=ON_COUNCIL)
    def sign_minutes(self, command: SignMinutes, ctx: Context) -> None:
        """By the co-chairs of both sides, who sign the same draft: then it is the minutes."""
        self.require(command, MeetingStage.MINUTES_DRAFTED)
        side = self.council(command.council_id, ctx).require_co_chair(ctx.actor)
        if command.draft != self.draft:
            raise RuleViolated(
                "council.minutes.draft",
                N_("Draft {signed} is not the newest; that is draft {newest}."),
                citation=citations.PROCEDURE,
                signed=command.draft,
                newest=self.draft,
            )
        if side in self.signed:
            raise IllegalTransition(state="signed", command=command.name)
        self.trigger(ctx, MinutesSigned(draft=self.draft, side=side, person_id=ctx.actor))
        if self.signed == frozenset(Side):
            late = ctx.now >= self.minutes_by.due_at
            self.trigger(ctx, MinutesAdopted(draft=self.draft, minutes=self.minutes, late=late))
