"""Questions to the register of contracts on services."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from projections.lookup import Lookup, of_any, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.searching import folded
from projections.service_contract_register import ServiceContractFacts, ServiceContractRow

_TABLE = "service_contract_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing.

    `overdue`: a delivery was not reported; `delivery`: one stands so, as `accepted` for what is to be paid.
    `text` is looked for in names, titles and the kind of service.
    """

    call_id: UUID | None = None
    organisation_id: UUID | None = None
    state: str | None = None
    service: str | None = None
    place: str | None = None
    overdue: bool | None = None
    delivery: str | None = None
    text: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            call_id=self.call_id, organisation_id=self.organisation_id, state=self.state, service=self.service
        )
        if self.place is not None:
            where.add("places @> jsonb_build_array(?::text)", self.place)
        if self.overdue is not None:
            where.add("overdue > 0" if self.overdue else "overdue = 0")
        if self.delivery is not None:
            where.add("deliveries @> jsonb_build_array(jsonb_build_object('state', ?::text))", self.delivery)
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        return where


NO_FILTER = Filter()

DEALING_CONTRACTS = (
    "SELECT c.tenant_id, 'service_contract' AS kind, c.contract_id AS dealing_id, t.slug AS tenant, c.organisation_id,"
    " c.call_id AS about_id, c.title, c.state, c.signed_at AS at, c.value AS amount"
    " FROM service_contract_register c JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id) WHERE c.public"
)
"""What organisations were contracted for, for `projections/dealings.py`."""


class PublicServiceContract(ServiceContractFacts, frozen=True):
    """A signed contract as everybody sees it; `tenant` is the institution's slug."""

    tenant: str = ""


class _Held(ServiceContractFacts, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


_PUBLIC = published(_Held, _TABLE)


_CONTRACTS = Lookup(ServiceContractRow, _TABLE, "drafted_at", "contract_id", descending=True)
_PUBLIC_CONTRACTS = Lookup(PublicServiceContract, _PUBLIC, "signed_at", "contract_id", descending=True)


async def contracts(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    organisations: Collection[UUID] | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[ServiceContractRow]:
    """Contracts, the newest first, of these `organisations` where they are given; key `(drafted_at, contract_id)`."""
    return await _CONTRACTS.page(connection, of_any(organisations, chosen.conditions()), after, limit)


async def contract(connection: ReadConnection, contract_id: UUID) -> ServiceContractRow | None:
    """One contract."""
    return await _CONTRACTS.one(connection, contract_id)


async def public_contracts(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicServiceContract]:
    """Signed contracts of the tenants in scope, the newest first; the key is `(signed_at, contract_id)`."""
    return await _PUBLIC_CONTRACTS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def public_contract(connection: ReadConnection, contract_id: UUID) -> PublicServiceContract | None:
    """One signed contract of the tenants in scope."""
    return await _PUBLIC_CONTRACTS.one(connection, contract_id)
