"""Words shared by the commands and events of licences, and by those who buy what is licensed."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.text import END, Slug

_CODE = rf"^[a-z][a-z0-9_]{{1,59}}{END}"

ServiceType = Annotated[
    str, msgspec.Meta(pattern=_CODE, description="Code of a service: day_care, shelter, home_help, counselling, …")
]
Places = Annotated[
    tuple[Slug, ...], msgspec.Meta(min_length=1, max_length=40, description="Slugs of the municipalities it is for")
]
Capacity = Annotated[int, msgspec.Meta(ge=1, le=100_000, description="How many persons may be served at the same time")]
StaffCode = Annotated[
    str, msgspec.Meta(pattern=_CODE, description="Code of a role or a qualification: caregiver, social_work_ba, …")
]
EventReference = Annotated[
    str,
    msgspec.Meta(
        pattern=rf"^[1-9][0-9]*:[1-9][0-9]*:[1-9][0-9]*{END}",
        description="Where an event stands: tenant, epoch and position of its log",
    ),
]


class ServiceUnit(StrEnum):
    """What a service is counted in."""

    PERSON_HOUR = "person_hour"
    BED_NIGHT = "bed_night"
    VISIT = "visit"
    MEAL = "meal"
    SESSION = "session"
    CHILD_DAY = "child_day"


class LicenceStage(StrEnum):
    """Where a licence stands by its last decision. `refused`, `revoked` and `expired` are final."""

    APPLIED = "applied"
    REFUSED = "refused"
    GRANTED = "granted"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


class StaffQualification(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many people with a qualification work in a role; never who they are."""

    role: StaffCode
    qualification: StaffCode
    people: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


Staff = Annotated[tuple[StaffQualification, ...], msgspec.Meta(min_length=1, max_length=40)]


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is licensed and for how long: both days are within, days in Kosovo."""

    valid_from: date
    valid_until: date
    places: Places
    capacity: Capacity
    staff: Staff

    def covers(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.valid_from <= day <= self.valid_until


class Reliance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A contract of an institution that rests on a licence: the stream in that institution's own log."""

    tenant_id: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    stream_id: UUID
