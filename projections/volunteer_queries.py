"""Questions to the national register of volunteers: an official's list, one's own entry, and who could help."""

from uuid import UUID

import msgspec

from domain.volunteering.vocabulary import Availability, Purpose
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page
from projections.volunteer_register import REGISTERED, VolunteerRow

_TABLE = "volunteer_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `guarded`: a guardian is on record."""

    state: str | None = None
    band: str | None = None
    municipality: str | None = None
    skill: str | None = None
    language: str | None = None
    guarded: bool | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(state=self.state, band=self.band, municipality=self.municipality)
        for column, value in (("skills", self.skill), ("languages", self.language)):
            if value is not None:
                where.add(f"jsonb_exists({column}, ?)", value)
        if self.guarded is not None:
            where.add("guardians <> '[]'::jsonb" if self.guarded else "guardians = '[]'::jsonb")
        return where


NO_FILTER = Filter()


class Match(msgspec.Struct, frozen=True):
    """Somebody who consents to be found: what they can, and when; by the id to which an agreement is offered."""

    tenant_id: int
    person_id: UUID
    band: str
    municipality: str
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    availability: Availability


async def volunteers(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[VolunteerRow]:
    """Volunteers of the nation, the newest first; the key is `(registered_at, volunteer_id)`."""
    order = ("registered_at", "volunteer_id")
    return await fetch_page(connection, VolunteerRow, _TABLE, chosen.conditions(), order, after, limit, descending=True)


async def volunteer(connection: ReadConnection, volunteer_id: UUID) -> VolunteerRow | None:
    """One volunteer."""
    return await fetch_one(connection, VolunteerRow, _TABLE, Conditions().add_equal(volunteer_id=volunteer_id))


async def matches(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[Match]:
    """Volunteers who consent to matching, by id; the key is `person_id`."""
    where = chosen.conditions().add_equal(state=REGISTERED).add("jsonb_exists(consents, ?)", Purpose.MATCHING.value)
    return await fetch_page(connection, Match, _TABLE, where, ("person_id",), after, limit)
