"""Commands on workshops of an institution with civil society."""

from typing import Annotated
from uuid import UUID

import msgspec

from domain.council.workshop_parts import Attendance, WorkshopLevel, WorkshopPlace
from domain.kernel.command import Command
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Files, Instant

Attendances = Annotated[tuple[Attendance, ...], msgspec.Meta(min_length=1, max_length=3, description="One a side")]


class AnnounceWorkshop(Command, frozen=True, kw_only=True):
    """Invite to a workshop; `measure_id` is the measure of the action plan that it serves."""

    level: WorkshopLevel
    title: Title
    summary: Text
    begins_at: Instant
    ends_at: Instant
    place: WorkshopPlace
    measure_id: UUID | None = None


class RecordAttendance(Command, frozen=True, kw_only=True):
    """Say how many came, after it began; said again, the newest numbers count."""

    attendance: Attendances


class RecordOutputs(Command, frozen=True, kw_only=True):
    """Say what came of it, with the papers where there are any; said again, the newest counts."""

    outputs: Text
    files: Files | None = None


class CancelWorkshop(Command, frozen=True, kw_only=True):
    """It is not held; say why."""

    reason: Text
