"""What became true of a volunteer's time, in the national log: no minute is given twice."""

from datetime import datetime
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.kernel.text import Slug
from domain.volunteering.hours_parts import DayMinutes, TimeRefusal


def time_tag(person_id: UUID) -> str:
    """What is held of a volunteer's time; apart from `volunteer:<id>`, which every decision about them reads."""
    return f"volunteer_time:{person_id}"


class VolunteerTimeOpened(InitialEvent, frozen=True, kw_only=True):
    """The volunteer signed a first agreement."""

    TOPIC = "volunteering.VolunteerTimeOpened.v1"

    person_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The volunteer whose time it is."""
        return (time_tag(self.person_id),)


class TimeEvent(Event, frozen=True, kw_only=True):
    """An event of the time of `person_id`, about the entry `entry_id` of the ledger of an institution."""

    person_id: UUID
    entry_id: UUID
    tenant_id: int
    ledger_id: UUID

    def tags(self) -> tuple[str, ...]:
        """The volunteer whose time it is."""
        return (time_tag(self.person_id),)


class TimeClaimed(TimeEvent, frozen=True, kw_only=True):
    """The time is that entry's."""

    TOPIC = "volunteering.TimeClaimed.v1"

    institution: Slug
    started_at: datetime
    ended_at: datetime
    days: tuple[DayMinutes, ...]


class TimeRefused(TimeEvent, frozen=True, kw_only=True):
    """The time is not that entry's, and why."""

    TOPIC = "volunteering.TimeRefused.v1"

    refusal: TimeRefusal


class TimeReleased(TimeEvent, frozen=True, kw_only=True):
    """The time is free again."""

    TOPIC = "volunteering.TimeReleased.v1"


EVENTS: tuple[type[Event], ...] = (VolunteerTimeOpened, TimeClaimed, TimeRefused, TimeReleased)
