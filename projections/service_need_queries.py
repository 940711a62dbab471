"""Questions to the register of needs for services."""

from uuid import UUID

import msgspec

from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
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


_PUBLIC = published(_Held, _TABLE)


_NEEDS = Lookup(ServiceNeedRow, _TABLE, "assessed_at", "need_id", descending=True)
_PUBLIC_NEEDS = Lookup(PublicServiceNeed, _PUBLIC, "approved_at", "need_id", descending=True)


async def needs(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[ServiceNeedRow]:
    """The tenant's needs, the newest first; the key is `(assessed_at, need_id)`."""
    return await _NEEDS.page(connection, chosen.conditions(), after, limit)


async def need(connection: ReadConnection, need_id: UUID) -> ServiceNeedRow | None:
    """One need of the tenant."""
    return await _NEEDS.one(connection, need_id)


async def public_needs(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicServiceNeed]:
    """Approved needs of the tenants in scope, the newest approval first; key `(approved_at, need_id)`."""
    return await _PUBLIC_NEEDS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def public_need(connection: ReadConnection, need_id: UUID) -> PublicServiceNeed | None:
    """One approved need of the tenants in scope."""
    return await _PUBLIC_NEEDS.one(connection, need_id)
