"""The register of elections to the Council: nominated and standing, voted on until when, elected by how many votes."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council.election_parts import ElectionStage, Tally
from domain.council.events import election as e
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Text, Title
from projections.read_model import ReadModel, Stored, folds


class Standing(StrEnum):
    """What a nominated person said to it."""

    NAMED = "named"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Nomination(msgspec.Struct, frozen=True):
    """Whom an organisation named, by id, and whether they stand."""

    person_id: UUID
    organisation_id: UUID
    organisation_name: Title
    state: Standing


class CouncilElectionRow(msgspec.Struct, frozen=True):
    """An election. `candidates` can be named on a ballot; `tallies` from the most votes to the fewest, once counted.

    `ballots` is how many were counted, None before; `seed` is what lots between equals were drawn by.
    """

    tenant_id: int
    election_id: UUID
    council_id: UUID
    state: str
    version: int
    seats: int
    decision_no: str
    opened_at: datetime
    changed_at: datetime
    nominations_until: datetime
    voting_until: datetime | None = None
    nominations: tuple[Nomination, ...] = ()
    candidates: tuple[UUID, ...] = ()
    ballots: int | None = None
    seed: str = ""
    tallies: tuple[Tally, ...] = ()
    cancelled_by: str = ""
    reason: Text | None = None


Row = CouncilElectionRow


class CouncilElectionRegister(ReadModel[CouncilElectionRow]):
    """Folds elections."""

    name = "council_election_register"
    table = "council_election_register"
    row = CouncilElectionRow
    key = ("election_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.ElectionOpened, begins=True)
    def opened(self, _row: None, event: Stored, told: e.ElectionOpened) -> Row:
        """Candidates are named."""
        return Row(
            tenant_id=event.tenant_id,
            election_id=event.stream_id,
            council_id=told.council_id,
            state=ElectionStage.NOMINATIONS.value,
            version=event.version,
            seats=told.seats,
            decision_no=told.decision_no,
            opened_at=event.occurred_at,
            changed_at=event.occurred_at,
            nominations_until=told.nominations.due_at,
        )

    @folds(e.CandidateNominated)
    def nominated(self, row: Row, _event: Stored, told: e.CandidateNominated) -> Row:
        """One nomination more."""
        added = Nomination(told.person_id, told.organisation_id, told.organisation_name, Standing.NAMED)
        return replace(row, nominations=(*row.nominations, added))

    @folds(e.NominationAccepted)
    def accepted(self, row: Row, _event: Stored, told: e.NominationAccepted) -> Row:
        """They stand."""
        return _said(row, told.person_id, Standing.ACCEPTED)

    @folds(e.CandidacyWithdrawn)
    def withdrawn(self, row: Row, _event: Stored, told: e.CandidacyWithdrawn) -> Row:
        """They do not, or no more."""
        return _said(row, told.person_id, Standing.WITHDRAWN)

    @folds(e.VotingOpened)
    def voting(self, row: Row, _event: Stored, told: e.VotingOpened) -> Row:
        """Votes are cast."""
        state, until = ElectionStage.VOTING.value, told.voting.due_at
        return replace(row, state=state, voting_until=until, candidates=told.candidates)

    @folds(e.ElectionLapsed)
    def lapsed(self, row: Row, _event: Stored, _told: e.ElectionLapsed) -> Row:
        """Nobody stood."""
        return replace(row, state=ElectionStage.LAPSED.value)

    @folds(e.ElectionCounted)
    def counted(self, row: Row, _event: Stored, told: e.ElectionCounted) -> Row:
        """Who was elected, by how many votes."""
        state = ElectionStage.COUNTED.value
        return replace(row, state=state, ballots=told.ballots, seed=told.seed, tallies=told.tallies)

    @folds(e.ElectionCancelled)
    def cancelled(self, row: Row, _event: Stored, told: e.ElectionCancelled) -> Row:
        """Given up."""
        state = ElectionStage.CANCELLED.value
        return replace(row, state=state, cancelled_by=told.decision_no, reason=told.reason)


def _said(row: Row, person_id: UUID, state: Standing) -> Row:
    """With what a nominated person said; an earlier nomination from which they withdrew stays as it was."""
    changed = tuple(
        replace(one, state=state) if one.person_id == person_id and one.state is not Standing.WITHDRAWN else one
        for one in row.nominations
    )
    return replace(row, nominations=changed)
