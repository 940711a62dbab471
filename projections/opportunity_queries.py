"""Questions to the register of opportunities: by words, place or distance, day, skill and age; and their sums."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.deadline import local_day
from domain.kernel.text import Title
from projections.lookup import SLUGS
from projections.opportunity_register import OpportunityFacts, OpportunityRow
from projections.paging import After, Page
from projections.reading import IN_SCOPE, Conditions, ReadConnection, fetch_one, fetch_page, selected
from projections.searching import Words, folded

_TABLE = "opportunity_register"
_EARTH_KM = 6_371
"""Mean radius of the Earth (IUGG)."""
Place = Annotated[str, msgspec.Meta(max_length=41, description="Slug of a municipality")]
Latitude = Annotated[int, msgspec.Meta(ge=-90_000_000, le=90_000_000, description="Millionths of a degree")]
Longitude = Annotated[int, msgspec.Meta(ge=-180_000_000, le=180_000_000, description="Millionths of a degree")]
Kilometres = Annotated[int, msgspec.Meta(ge=1, le=20_000, description="Kilometres around latitude and longitude")]
Years = Annotated[int, msgspec.Meta(ge=0, le=120, description="Age of a volunteer who may come, in years")]
_DISTANCE = (
    f"2 * {_EARTH_KM} * asin(least(1, sqrt(power(sin(radians((latitude - ?) / 1e6) / 2), 2) + cos(radians(? / 1e6))"
    " * cos(radians(latitude / 1e6)) * power(sin(radians((longitude - ?) / 1e6) / 2), 2)))) <= ?"
)
"""The haversine of two points: exact enough on a sphere, which errs by half a percent."""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing.

    `latitude`, `longitude` and `within` belong together: what has no point on the map is not found by them. `on` is a
    day with a shift, or within the time for which work is arranged. `over`: its last day has passed.
    """

    state: str | None = None
    provider_id: UUID | None = None
    organisation_id: UUID | None = None
    municipality: Place | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    within: Kilometres | None = None
    on: date | None = None
    skill: str | None = None
    language: str | None = None
    accessibility: str | None = None
    age: Years | None = None
    risk: str | None = None
    over: bool | None = None
    text: Words | None = None

    @property
    def names_a_point(self) -> bool | None:
        """Whether distance is asked for; None where only a part of it is said."""
        said = {one is not None for one in (self.latitude, self.longitude, self.within)}
        return said.pop() if len(said) == 1 else None

    def conditions(self, now: datetime) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state,
            provider_id=self.provider_id,
            organisation_id=self.organisation_id,
            municipality=self.municipality,
            risk=self.risk,
        )
        _add_place(where, self)
        _add_times(where, self, local_day(now))
        held = {"skills": self.skill, "languages": self.language, "accessibility": self.accessibility}
        for column, value in held.items():
            if value is not None:
                where.add(f"jsonb_exists({column}, ?)", value)
        if self.age is not None:
            where.add("coalesce(min_age, 0) <= ? AND coalesce(max_age, 200) >= ?", self.age, self.age)
        for word in folded(self.text or "").split():
            where.add("strpos(searched, ?) > 0", word)
        return where


NO_FILTER = Filter()


def _add_place(where: Conditions, chosen: Filter) -> None:
    if chosen.names_a_point:
        where.add(
            f"latitude IS NOT NULL AND {_DISTANCE}",
            chosen.latitude,
            chosen.latitude,
            chosen.longitude,
            chosen.within,
        )


def _add_times(where: Conditions, chosen: Filter, today: date) -> None:
    if chosen.on is not None:
        shifted = "days = '[]'::jsonb OR jsonb_exists(days, ?)"
        where.add(f"first_day <= ? AND last_day >= ? AND ({shifted})", chosen.on, chosen.on, chosen.on.isoformat())
    if chosen.over is not None:
        where.add("last_day < ?" if chosen.over else "last_day >= ?", today)


class PublicOpportunity(OpportunityFacts, frozen=True):
    """A published opportunity as everybody sees it, of the institution `tenant`; who provides it by name."""

    tenant: str = ""
    provider_title: Title | None = None


class _Held(OpportunityFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


_PUBLIC = f"""(SELECT o.*, t.slug AS tenant, p.title AS provider_title
    FROM (SELECT {selected(_Held)} FROM {_TABLE} WHERE public) o
    LEFT JOIN (SELECT tenant_id, provider_id, title FROM volunteer_provider_register) p
        USING (tenant_id, provider_id)
    JOIN {SLUGS}) shown"""  # noqa: S608 - our own text


class OpportunitySums(msgspec.Struct, frozen=True):
    """What the opportunities of one state, category and frequency come to; '' where their source says neither.

    `hours` counts those whose source says for how many hours they are.
    """

    state: str
    category: str
    frequency: str
    opportunities: int
    places: int
    providers: int
    hours: int


_SUMS = f"""(SELECT min(tenant_id) AS tenant_id, state, coalesce(origin->>'category', '') AS category,
    coalesce(origin->>'frequency', '') AS frequency, count(*) AS opportunities, sum(places)::bigint AS places,
    count(DISTINCT coalesce(provider_id::text, origin->>'provider_name')) AS providers,
    count(*) FILTER (WHERE (origin->>'hours')::bigint > 0) AS hours
    FROM {_TABLE} WHERE {IN_SCOPE} GROUP BY state, 3, 4) sums"""  # noqa: S608 - our own text


async def opportunities(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    organisations: Collection[UUID] | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[OpportunityRow]:
    """Opportunities, the newest first, of these `organisations` where they are given.

    The key is `(drafted_at, opportunity_id)`.
    """
    where = chosen.conditions(now)
    if organisations is not None:
        where.add("organisation_id = ANY (?)", list(organisations))
    order = ("drafted_at", "opportunity_id")
    return await fetch_page(connection, OpportunityRow, _TABLE, where, order, after, limit, descending=True)


async def opportunity(connection: ReadConnection, opportunity_id: UUID) -> OpportunityRow | None:
    """One opportunity of the tenant."""
    return await fetch_one(connection, OpportunityRow, _TABLE, Conditions().add_equal(opportunity_id=opportunity_id))


async def opportunity_sums(
    connection: ReadConnection, *, after: After | None = None, limit: int = 50
) -> Page[OpportunitySums]:
    """What the tenant's opportunities come to; the key is `(state, category, frequency)`."""
    order = ("state", "category", "frequency")
    return await fetch_page(connection, OpportunitySums, _SUMS, Conditions(), order, after, limit)


async def public_opportunities(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicOpportunity]:
    """Published opportunities of the tenants in scope, what ends first first; key `(last_day, opportunity_id)`."""
    where = chosen.conditions(now).add_equal(tenant=tenant)
    return await fetch_page(connection, PublicOpportunity, _PUBLIC, where, ("last_day", "opportunity_id"), after, limit)


async def public_opportunity(connection: ReadConnection, opportunity_id: UUID) -> PublicOpportunity | None:
    """One published opportunity of the tenants in scope."""
    return await fetch_one(
        connection, PublicOpportunity, _PUBLIC, Conditions().add_equal(opportunity_id=opportunity_id)
    )
