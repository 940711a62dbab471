"""The register of calls for nominations: for what institutions want people of civil society, and until when."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.text import Text, Title
from domain.platforms.events import nomination as e
from domain.platforms.vocabulary import NominationCallStage
from projections.read_model import ReadModel, Stored, folds


class NominationCallFacts(msgspec.Struct, frozen=True):
    """A call as everybody sees it. `until` is the last day on which people are named; `reason` is of its end."""

    tenant_id: int
    call_id: UUID
    purpose: str
    title: Title
    task: Text
    places: int
    until: date
    state: str
    version: int
    asked_at: datetime
    changed_at: datetime
    concerns: UUID | None = None
    reason: Text | None = None


class NominationCallRow(NominationCallFacts, frozen=True):
    """A stored row: everything is public from the first event on."""

    public: bool = True


Row = NominationCallRow


class NominationCallRegister(ReadModel[NominationCallRow]):
    """Folds calls for nominations."""

    name = "nomination_call_register"
    table = "nomination_call_register"
    row = NominationCallRow
    key = ("call_id",)

    @folds(e.NominationsAsked, begins=True)
    def asked(self, _row: None, event: Stored, told: e.NominationsAsked) -> Row:
        """People are wanted."""
        return Row(
            tenant_id=event.tenant_id,
            call_id=event.stream_id,
            purpose=told.purpose.value,
            title=told.title,
            task=told.task,
            places=told.places,
            until=told.until,
            state=NominationCallStage.ASKED.value,
            version=event.version,
            asked_at=event.occurred_at,
            changed_at=event.occurred_at,
            concerns=told.concerns,
        )

    @folds(e.NominationsEnded)
    def ended(self, row: Row, _event: Stored, told: e.NominationsEnded) -> Row:
        """No more."""
        return replace(row, state=NominationCallStage.ENDED.value, reason=told.reason)
