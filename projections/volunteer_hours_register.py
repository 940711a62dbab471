"""The register of hours: one row for each entry of a ledger, with what was decided about it."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.deadline import local_day
from domain.volunteering.events import hours as h
from domain.volunteering.hours_parts import DayMinutes, EntryStage, TimeRefusal
from projections.read_model import Key, ReadModel, Stored, folds


class VolunteerHoursRow(msgspec.Struct, frozen=True):
    """An entry; times are UTC, `day` is the first day in Kosovo. `refusal` says why the time cannot count.

    `decided_by` confirmed or rejected it. It took the place of `corrects`, and `corrected_by` that of it.
    `checked_out` is the check-out on a phone that told of it.
    """

    tenant_id: int
    entry_id: UUID
    ledger_id: UUID
    agreement_id: UUID
    person_id: UUID
    state: str
    started_at: datetime
    ended_at: datetime
    break_minutes: int
    minutes: int
    day: date
    days: tuple[DayMinutes, ...]
    task: str
    protection: str
    late: bool
    logged_by: UUID
    logged_at: datetime
    changed_at: datetime
    corrects: UUID | None = None
    corrected_by: UUID | None = None
    checked_out: UUID | None = None
    refusal: TimeRefusal | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = None


Row = VolunteerHoursRow


def _its(_event: Stored, told: h.EntryEvent) -> Iterable[Key]:
    return ((told.entry_id,),)


class VolunteerHoursRegister(ReadModel[VolunteerHoursRow]):
    """Folds the entries of ledgers."""

    name = "volunteer_hours_register"
    table = "volunteer_hours_register"
    row = VolunteerHoursRow
    key = ("entry_id",)
    kept = True

    @folds(h.HoursLogged, keys=_its, begins=True)
    def logged(self, _row: None, event: Stored, told: h.HoursLogged) -> Row:
        """A new entry."""
        return Row(
            tenant_id=event.tenant_id,
            entry_id=told.entry_id,
            ledger_id=event.stream_id,
            agreement_id=told.agreement_id,
            person_id=told.person_id,
            state=EntryStage.LOGGED.value,
            started_at=told.started_at,
            ended_at=told.ended_at,
            break_minutes=told.break_minutes,
            minutes=told.minutes,
            day=told.days[0].day,
            days=told.days,
            task=told.task,
            protection=told.protection.value,
            late=told.late,
            logged_by=told.logged_by,
            logged_at=event.occurred_at,
            changed_at=event.occurred_at,
            corrects=told.corrects,
            checked_out=told.checked_out,
        )

    @folds(h.ShiftRefused, keys=_its, begins=True)
    def not_logged(self, _row: None, event: Stored, told: h.ShiftRefused) -> Row:
        """A phone told of it in vain; it has no minutes."""
        return Row(
            tenant_id=event.tenant_id,
            entry_id=told.entry_id,
            ledger_id=event.stream_id,
            agreement_id=told.agreement_id,
            person_id=told.person_id,
            state=EntryStage.REFUSED.value,
            started_at=told.started_at,
            ended_at=told.ended_at,
            break_minutes=0,
            minutes=0,
            day=local_day(told.started_at),
            days=(),
            task=told.task,
            protection="",
            late=False,
            logged_by=told.person_id,
            logged_at=event.occurred_at,
            changed_at=event.occurred_at,
            checked_out=told.checked_out,
            refusal=told.refusal,
        )

    @folds(h.HoursClaimed, keys=_its)
    def claimed(self, row: Row, event: Stored, _told: h.HoursClaimed) -> Row:
        """To be confirmed."""
        return _turned(row, event, EntryStage.CLAIMED)

    @folds(h.HoursRefused, keys=_its)
    def refused(self, row: Row, event: Stored, told: h.HoursRefused) -> Row:
        """It does not count."""
        return replace(_turned(row, event, EntryStage.REFUSED), refusal=told.refusal)

    @folds(h.HoursConfirmed, keys=_its)
    def confirmed(self, row: Row, event: Stored, told: h.HoursConfirmed) -> Row:
        """Vouched for."""
        turned = _turned(row, event, EntryStage.CONFIRMED)
        return replace(turned, decided_by=told.confirmed_by, decided_at=event.occurred_at)

    @folds(h.HoursRejected, keys=_its)
    def rejected(self, row: Row, event: Stored, told: h.HoursRejected) -> Row:
        """Not vouched for."""
        turned = _turned(row, event, EntryStage.REJECTED)
        return replace(turned, decided_by=told.rejected_by, decided_at=event.occurred_at)

    @folds(h.HoursCorrected, keys=_its)
    def corrected(self, row: Row, event: Stored, told: h.HoursCorrected) -> Row:
        """Another entry takes its place."""
        return replace(_turned(row, event, EntryStage.CORRECTED), corrected_by=told.corrected_by)


def _turned(row: Row, event: Stored, stage: EntryStage) -> Row:
    return replace(row, state=stage.value, changed_at=event.occurred_at)
