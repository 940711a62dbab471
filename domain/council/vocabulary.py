"""Words shared by the commands and events of the Council, and by those who act on its resolutions."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.text import END, Line, Slug, Text, Title
from domain.kernel.vocabulary import Count, LanguageFile, Url

SeatNumber = Annotated[int, msgspec.Meta(ge=1, le=200, description="Number of a seat on its side")]
Team = Annotated[int, msgspec.Meta(ge=1, le=40, description="Number of a team of the Council, one an objective")]
ResolutionNumber = Annotated[
    str,
    msgspec.Meta(pattern=rf"^[1-9][0-9]*/[0-9]{{4}}{END}", description="Number of a resolution in its year: 3/2026"),
]
DraftNumber = Annotated[int, msgspec.Meta(ge=1, le=1000, description="Number of a draft of a meeting's minutes")]
SubjectPart = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=80,
        pattern=rf"^[A-Za-z0-9][A-Za-z0-9_.:/-]*{END}",
        description="What of a stream a resolution is about: a period, a milestone",
    ),
]


class Side(StrEnum):
    """The two sides of the Council."""

    CSO = "cso"
    INSTITUTIONS = "institutions"


class MeetingStage(StrEnum):
    """Where a meeting stands. `called_off` and `minutes_adopted` are final; minutes follow `held` and `adjourned`."""

    CALLED = "called"
    AGENDA_FIXED = "agenda_fixed"
    OPEN = "open"
    HELD = "held"
    ADJOURNED = "adjourned"
    CALLED_OFF = "called_off"
    MINUTES_DRAFTED = "minutes_drafted"
    MINUTES_ADOPTED = "minutes_adopted"


class MotionStage(StrEnum):
    """What became of a motion; `lapsed` was not voted on before the meeting ended."""

    TABLED = "tabled"
    ADOPTED = "adopted"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class ActionStage(StrEnum):
    """Where an action that follows from a resolution stands; whether it is overdue, the clock says beside it."""

    ASSIGNED = "assigned"
    EVIDENCED = "evidenced"
    FULFILLED = "fulfilled"
    DROPPED = "dropped"


class ActionOutcome(StrEnum):
    """How an action is closed."""

    FULFILLED = "fulfilled"
    DROPPED = "dropped"


class VoteChoice(StrEnum):
    """How somebody votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class QuorumRule(StrEnum):
    """Values of the rule `council.quorum`: whose majority must be there."""

    OF_ALL = "majority_of_all"
    OF_ALL_AND_OF_EACH_SIDE = "majority_of_all_and_of_each_side"


class MajorityRule(StrEnum):
    """Values of the rule `council.majority`: what a motion needs to be adopted."""

    OF_VOTES_CAST = "majority_of_votes_cast"
    OF_THOSE_PRESENT = "majority_of_those_present"
    OF_EACH_SIDE = "majority_of_votes_cast_of_each_side"


class ResolutionKind(StrEnum):
    """What a resolution decides; all but `other` are acted on in the log that its subject names."""

    RESCHEDULE_MEASURE = "reschedule_measure"
    DROP_MEASURE = "drop_measure"
    ACCEPT_PROGRESS = "accept_progress"
    ACCEPT_VALUE = "accept_value"
    REOPEN_PERIOD = "reopen_period"
    ADOPT_PLAN = "adopt_plan"
    APPROVE_REPORT = "approve_report"
    OTHER = "other"


class ResolutionSubject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a motion, and the resolution that it becomes, is about: a stream of an institution's log, or a part of one.

    `tenant` is the institution's slug; nothing but the kind is said where no log acts on it.
    """

    kind: ResolutionKind
    tenant: Slug | None = None
    stream_id: UUID | None = None
    part: SubjectPart | None = None


class Seat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A seat of the Council: numbered from 1 on each side."""

    side: Side
    number: SeatNumber


class Seats(msgspec.Struct, frozen=True, kw_only=True):
    """How many seats each side has, and how many teams there are."""

    cso: Count
    institutions: Count
    teams: Count

    def of(self, side: Side) -> int:
        """The seats of one side."""
        return self.cso if side is Side.CSO else self.institutions


class Seated(msgspec.Struct, frozen=True, kw_only=True):
    """Who sits where, by id."""

    seat: Seat
    person_id: UUID


class SideVotes(msgspec.Struct, frozen=True, kw_only=True):
    """How one side voted: who is seated and did not vote was absent, silent, or had declared an interest."""

    side: Side
    in_favour: Count
    against: Count
    abstained: Count
    interested: Count
    seated: Count


class AgendaItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A point of a meeting's agenda."""

    title: Title


Agenda = Annotated[tuple[AgendaItem, ...], msgspec.Meta(min_length=1, max_length=60)]


class Venue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where a meeting is: a room, a page to join it by, or both."""

    room: Line | None = None
    page: Url | None = None


class Minutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What a meeting's minutes say: a text, a file in each language, or both."""

    text: Text | None = None
    files: Annotated[tuple[LanguageFile, ...], msgspec.Meta(max_length=20)] = ()
