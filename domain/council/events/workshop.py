"""What became true of workshops; each institution's own log holds them."""

from uuid import UUID

from domain.council.workshop_parts import Attendance, WorkshopLevel, WorkshopPlace
from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Text, Title
from domain.kernel.vocabulary import Instant, LanguageFile


class WorkshopAnnounced(InitialEvent, frozen=True, kw_only=True, omit_defaults=True):
    """Everybody may know when and where it is, and what for."""

    TOPIC = "council.WorkshopAnnounced.v1"

    level: WorkshopLevel
    title: Title
    summary: Text
    begins_at: Instant
    ends_at: Instant
    place: WorkshopPlace
    measure_id: UUID | None = None


class AttendanceRecorded(Event, frozen=True, kw_only=True):
    """It was held, and so many came; numbers alone, nobody by name."""

    TOPIC = "council.AttendanceRecorded.v1"

    attendance: tuple[Attendance, ...]


class OutputsRecorded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """What came of it."""

    TOPIC = "council.OutputsRecorded.v1"

    outputs: Text
    files: tuple[LanguageFile, ...] = ()


class WorkshopCancelled(Event, frozen=True, kw_only=True):
    """It is not held."""

    TOPIC = "council.WorkshopCancelled.v1"

    reason: Text


EVENTS: tuple[type[Event], ...] = (WorkshopAnnounced, AttendanceRecorded, OutputsRecorded, WorkshopCancelled)
