"""Questions to the registers of hours: what waits to be confirmed, what somebody worked, here or anywhere."""

from datetime import date
from uuid import UUID

import msgspec

from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_page
from projections.volunteer_agreement_queries import Providers
from projections.volunteer_hours_register import VolunteerHoursRow
from projections.volunteer_time_register import VolunteerTimeRow

_OF_PROVIDERS = (
    "EXISTS (SELECT FROM volunteer_agreement_register a WHERE a.tenant_id = volunteer_hours_register.tenant_id"
    " AND a.agreement_id = volunteer_hours_register.agreement_id AND $own)"
)
_OF_PERSON = (
    "person_id = ? OR EXISTS (SELECT FROM volunteer_agreement_register a"
    " WHERE a.tenant_id = volunteer_hours_register.tenant_id"
    " AND a.agreement_id = volunteer_hours_register.agreement_id"
    " AND (a.supervisor_id = ? OR jsonb_exists(a.guardians, ?)))"
)
"""Both look the agreement up by its key."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `state=claimed` is what waits to be confirmed; days are within."""

    state: str | None = None
    agreement_id: UUID | None = None
    person_id: UUID | None = None
    first_day: date | None = None
    last_day: date | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(state=self.state, agreement_id=self.agreement_id, person_id=self.person_id)
        if self.first_day is not None:
            where.add("day >= ?", self.first_day)
        if self.last_day is not None:
            where.add("day <= ?", self.last_day)
        return where


async def hours(
    connection: ReadConnection,
    chosen: Filter,
    *,
    providers: Providers | None = None,
    person_id: UUID | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[VolunteerHoursRow]:
    """Entries, the latest work first; of `providers`, or of whom `person_id` is the volunteer, supervisor or guardian.

    The key is `(started_at, entry_id)`.
    """
    where = chosen.conditions()
    if providers is not None:
        providers.limit(where, _OF_PROVIDERS)
    if person_id is not None:
        where.add(_OF_PERSON, person_id, person_id, str(person_id))
    order = ("started_at", "entry_id")
    table = "volunteer_hours_register"
    return await fetch_page(connection, VolunteerHoursRow, table, where, order, after, limit, descending=True)


async def own_time(
    connection: ReadConnection, person_id: UUID, *, after: After | None = None, limit: int = 50
) -> Page[VolunteerTimeRow]:
    """What a person worked in all institutions, the latest first; the key is `(started_at, entry_id)`."""
    where, order = Conditions().add_equal(person_id=person_id), ("started_at", "entry_id")
    table = "volunteer_time_register"
    return await fetch_page(connection, VolunteerTimeRow, table, where, order, after, limit, descending=True)
