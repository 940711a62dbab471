"""What became true in meetings of the Council, in the national log. Votes are open: who sits where is public."""

from uuid import UUID

from domain.council.vocabulary import (
    Agenda,
    DraftNumber,
    Minutes,
    ResolutionNumber,
    ResolutionSubject,
    Seat,
    Seated,
    Side,
    SideVotes,
    Team,
    Venue,
    VoteChoice,
)
from domain.kernel.deadline import Deadline
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Count, Instant

RESOLUTIONS = "council:resolutions"
"""Boundary of all resolutions: each has the next number of its year."""


def resolution_tag(resolution_id: UUID) -> str:
    """Boundary of one resolution: whoever acts on it reads it there."""
    return f"resolution:{resolution_id}"


class MeetingCalled(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """The Council, or one of its teams, meets; `notice` proves from when on it may, None where no calendar tells."""

    TOPIC = "council.MeetingCalled.v1"

    council_id: UUID
    title: Title
    begins_at: Instant
    venue: Venue
    team: Team | None = None
    notice: Deadline | None = None


class AgendaFixed(Event, frozen=True, kw_only=True):
    """This is what the meeting is about."""

    TOPIC = "council.AgendaFixed.v1"

    items: Agenda


class MeetingCalledOff(Event, frozen=True, kw_only=True):
    """The meeting will not be."""

    TOPIC = "council.MeetingCalledOff.v1"

    reason: Text


class MemberArrived(Event, frozen=True, kw_only=True):
    """Who sits there is at the meeting."""

    TOPIC = "council.MemberArrived.v1"

    seat: Seat
    person_id: UUID


class MemberLeft(Event, frozen=True, kw_only=True):
    """Who sits there is at the meeting no more; their votes stand."""

    TOPIC = "council.MemberLeft.v1"

    seat: Seat
    person_id: UUID


class MeetingOpened(Event, frozen=True, kw_only=True):
    """There was a quorum of those who sit: `roll`, by side and number."""

    TOPIC = "council.MeetingOpened.v1"

    roll: tuple[Seated, ...]
    present: Count


class MotionTabled(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The meeting may adopt this as a resolution; `seat` is whose motion it is, None for the secretariat's."""

    TOPIC = "council.MotionTabled.v1"

    motion_id: UUID
    title: Title
    text: Text
    subject: ResolutionSubject
    seat: Seat | None = None


class VotingInterestDeclared(Event, frozen=True, kw_only=True):
    """Who sits there does not vote on the motion; what they have to do with it is sealed."""

    TOPIC = "council.VotingInterestDeclared.v1"

    motion_id: UUID
    seat: Seat


class VoteCast(Event, frozen=True, kw_only=True):
    """Who sits there voted."""

    TOPIC = "council.VoteCast.v1"

    motion_id: UUID
    seat: Seat
    choice: VoteChoice


class ResolutionAdopted(Event, frozen=True, kw_only=True):
    """The motion of that id is a resolution: who acts on what it is about may rest on it, in whatever log.

    `votes` of each side, so that it is seen when one side was outvoted as a whole.
    """

    TOPIC = "council.ResolutionAdopted.v1"

    resolution_id: UUID
    number: ResolutionNumber
    subject: ResolutionSubject
    title: Title
    text: Text
    votes: tuple[SideVotes, ...]

    def tags(self) -> tuple[str, ...]:
        """The boundary of the resolution, and that of all resolutions."""
        return (resolution_tag(self.resolution_id), RESOLUTIONS)


class MotionRejected(Event, frozen=True, kw_only=True):
    """The motion did not find the majority that the rule asks for."""

    TOPIC = "council.MotionRejected.v1"

    motion_id: UUID
    votes: tuple[SideVotes, ...]


class MeetingAdjourned(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The meeting ended for want of a quorum; motions that it had not decided are `lapsed`."""

    TOPIC = "council.MeetingAdjourned.v1"

    lapsed: tuple[UUID, ...] = ()
    minutes_by: Deadline


class MeetingClosed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The meeting was held; motions on which nobody voted are `lapsed`."""

    TOPIC = "council.MeetingClosed.v1"

    lapsed: tuple[UUID, ...] = ()
    minutes_by: Deadline


class MinutesDrafted(Event, frozen=True, kw_only=True):
    """This is the draft; no public page shows it, nobody has signed it yet."""

    TOPIC = "council.MinutesDrafted.v1"

    draft: DraftNumber
    minutes: Minutes


class MinutesSigned(Event, frozen=True, kw_only=True):
    """The co-chair of a side stands for the draft."""

    TOPIC = "council.MinutesSigned.v1"

    draft: DraftNumber
    side: Side
    person_id: UUID


class MinutesAdopted(Event, frozen=True, kw_only=True):
    """Both co-chairs signed the same draft: these are the minutes, in time or `late`."""

    TOPIC = "council.MinutesAdopted.v1"

    draft: DraftNumber
    minutes: Minutes
    late: bool


EVENTS: tuple[type[Event], ...] = (
    MeetingCalled,
    AgendaFixed,
    MeetingCalledOff,
    MemberArrived,
    MemberLeft,
    MeetingOpened,
    MotionTabled,
    VotingInterestDeclared,
    VoteCast,
    ResolutionAdopted,
    MotionRejected,
    MeetingAdjourned,
    MeetingClosed,
    MinutesDrafted,
    MinutesSigned,
    MinutesAdopted,
)
