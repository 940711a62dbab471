"""The register of ballots in elections of the Council: which organisation voted for whom, open to everybody."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.council.events import election as e
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Title
from projections.read_model import ReadModel, Stored, folds


class CouncilBallotRow(msgspec.Struct, frozen=True):
    """A ballot; `receipt` is the code by which anybody finds the proof that it stands in the log, at `position`."""

    tenant_id: int
    ballot_id: UUID
    election_id: UUID
    organisation_id: UUID
    organisation_name: Title
    candidates: tuple[UUID, ...]
    receipt: str
    cast_at: datetime
    position: int


class CouncilBallotRegister(ReadModel[CouncilBallotRow]):
    """Folds ballots."""

    name = "council_ballot_register"
    table = "council_ballot_register"
    row = CouncilBallotRow
    key = ("ballot_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.BallotCast, begins=True)
    def cast(self, _row: None, event: Stored, told: e.BallotCast) -> CouncilBallotRow:
        """An organisation voted."""
        return CouncilBallotRow(
            tenant_id=event.tenant_id,
            ballot_id=event.stream_id,
            election_id=told.election_id,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name,
            candidates=told.candidates,
            receipt=told.receipt,
            cast_at=event.occurred_at,
            position=event.position,
        )
