"""The time of volunteers as the national log holds it: every claim of every institution, and what was answered."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.ids import NATIONAL_TENANT
from domain.volunteering.events import time as t
from domain.volunteering.hours_parts import DayMinutes, minutes_in
from projections.read_model import Key, ReadModel, Stored, folds


class VolunteerTimeRow(msgspec.Struct, frozen=True):
    """A stretch of a volunteer's time that an institution's ledger holds; `state` is claimed or released.

    `tenant_id` is the national tenant's; `institution_id` and `ledger_id` say whose log and which stream it stands for.
    """

    tenant_id: int
    entry_id: UUID
    person_id: UUID
    institution: str
    institution_id: int
    ledger_id: UUID
    state: str
    started_at: datetime
    ended_at: datetime
    minutes: int
    day: date
    days: tuple[DayMinutes, ...]
    claimed_at: datetime
    released_at: datetime | None = None


Row = VolunteerTimeRow


def _its(_event: Stored, told: t.TimeEvent) -> Iterable[Key]:
    return ((told.entry_id,),)


class VolunteerTimeRegister(ReadModel[VolunteerTimeRow]):
    """Folds the claims of the national log; what was refused never had its time."""

    name = "volunteer_time_register"
    table = "volunteer_time_register"
    row = VolunteerTimeRow
    key = ("entry_id",)
    only_tenant = NATIONAL_TENANT

    @folds(t.TimeClaimed, keys=_its, begins=True)
    def claimed(self, _row: None, event: Stored, told: t.TimeClaimed) -> Row:
        """Somebody's work."""
        return Row(
            tenant_id=event.tenant_id,
            entry_id=told.entry_id,
            person_id=told.person_id,
            institution=told.institution,
            institution_id=told.tenant_id,
            ledger_id=told.ledger_id,
            state="claimed",
            started_at=told.started_at,
            ended_at=told.ended_at,
            minutes=minutes_in(told.days),
            day=told.days[0].day,
            days=told.days,
            claimed_at=event.occurred_at,
        )

    @folds(t.TimeReleased, keys=_its)
    def released(self, row: Row, event: Stored, _told: t.TimeReleased) -> Row:
        """Free again."""
        return replace(row, state="released", released_at=event.occurred_at)
