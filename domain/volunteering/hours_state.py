"""The state of a ledger of hours: its entries, and which of them count."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.aggregate import Aggregate, applies
from domain.kernel.command import Command
from domain.kernel.errors import IllegalTransition, InvalidValue
from domain.kernel.message import N_
from domain.volunteering.events.hours import (
    HoursClaimed,
    HoursConfirmed,
    HoursCorrected,
    HoursLedgerOpened,
    HoursLogged,
    HoursRefused,
    HoursRejected,
    HoursTotalled,
    ShiftRefused,
)
from domain.volunteering.hours_parts import DayMinutes, EntryStage, minutes_in
from domain.volunteering.time_book import Stretch, TimeBook


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as it stands; times are UTC."""

    stage: EntryStage
    started_at: datetime
    ended_at: datetime
    break_minutes: int
    days: tuple[DayMinutes, ...]
    logged_by: UUID

    @property
    def minutes(self) -> int:
        """Minutes of work."""
        return minutes_in(self.days)


class HoursState(Aggregate):
    """What a ledger remembers. `book` holds what counts: entries that are logged, claimed or confirmed."""

    @applies(HoursLedgerOpened)
    def _opened(self, event: HoursLedgerOpened) -> None:
        self.agreement_id, self.person_id = event.agreement_id, event.person_id
        self.organisation_id = event.organisation_id
        self.entries: dict[UUID, Entry] = {}
        self.book = TimeBook()
        self.total: HoursTotalled | None = None
        self.checked_out: frozenset[UUID] = frozenset()

    @applies(HoursLogged)
    def _logged(self, event: HoursLogged) -> None:
        self.entries[event.entry_id] = Entry(
            stage=EntryStage.LOGGED,
            started_at=event.started_at,
            ended_at=event.ended_at,
            break_minutes=event.break_minutes,
            days=event.days,
            logged_by=event.logged_by,
        )
        self.book.take(event.entry_id, Stretch(event.started_at, event.ended_at, event.days))
        if event.checked_out is not None:
            self.checked_out |= {event.checked_out}

    @applies(ShiftRefused)
    def _not_logged(self, event: ShiftRefused) -> None:
        self.checked_out |= {event.checked_out}

    @applies(HoursClaimed)
    def _claimed(self, event: HoursClaimed) -> None:
        self._put(event.entry_id, EntryStage.CLAIMED)

    @applies(HoursConfirmed)
    def _confirmed(self, event: HoursConfirmed) -> None:
        self._put(event.entry_id, EntryStage.CONFIRMED)

    @applies(HoursRefused)
    def _refused(self, event: HoursRefused) -> None:
        self._drop(event.entry_id, EntryStage.REFUSED)

    @applies(HoursRejected)
    def _rejected(self, event: HoursRejected) -> None:
        self._drop(event.entry_id, EntryStage.REJECTED)

    @applies(HoursCorrected)
    def _corrected(self, event: HoursCorrected) -> None:
        self._drop(event.entry_id, EntryStage.CORRECTED)

    @applies(HoursTotalled)
    def _totalled(self, event: HoursTotalled) -> None:
        self.total = event

    @property
    def about(self) -> dict[str, UUID]:
        """What each of its events says of whose hours it holds."""
        return {"agreement_id": self.agreement_id, "person_id": self.person_id}

    def entry(self, entry_id: UUID, pointer: str, command: Command, *stages: EntryStage) -> Entry:
        """The entry, in one of these stages. Raises: InvalidValue where there is none; IllegalTransition."""
        found = self.entries.get(entry_id)
        if found is None:
            raise InvalidValue(pointer, N_("There is no such entry."))
        if found.stage not in stages:
            raise IllegalTransition(state=found.stage, command=command.name)
        return found

    def _put(self, entry_id: UUID, stage: EntryStage) -> None:
        self.entries[entry_id] = replace(self.entries[entry_id], stage=stage)

    def _drop(self, entry_id: UUID, stage: EntryStage) -> None:
        self._put(entry_id, stage)
        self.book.release(entry_id)
