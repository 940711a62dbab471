"""Commands on an election to the Council: the secretariat's, the organisations', the candidates' and the clock's."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.council.election_parts import Seats
from domain.kernel.command import Command
from domain.kernel.text import Line, Text
from domain.kernel.vocabulary import DecisionNo, WindowDays

Chosen = Annotated[tuple[UUID, ...], msgspec.Meta(min_length=1, max_length=100, description="Candidates by id")]


class OpenElection(Command, frozen=True, kw_only=True):
    """Call an election to seats of civil society; days None: as few as the rules allow."""

    council_id: UUID
    seats: Seats
    decision_no: DecisionNo
    nomination_days: WindowDays | None = None
    voting_days: WindowDays | None = None


class NominateCandidate(Command, frozen=True, kw_only=True):
    """Name somebody on behalf of an organisation in good standing; they stand once they accept."""

    organisation_id: UUID
    person_id: UUID


class AcceptNomination(Command, frozen=True, kw_only=True):
    """Stand as a candidate, and agree that everybody reads `public_name` as long as you hold or seek the seat."""

    public_name: Line


class WithdrawCandidacy(Command, frozen=True, kw_only=True):
    """Stand no more, or decline to, before votes are cast."""


class OpenVoting(Command, frozen=True, kw_only=True):
    """End the nominations; sent by the system when their time is over."""


class CastVote(Command, frozen=True, kw_only=True):
    """Vote for an organisation, openly and once: as many candidates as there are seats, or fewer."""

    election_id: UUID
    organisation_id: UUID
    candidates: Chosen


class CountVotes(Command, frozen=True, kw_only=True):
    """Count every ballot, when the time to vote is over; the system does, and the secretariat may."""


class CancelElection(Command, frozen=True, kw_only=True):
    """Give the election up by a decision, before it is counted, and say why."""

    decision_no: DecisionNo
    reason: Text
