"""The register of programmes of volunteering: what an institution certifies, and from how many minutes on."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.text import Text, Title
from domain.volunteering.events import programme as e
from projections.read_model import ReadModel, Stored, folds


class VolunteerProgrammeRow(msgspec.Struct, frozen=True):
    """A programme; `state` is adopted or retired. Everybody may know all of it."""

    tenant_id: int
    programme_id: UUID
    title: Title
    criteria: Text
    skills: tuple[str, ...]
    min_minutes: int
    valid_years: int | None
    state: str
    decision_no: str
    version: int
    adopted_at: datetime
    changed_at: datetime


Row = VolunteerProgrammeRow


class VolunteerProgrammeRegister(ReadModel[VolunteerProgrammeRow]):
    """Folds the programmes of an institution."""

    name = "volunteer_programme_register"
    table = "volunteer_programme_register"
    row = VolunteerProgrammeRow
    key = ("programme_id",)

    @folds(e.ProgrammeAdopted, begins=True)
    def adopted(self, _row: None, event: Stored, told: e.ProgrammeAdopted) -> Row:
        """Certified from now on."""
        return Row(
            tenant_id=event.tenant_id,
            programme_id=event.stream_id,
            title=told.facts.title,
            criteria=told.facts.criteria,
            skills=told.facts.skills,
            min_minutes=told.facts.min_minutes,
            valid_years=told.facts.valid_years,
            state="adopted",
            decision_no=told.decision_no,
            version=event.version,
            adopted_at=event.occurred_at,
            changed_at=event.occurred_at,
        )

    @folds(e.ProgrammeRetired)
    def retired(self, row: Row, _event: Stored, told: e.ProgrammeRetired) -> Row:
        """Certified no more."""
        return replace(row, state="retired", decision_no=told.decision_no)
