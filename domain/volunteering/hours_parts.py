"""What entries of hours are made of: minutes by local day, stages, and why a time cannot count."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.ids import derived_id
from domain.kernel.text import Slug


def ledger_id(agreement_id: UUID) -> UUID:
    """The stream of the hours given under an agreement."""
    return derived_id("hours_ledger", agreement_id)


def time_id(person_id: UUID) -> UUID:
    """The stream in the national log of a volunteer's time."""
    return derived_id("volunteer_time", person_id)


def hours_tag(ledger: UUID) -> str:
    """Boundary of an agreement together with what its hours add up to."""
    return f"hours:{ledger}"


class DayMinutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whole minutes of work on a day in Kosovo."""

    day: date
    minutes: Annotated[int, msgspec.Meta(ge=0, le=1500)]


def minutes_in(days: Iterable[DayMinutes]) -> int:
    """Minutes of work altogether."""
    return sum(one.minutes for one in days)


class EntryStage(StrEnum):
    """Where an entry stands. `claimed`: the national log knows of nothing else at that time.

    `refused` by the national log, `rejected` by the provider and `corrected` by another entry count no more.
    """

    LOGGED = "logged"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REJECTED = "rejected"
    CORRECTED = "corrected"


class Why(StrEnum):
    """Why a time cannot count."""

    OVERLAP = "overlap"
    DAY_CAP = "day_cap"
    WEEK_CAP = "week_cap"
    RULE = "rule"


class TimeRefusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Why a time cannot count, so that whoever logged it can understand it: by which rule, where it is no overlap.

    Of an overlap: in which institution the volunteer worked, from when to when. Of a cap: how many minutes
    it allows, how many there are already, and the (first) day.
    """

    why: Why
    institution: Slug | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    rule: str = ""
    day: date | None = None
    allowed: int | None = None
    taken: int | None = None
