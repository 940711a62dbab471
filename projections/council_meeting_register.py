"""The register of the Council's meetings: agenda, who was there, what was moved, how everybody voted, the minutes."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council.events import meeting as e
from domain.council.vocabulary import (
    AgendaItem,
    MeetingStage,
    Minutes,
    MotionStage,
    ResolutionSubject,
    Seat,
    Side,
    SideVotes,
    Venue,
    VoteChoice,
)
from domain.kernel.deadline import Deadline
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text, Title
from projections.read_model import ReadModel, Stored, folds


class Attendance(msgspec.Struct, frozen=True):
    """Who sits there was at the meeting from then, and until then where they left."""

    seat: Seat
    arrived_at: datetime
    left_at: datetime | None = None


class SeatVote(msgspec.Struct, frozen=True):
    """How who sits there voted."""

    seat: Seat
    choice: VoteChoice


class MeetingMotion(msgspec.Struct, frozen=True):
    """A motion with every vote; `counted` by side when the vote is closed, `number` when it is a resolution.

    `outvoted` are the sides none of whom voted for what was adopted, while somebody there voted against it.
    """

    motion_id: UUID
    title: Title
    text: Text
    subject: ResolutionSubject
    state: str
    tabled_at: datetime
    seat: Seat | None
    votes: tuple[SeatVote, ...] = ()
    interested: tuple[Seat, ...] = ()
    counted: tuple[SideVotes, ...] = ()
    outvoted: tuple[Side, ...] = ()
    number: str = ""


class CouncilMeetingFacts(msgspec.Struct, frozen=True):
    """A meeting as everybody sees it. `roll` are the seats that were filled when it was opened.

    `adjourned`: it ended without a quorum. `minutes_by` is when its minutes are due; `minutes` are those that both
    co-chairs signed.
    """

    tenant_id: int
    meeting_id: UUID
    council_id: UUID
    title: Title
    state: str
    version: int
    begins_at: datetime
    venue: Venue
    called_at: datetime
    changed_at: datetime
    team: int | None = None
    notice: Deadline | None = None
    agenda: tuple[AgendaItem, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    roll: tuple[Seat, ...] = ()
    opened_at: datetime | None = None
    ended_at: datetime | None = None
    adjourned: bool = False
    motions: tuple[MeetingMotion, ...] = ()
    minutes_by: Deadline | None = None
    minutes_due_at: datetime | None = None
    minutes: Minutes | None = None
    minutes_at: datetime | None = None
    minutes_late: bool = False
    signed: tuple[Side, ...] = ()
    reason: Text | None = None


class CouncilMeetingRow(CouncilMeetingFacts, frozen=True):
    """And the newest draft of its minutes, for those who work with it; `draft` counts drafts."""

    draft: int = 0
    drafted: Minutes | None = None


Row = CouncilMeetingRow


class CouncilMeetingRegister(ReadModel[CouncilMeetingRow]):
    """Folds meetings of the Council, in the national log."""

    name = "council_meeting_register"
    table = "council_meeting_register"
    row = CouncilMeetingRow
    key = ("meeting_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.MeetingCalled, begins=True)
    def called(self, _row: None, event: Stored, told: e.MeetingCalled) -> Row:
        """A new meeting."""
        return Row(
            tenant_id=event.tenant_id,
            meeting_id=event.stream_id,
            council_id=told.council_id,
            title=told.title,
            state=MeetingStage.CALLED.value,
            version=event.version,
            begins_at=told.begins_at,
            venue=told.venue,
            called_at=event.occurred_at,
            changed_at=event.occurred_at,
            team=told.team,
            notice=told.notice,
        )

    @folds(e.AgendaFixed)
    def agenda_fixed(self, row: Row, _event: Stored, told: e.AgendaFixed) -> Row:
        """What it is about."""
        return replace(row, state=MeetingStage.AGENDA_FIXED.value, agenda=told.items)

    @folds(e.MeetingCalledOff)
    def called_off(self, row: Row, _event: Stored, told: e.MeetingCalledOff) -> Row:
        """It will not be."""
        return replace(row, state=MeetingStage.CALLED_OFF.value, reason=told.reason)

    @folds(e.MemberArrived)
    def arrived(self, row: Row, event: Stored, told: e.MemberArrived) -> Row:
        """One more is there."""
        return replace(row, attendance=(*row.attendance, Attendance(told.seat, event.occurred_at)))

    @folds(e.MemberLeft)
    def left(self, row: Row, event: Stored, told: e.MemberLeft) -> Row:
        """One less is there."""
        attendance = tuple(
            replace(one, left_at=event.occurred_at) if one.seat == told.seat and one.left_at is None else one
            for one in row.attendance
        )
        return replace(row, attendance=attendance)

    @folds(e.MeetingOpened)
    def opened(self, row: Row, event: Stored, told: e.MeetingOpened) -> Row:
        """With a quorum of these seats."""
        roll = tuple(one.seat for one in told.roll)
        return replace(row, state=MeetingStage.OPEN.value, opened_at=event.occurred_at, roll=roll)

    @folds(e.MotionTabled)
    def tabled(self, row: Row, event: Stored, told: e.MotionTabled) -> Row:
        """One more motion."""
        motion = MeetingMotion(
            told.motion_id,
            told.title,
            told.text,
            told.subject,
            MotionStage.TABLED.value,
            event.occurred_at,
            told.seat,
        )
        return replace(row, motions=(*row.motions, motion))

    @folds(e.VotingInterestDeclared)
    def interest_declared(self, row: Row, _event: Stored, told: e.VotingInterestDeclared) -> Row:
        """One who does not vote on it."""
        return _on(row, told.motion_id, lambda one: replace(one, interested=(*one.interested, told.seat)))

    @folds(e.VoteCast)
    def voted(self, row: Row, _event: Stored, told: e.VoteCast) -> Row:
        """One vote."""
        vote = SeatVote(told.seat, told.choice)
        return _on(row, told.motion_id, lambda one: replace(one, votes=(*one.votes, vote)))

    @folds(e.ResolutionAdopted)
    def adopted(self, row: Row, _event: Stored, told: e.ResolutionAdopted) -> Row:
        """A resolution."""
        return _on(
            row,
            told.resolution_id,
            lambda one: replace(
                one,
                state=MotionStage.ADOPTED.value,
                counted=told.votes,
                outvoted=outvoted(told.votes),
                number=told.number,
            ),
        )

    @folds(e.MotionRejected)
    def rejected(self, row: Row, _event: Stored, told: e.MotionRejected) -> Row:
        """None."""
        return _on(
            row,
            told.motion_id,
            lambda one: replace(one, state=MotionStage.REJECTED.value, counted=told.votes),
        )

    @folds(e.MeetingAdjourned)
    def adjourned(self, row: Row, event: Stored, told: e.MeetingAdjourned) -> Row:
        """Over, without a quorum."""
        return _ended(row, MeetingStage.ADJOURNED, event, told)

    @folds(e.MeetingClosed)
    def closed(self, row: Row, event: Stored, told: e.MeetingClosed) -> Row:
        """Over."""
        return _ended(row, MeetingStage.HELD, event, told)

    @folds(e.MinutesDrafted)
    def minutes_drafted(self, row: Row, _event: Stored, told: e.MinutesDrafted) -> Row:
        """Signed by nobody."""
        state = MeetingStage.MINUTES_DRAFTED.value
        return replace(row, state=state, draft=told.draft, drafted=told.minutes, signed=())

    @folds(e.MinutesSigned)
    def minutes_signed(self, row: Row, _event: Stored, told: e.MinutesSigned) -> Row:
        """By one side."""
        return replace(row, signed=(*row.signed, told.side))

    @folds(e.MinutesAdopted)
    def minutes_adopted(self, row: Row, event: Stored, told: e.MinutesAdopted) -> Row:
        """By both, and public."""
        return replace(
            row,
            state=MeetingStage.MINUTES_ADOPTED.value,
            minutes=told.minutes,
            minutes_at=event.occurred_at,
            minutes_late=told.late,
        )


def outvoted(votes: tuple[SideVotes, ...]) -> tuple[Side, ...]:
    """Sides none of whom voted for it, while somebody voted against it."""
    return tuple(one.side for one in votes if not one.in_favour and one.against)


def _ended(row: Row, stage: MeetingStage, event: Stored, told: e.MeetingAdjourned | e.MeetingClosed) -> Row:
    motions = tuple(
        replace(one, state=MotionStage.LAPSED.value) if one.motion_id in told.lapsed else one for one in row.motions
    )
    return replace(
        row,
        state=stage.value,
        ended_at=event.occurred_at,
        adjourned=stage is MeetingStage.ADJOURNED,
        motions=motions,
        minutes_by=told.minutes_by,
        minutes_due_at=told.minutes_by.due_at,
    )


def _on(row: Row, motion_id: UUID, change: Callable[[MeetingMotion], MeetingMotion]) -> Row:
    motions = tuple(change(one) if one.motion_id == motion_id else one for one in row.motions)
    return replace(row, motions=motions)
