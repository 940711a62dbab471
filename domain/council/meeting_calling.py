"""A meeting before it begins: called in time, its agenda fixed, or called off."""

from datetime import datetime
from typing import Self
from uuid import UUID

from domain.council.commands.meeting import CallMeeting, CallOffMeeting, FixAgenda
from domain.council.council import Council
from domain.council.events.meeting import AgendaFixed, MeetingCalled, MeetingCalledOff
from domain.council.meeting_state import BEFORE, ON_COUNCIL, MeetingState
from domain.council.saying import require_said
from domain.kernel.aggregate import creates, decides
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline
from domain.kernel.errors import InvalidValue, RuleViolated
from domain.kernel.message import N_
from domain.kernel.window import proven

NOTICE = "council.notice"


class Calling(MeetingState):
    """Decisions before anybody comes."""

    @classmethod
    @creates(CallMeeting, references=ON_COUNCIL)
    def call(cls, command: CallMeeting, ctx: Context, stream_id: UUID) -> Self:
        """With the notice that the rule asks for; of a team that there is."""
        ctx.tenant.require_national()
        council = ctx.reference("council", Council)
        council.require_in_term(ctx)
        council.require_team(command.team)
        require_said(command.title, "/title", ctx)
        if command.venue.room is None and command.venue.page is None:
            raise InvalidValue("/venue", N_("A meeting is in a room, on a page, or both."))
        event = MeetingCalled(
            council_id=command.council_id,
            title=command.title,
            begins_at=command.begins_at,
            venue=command.venue,
            team=command.team,
            notice=_notice(command.begins_at, ctx),
        )
        return cls.begin(ctx, stream_id, event)

    @decides(FixAgenda)
    def fix_agenda(self, command: FixAgenda, ctx: Context) -> None:
        """Until it is opened; each point in every language."""
        self.require(command, *BEFORE)
        for n, item in enumerate(command.items):
            require_said(item.title, f"/items/{n}/title", ctx)
        self.trigger(ctx, AgendaFixed(items=command.items))

    @decides(CallOffMeeting)
    def call_off(self, command: CallOffMeeting, ctx: Context) -> None:
        """Before it is opened."""
        self.require(command, *BEFORE)
        require_said(command.reason, "/reason", ctx)
        self.trigger(ctx, MeetingCalledOff(reason=command.reason))


def _notice(begins_at: datetime, ctx: Context) -> Deadline | None:
    """From when on it may begin; at once where the Council's own rules ask for no notice.

    Raises: RuleViolated for a meeting that is called too late; history is as it was.
    """
    notice = proven(ctx.rules[NOTICE], ctx.now, "MeetingCalled", ctx)
    if notice is not None and notice.n and begins_at < notice.due_at and not ctx.imported:
        raise RuleViolated(
            NOTICE,
            N_("The meeting is called too late: after {n} full working days of notice it may begin from {from_at} on."),
            citation=notice.citation,
            n=notice.n,
            from_at=notice.due_at.isoformat(),
        )
    return notice
