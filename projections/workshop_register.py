"""The register of workshops with civil society: when and where, how many came from which side, what came of them."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.council.events import workshop as e
from domain.council.workshop_parts import Attendance, WorkshopPlace, WorkshopStage
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import LanguageFile
from projections.read_model import ReadModel, Stored, folds


class WorkshopRow(msgspec.Struct, frozen=True):
    """A workshop: announced, held or cancelled. `attended` is how many came in all; None before it is known."""

    tenant_id: int
    workshop_id: UUID
    level: str
    state: str
    version: int
    title: Title
    summary: Text
    begins_at: datetime
    ends_at: datetime
    place: WorkshopPlace
    announced_at: datetime
    changed_at: datetime
    municipality: str | None = None
    measure_id: UUID | None = None
    attendance: tuple[Attendance, ...] = ()
    attended: int | None = None
    outputs: Text | None = None
    files: tuple[LanguageFile, ...] = ()
    reason: Text | None = None


Row = WorkshopRow


class WorkshopRegister(ReadModel[WorkshopRow]):
    """Folds workshops."""

    name = "workshop_register"
    table = "workshop_register"
    row = WorkshopRow
    key = ("workshop_id",)

    @folds(e.WorkshopAnnounced, begins=True)
    def announced(self, _row: None, event: Stored, told: e.WorkshopAnnounced) -> Row:
        """Everybody is invited."""
        return Row(
            tenant_id=event.tenant_id,
            workshop_id=event.stream_id,
            level=told.level.value,
            state=WorkshopStage.ANNOUNCED.value,
            version=event.version,
            title=told.title,
            summary=told.summary,
            begins_at=told.begins_at,
            ends_at=told.ends_at,
            place=told.place,
            announced_at=event.occurred_at,
            changed_at=event.occurred_at,
            municipality=told.place.municipality,
            measure_id=told.measure_id,
        )

    @folds(e.AttendanceRecorded)
    def attended(self, row: Row, _event: Stored, told: e.AttendanceRecorded) -> Row:
        """It was held."""
        total = sum(one.total for one in told.attendance)
        return replace(row, state=WorkshopStage.HELD.value, attendance=told.attendance, attended=total)

    @folds(e.OutputsRecorded)
    def concluded(self, row: Row, _event: Stored, told: e.OutputsRecorded) -> Row:
        """What came of it."""
        return replace(row, outputs=told.outputs, files=told.files)

    @folds(e.WorkshopCancelled)
    def cancelled(self, row: Row, _event: Stored, told: e.WorkshopCancelled) -> Row:
        """Not held."""
        return replace(row, state=WorkshopStage.CANCELLED.value, reason=told.reason)
