"""Commands on meetings of the Council. `council_id` names the Council whose seats count."""

from uuid import UUID

from domain.council.vocabulary import Agenda, DraftNumber, Minutes, ResolutionSubject, Team, Venue, VoteChoice
from domain.kernel.command import Command
from domain.kernel.text import Prose, Text, Title
from domain.kernel.vocabulary import Instant


class CallMeeting(Command, frozen=True, kw_only=True):
    """Call the Council together, or one of its teams, with the notice that the rule asks for."""

    council_id: UUID
    title: Title
    begins_at: Instant
    venue: Venue
    team: Team | None = None


class FixAgenda(Command, frozen=True, kw_only=True):
    """Say what the meeting is about; said again before it is opened, it replaces what was said."""

    items: Agenda


class CallOffMeeting(Command, frozen=True, kw_only=True):
    """Say that the meeting will not be, and why."""

    reason: Text


class AttendMeeting(Command, frozen=True, kw_only=True):
    """Be there; the secretariat says it for a member by `person_id`."""

    council_id: UUID
    person_id: UUID | None = None


class LeaveMeeting(Command, frozen=True, kw_only=True):
    """Be there no more; the secretariat says it for a member by `person_id`."""

    person_id: UUID | None = None


class OpenMeeting(Command, frozen=True, kw_only=True):
    """Open it with a quorum; who sits in the Council now, sits in it until it is closed."""

    council_id: UUID


class TableMotion(Command, frozen=True, kw_only=True):
    """Put before the meeting what it may adopt as a resolution."""

    title: Title
    text: Text
    subject: ResolutionSubject


class DeclareVotingInterest(Command, frozen=True, kw_only=True):
    """Say that a motion is about oneself: `detail` is sealed, that one does not vote is public."""

    motion_id: UUID
    detail: Prose | None = None


class VoteOnMotion(Command, frozen=True, kw_only=True):
    """Vote, openly and once."""

    motion_id: UUID
    choice: VoteChoice


class CloseVote(Command, frozen=True, kw_only=True):
    """Count the votes on a motion: adopted it is a resolution."""

    motion_id: UUID


class AdjournMeeting(Command, frozen=True, kw_only=True):
    """End a meeting that has no quorum; what is undecided lapses, whatever votes were cast."""

    council_id: UUID


class CloseMeeting(Command, frozen=True, kw_only=True):
    """End a meeting; a motion on which nobody voted lapses."""


class DraftMinutes(Command, frozen=True, kw_only=True):
    """Put down what happened; a new draft takes the place of the one before, and nobody has signed it."""

    minutes: Minutes


class SignMinutes(Command, frozen=True, kw_only=True):
    """Sign, as a co-chair, the draft of that number; signed for both sides the minutes are adopted."""

    council_id: UUID
    draft: DraftNumber
