"""Questions to the register of providers: an institution's own, and what everybody may see of all."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

import msgspec

from projections.lookup import published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page
from projections.searching import Words, folded
from projections.volunteer_provider_register import ProviderFacts, VolunteerProviderRow

_TABLE = "volunteer_provider_register"
Place = Annotated[str, msgspec.Meta(description="Slug of a municipality")]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `text` is looked for in names, descriptions and places."""

    state: str | None = None
    organisation_id: UUID | None = None
    municipality: Place | None = None
    text: Words | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state, organisation_id=self.organisation_id, municipality=self.municipality
        )
        return where.add("strpos(searched, ?) > 0", folded(self.text)) if self.text else where


NO_FILTER = Filter()


class PublicProvider(ProviderFacts, frozen=True):
    """A verified provider as everybody sees it, of the institution `tenant`."""

    tenant: str = ""


class _Held(ProviderFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


_PUBLIC = published(_Held, _TABLE)
DEALING_PROVIDERS = (
    "SELECT p.tenant_id, 'volunteer_provider' AS kind, p.provider_id AS dealing_id, t.slug AS tenant,"
    " p.organisation_id, NULL::uuid AS about_id, p.title, p.state, p.verified_at AS at, NULL::jsonb AS amount"
    " FROM volunteer_provider_register p JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)"
    " WHERE p.public AND p.organisation_id IS NOT NULL"
)
"""Where organisations are providers, for `projections/dealings.py`."""


async def providers(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    organisations: Collection[UUID] | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[VolunteerProviderRow]:
    """Providers, the newest first, of these `organisations` where they are given; key `(applied_at, provider_id)`."""
    where = chosen.conditions()
    if organisations is not None:
        where.add("organisation_id = ANY (?)", list(organisations))
    order = ("applied_at", "provider_id")
    return await fetch_page(connection, VolunteerProviderRow, _TABLE, where, order, after, limit, descending=True)


async def provider(connection: ReadConnection, provider_id: UUID) -> VolunteerProviderRow | None:
    """One provider of the tenant."""
    return await fetch_one(connection, VolunteerProviderRow, _TABLE, Conditions().add_equal(provider_id=provider_id))


async def public_providers(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicProvider]:
    """Verified providers of the tenants in scope, the newest first; the key is `(verified_at, provider_id)`."""
    where = chosen.conditions().add_equal(tenant=tenant)
    order = ("verified_at", "provider_id")
    return await fetch_page(connection, PublicProvider, _PUBLIC, where, order, after, limit, descending=True)


async def public_provider(connection: ReadConnection, provider_id: UUID) -> PublicProvider | None:
    """One verified provider of the tenants in scope."""
    return await fetch_one(connection, PublicProvider, _PUBLIC, Conditions().add_equal(provider_id=provider_id))
