"""The national register of volunteers: ids, an age band, a municipality, what they can and consent to; never a name."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from domain.kernel.ids import NATIONAL_TENANT
from domain.volunteering.events import volunteer as e
from domain.volunteering.vocabulary import Availability, Purpose
from projections.read_model import ReadModel, Stored, folds

REGISTERED, FORGOTTEN = "registered", "forgotten"


class VolunteerRow(msgspec.Struct, frozen=True):
    """A volunteer by id. `state` is registered or forgotten; name and addresses are sealed in the log.

    `band` is the age when the birth date was said last; `gender` is there with consent to statistics only.
    `calendar` counts how often the secret address of the calendar was changed.
    """

    tenant_id: int
    volunteer_id: UUID
    person_id: UUID
    state: str
    version: int
    registered_at: datetime
    changed_at: datetime
    band: str
    municipality: str
    gender: str | None
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    availability: Availability
    consents: tuple[str, ...] = ()
    guardians: tuple[UUID, ...] = ()
    calendar: int = 0


Row = VolunteerRow


class VolunteerRegister(ReadModel[VolunteerRow]):
    """Folds the volunteers of the nation."""

    name = "volunteer_register"
    table = "volunteer_register"
    row = VolunteerRow
    key = ("volunteer_id",)
    only_tenant = NATIONAL_TENANT

    @folds(e.VolunteerRegistered, begins=True)
    def registered(self, _row: None, event: Stored, told: e.VolunteerRegistered) -> Row:
        """Somebody volunteers."""
        return Row(
            tenant_id=event.tenant_id,
            volunteer_id=event.stream_id,
            person_id=told.person_id,
            state=REGISTERED,
            version=event.version,
            registered_at=event.occurred_at,
            changed_at=event.occurred_at,
            band=told.traits.band.value,
            municipality=told.traits.municipality,
            gender=told.traits.gender,
            skills=told.skills,
            languages=told.languages,
            availability=told.availability,
            consents=tuple(one.value for one in told.consents),
        )

    @folds(e.VolunteerRevised)
    def revised(self, row: Row, _event: Stored, told: e.VolunteerRevised) -> Row:
        """This is so now."""
        return replace(
            row,
            band=told.traits.band.value,
            municipality=told.traits.municipality,
            gender=told.traits.gender,
            skills=told.skills,
            languages=told.languages,
            availability=told.availability,
        )

    @folds(e.ConsentGiven)
    def consented(self, row: Row, _event: Stored, told: e.ConsentGiven) -> Row:
        """One purpose more."""
        gender = told.said if told.purpose is Purpose.STATISTICS else row.gender
        return replace(row, consents=(*row.consents, told.purpose.value), gender=gender)

    @folds(e.ConsentWithdrawn)
    def withdrew(self, row: Row, _event: Stored, told: e.ConsentWithdrawn) -> Row:
        """One purpose less."""
        left = tuple(one for one in row.consents if one != told.purpose)
        return replace(row, consents=left, gender=None if told.purpose is Purpose.STATISTICS else row.gender)

    @folds(e.GuardianRecorded)
    def guarded(self, row: Row, _event: Stored, told: e.GuardianRecorded) -> Row:
        """Somebody is responsible."""
        return replace(row, guardians=(*row.guardians, told.guardian_id))

    @folds(e.GuardianEnded)
    def unguarded(self, row: Row, _event: Stored, told: e.GuardianEnded) -> Row:
        """Somebody is not any more."""
        return replace(row, guardians=tuple(one for one in row.guardians if one != told.guardian_id))

    @folds(e.CalendarRenewed)
    def renewed(self, row: Row, _event: Stored, told: e.CalendarRenewed) -> Row:
        """Another secret address."""
        return replace(row, calendar=told.number)

    @folds(e.VolunteerForgotten)
    def forgotten(self, row: Row, _event: Stored, _told: e.VolunteerForgotten) -> Row:
        """Nothing is left to choose by."""
        return replace(
            row, state=FORGOTTEN, consents=(), guardians=(), skills=(), languages=(), availability=Availability()
        )
