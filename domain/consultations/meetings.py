"""Meetings of a consultation: announced in time, held, and put on record with minutes."""

from uuid import UUID

from domain.consultations.changing import Changing
from domain.consultations.commands import CancelMeeting, RecordMeeting, ScheduleMeeting
from domain.consultations.events import MeetingCancelled, MeetingHeld, MeetingScheduled
from domain.consultations.parts import Meeting
from domain.consultations.preparation import checked
from domain.consultations.state import ANSWERABLE, BEFORE_OPENING
from domain.consultations.vocabulary import Stage
from domain.consultations.window import NOTICE
from domain.kernel.aggregate import decides
from domain.kernel.context import Context
from domain.kernel.deadline import Deadline
from domain.kernel.errors import Finding, InvalidValue, RuleViolated
from domain.kernel.findings import ERROR
from domain.kernel.languages import require_one_file_per_language
from domain.kernel.message import N_, Message, Value
from domain.kernel.window import proven

_TOO_LATE = N_(
    "The meeting of {starts_at} is announced too late: after {n} full days of notice it may begin from {from_at} on."
)


class Meetings(Changing):
    """Decisions on meetings."""

    @decides(ScheduleMeeting)
    def schedule(self, command: ScheduleMeeting, ctx: Context) -> None:
        """Announce a meeting; nobody is called together overnight."""
        self.require(command, *BEFORE_OPENING, Stage.OPEN)
        notice = proven(ctx.rules[NOTICE], ctx.now, "MeetingScheduled", ctx)
        short = notice is not None and command.starts_at < notice.due_at
        if notice is not None and short and not ctx.imported:
            raise RuleViolated(notice.rule, _TOO_LATE, citation=notice.citation, **_said(command, notice))
        if self.stage is Stage.OPEN and command.starts_at >= self.window_closes_at() and not ctx.imported:
            raise RuleViolated(
                "consultation.meeting.within_window",
                N_("The meeting would begin at {starts_at}, after the window has ended at {closes_at}."),
                citation=ctx.rules[NOTICE].citation,
                starts_at=command.starts_at.isoformat(),
                closes_at=self.window_closes_at().isoformat(),
            )
        meeting_id = ctx.new_id()
        if notice is not None and short:
            self.trigger(ctx, checked((_short(meeting_id, command, notice),)))
        self.trigger(
            ctx,
            MeetingScheduled(
                meeting_id=meeting_id,
                format=command.format,
                title=command.title,
                place=command.place,
                starts_at=command.starts_at,
                notice=notice,
            ),
        )

    @decides(CancelMeeting)
    def cancel(self, command: CancelMeeting, ctx: Context) -> None:
        """Call a meeting off."""
        self.require(command, *BEFORE_OPENING, *ANSWERABLE)
        meeting = self._announced(command.meeting_id)
        self.trigger(ctx, MeetingCancelled(meeting_id=meeting.meeting_id, reason=command.reason))

    @decides(RecordMeeting)
    def record_meeting(self, command: RecordMeeting, ctx: Context) -> None:
        """Put a meeting on record; not before it began."""
        self.require(command, *BEFORE_OPENING, *ANSWERABLE)
        meeting = self._announced(command.meeting_id)
        require_one_file_per_language(command.minutes, "/minutes")
        if ctx.now < meeting.starts_at:
            raise RuleViolated(
                "consultation.meeting.held",
                N_("The meeting begins only at {starts_at}."),
                citation=ctx.rules[NOTICE].citation,
                starts_at=meeting.starts_at.isoformat(),
            )
        self.trigger(
            ctx,
            MeetingHeld(
                meeting_id=meeting.meeting_id,
                minutes=command.minutes,
                participants=command.participants,
                organisations=command.organisations,
            ),
        )

    def _announced(self, meeting_id: UUID) -> Meeting:
        meeting = self.meetings.get(meeting_id)
        if meeting is None or meeting.cancelled or meeting.held:
            raise InvalidValue("/meeting_id", N_("No such meeting is announced."))
        return meeting


def _said(command: ScheduleMeeting, notice: Deadline) -> dict[str, Value]:
    return {
        "starts_at": command.starts_at.isoformat(),
        "from_at": notice.due_at.isoformat(),
        "n": notice.n,
    }


def _short(meeting_id: UUID, command: ScheduleMeeting, notice: Deadline) -> Finding:
    """History may show a meeting that was called too late; the finding stays with it."""
    return Finding(
        "notice-too-short",
        ERROR,
        Message(_TOO_LATE, _said(command, notice)),
        notice.citation,
        notice.rule,
        f"/meetings/{meeting_id}/starts_at",
    )
