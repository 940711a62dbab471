"""Commands on a volunteer's time in the national log; all are sent by the system and tell of institutions' logs."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.command import Command
from domain.kernel.vocabulary import Instant
from domain.volunteering.hours_parts import DayMinutes
from domain.volunteering.vocabulary import Protection


class OpenVolunteerTime(Command, frozen=True, kw_only=True):
    """Begin the time of a volunteer, with the first agreement that is signed anywhere."""

    person_id: UUID


class ClaimTime(Command, frozen=True, kw_only=True):
    """Ask for a stretch of the volunteer's time, for the entry of an institution's ledger."""

    entry_id: UUID
    tenant_id: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    ledger_id: UUID
    started_at: Instant
    ended_at: Instant
    days: tuple[DayMinutes, ...]
    protection: Protection


class ReleaseTime(Command, frozen=True, kw_only=True):
    """Give the time of an entry back: it was rejected or reversed."""

    entry_id: UUID
