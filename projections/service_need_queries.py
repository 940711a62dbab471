"""Questions to the register of needs for services."""

from uuid import UUID

import msgspec

from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page, selected
from projections.searching import Words, folded
from projections.service_need_register import ServiceNeedFacts, ServiceNeedRow

_TABLE = "service_need_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `place` is a municipality's slug, `text` in any language and script."""

    state: str | None = None
    year: int | None = None
    service: str | None = None
    place: str | None = None
    text: Words | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(state=self.state, year=self.year, service=self.service)
        if self.place is not None:
            where.add("jsonb_exists(places, ?)", self.place)
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        return where


NO_FILTER = Filter()


class PublicServiceNeed(ServiceNeedFacts, frozen=True):
    """An approved need as everybody sees it; `tenant` is the institution's slug."""

    tenant: str = ""


class _Held(ServiceNeedFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


_PUBLIC = (
    f"(SELECT n.*, t.slug AS tenant FROM (SELECT {selected(_Held)} FROM {_TABLE} WHERE public) n"  # noqa: S608 - our own
    " JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)) shown"
)


async def needs(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[ServiceNeedRow]:
    """The tenant's needs, the newest first; the key is `(assessed_at, need_id)`."""
    return await fetch_page(
        connection,
        ServiceNeedRow,
        _TABLE,
        chosen.conditions(),
        ("assessed_at", "need_id"),
        after,
        limit,
        descending=True,
    )


async def need(connection: ReadConnection, need_id: UUID) -> ServiceNeedRow | None:
    """One need of the tenant."""
    return await fetch_one(connection, ServiceNeedRow, _TABLE, Conditions().add_equal(need_id=need_id))


async def public_needs(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicServiceNeed]:
    """Approved needs of the tenants in scope, the newest approval first; key `(approved_at, need_id)`."""
    return await fetch_page(
        connection,
        PublicServiceNeed,
        _PUBLIC,
        chosen.conditions().add_equal(tenant=tenant),
        ("approved_at", "need_id"),
        after,
        limit,
        descending=True,
    )


async def public_need(connection: ReadConnection, need_id: UUID) -> PublicServiceNeed | None:
    """One approved need of the tenants in scope."""
    return await fetch_one(connection, PublicServiceNeed, _PUBLIC, Conditions().add_equal(need_id=need_id))
