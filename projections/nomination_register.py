"""The register of nominations: which platform named somebody for which call, and what the institution decided."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.text import Title
from domain.platforms.events import nomination as e
from domain.platforms.vocabulary import NominationStage
from projections.read_model import ReadModel, Stored, folds


class NominationRow(msgspec.Struct, frozen=True):
    """A nomination by `client_id`; `nominee_id` is under whom the nominee's name is sealed."""

    tenant_id: int
    nomination_id: UUID
    call_id: UUID
    client_id: UUID
    nominee_id: UUID
    state: str
    version: int
    nominated_at: datetime
    changed_at: datetime
    organisation_id: UUID | None = None
    organisation_name: Title | None = None
    decided_at: datetime | None = None


Row = NominationRow


class NominationRegister(ReadModel[NominationRow]):
    """Folds nominations."""

    name = "nomination_register"
    table = "nomination_register"
    row = NominationRow
    key = ("nomination_id",)

    @folds(e.PersonNominated, begins=True)
    def nominated(self, _row: None, event: Stored, told: e.PersonNominated) -> Row:
        """Somebody was named."""
        return Row(
            tenant_id=event.tenant_id,
            nomination_id=event.stream_id,
            call_id=told.call_id,
            client_id=told.client_id,
            nominee_id=told.nominee_id,
            state=NominationStage.NOMINATED.value,
            version=event.version,
            nominated_at=event.occurred_at,
            changed_at=event.occurred_at,
            organisation_id=told.organisation_id,
            organisation_name=told.organisation_name,
        )

    @folds(e.NomineeAccepted)
    def accepted(self, row: Row, event: Stored, _told: e.NomineeAccepted) -> Row:
        """Taken."""
        return replace(row, state=NominationStage.ACCEPTED.value, decided_at=event.occurred_at)

    @folds(e.NomineeDeclined)
    def declined(self, row: Row, event: Stored, _told: e.NomineeDeclined) -> Row:
        """Not taken."""
        return replace(row, state=NominationStage.DECLINED.value, decided_at=event.occurred_at)

    @folds(e.NominationWithdrawn)
    def withdrawn(self, row: Row, event: Stored, _told: e.NominationWithdrawn) -> Row:
        """Not named any more."""
        return replace(row, state=NominationStage.WITHDRAWN.value, decided_at=event.occurred_at)
