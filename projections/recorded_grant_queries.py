"""Questions to the register of grants recorded elsewhere."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.grants.recorded_facts import Party, Period, Place, Programme
from domain.kernel.errors import Finding
from domain.kernel.money import Money
from domain.kernel.text import Text
from projections.lookup import Lookup, published
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.recorded_grant_register import Correction, RecordedGrantRow
from projections.searching import folded


class PublicRecordedGrant(msgspec.Struct, frozen=True):
    """A grant recorded elsewhere as everybody sees it; `tenant` is the slug of the institution that recorded it."""

    tenant_id: int
    tenant: str
    recorded_grant_id: UUID
    state: str
    version: int
    grant_id: str
    title: str
    amount: int
    currency: str
    awarded_on: date
    year: int
    recipients: tuple[Party, ...]
    funders: tuple[Party, ...]
    recorded_at: datetime
    changed_at: datetime
    description: str
    amount_applied_for: Money | None
    amount_disbursed: Money | None
    planned: tuple[Period, ...]
    programmes: tuple[Programme, ...]
    places: tuple[Place, ...]
    from_open_call: bool | None
    organisation_id: UUID | None
    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]
    struck_reason: Text | None
    source: str
    source_id: str


class _Held(PublicRecordedGrant, frozen=True):
    """The columns that the public role may read."""

    searched: str = ""


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `resolved`: the recipient is known to the national register."""

    state: str | None = None
    year: Annotated[int, msgspec.Meta(ge=1900, le=2199, description="Year of the award")] | None = None
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$", description="ISO 4217 code")] | None = None
    grant_id: str | None = None
    organisation_id: UUID | None = None
    resolved: bool | None = None
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=200, description="Words that must occur")] | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        where = Conditions().add_equal(
            state=self.state,
            year=self.year,
            currency=self.currency,
            grant_id=self.grant_id,
            organisation_id=self.organisation_id,
        )
        if self.resolved is not None:
            where.add(f"organisation_id IS {'NOT ' if self.resolved else ''}NULL")
        if self.text:
            where.add("strpos(searched, ?) > 0", folded(self.text))
        return where


NO_FILTER = Filter()


_RECORDED_GRANTS = Lookup(
    RecordedGrantRow, "recorded_grant_register", "awarded_on", "recorded_grant_id", descending=True
)
_PUBLIC_RECORDED_GRANTS = Lookup(
    PublicRecordedGrant, published(_Held, "recorded_grant_register"), "awarded_on", "recorded_grant_id", descending=True
)


async def recorded_grants(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[RecordedGrantRow]:
    """The tenant's recorded grants, the latest award first; the key is `(awarded_on, recorded_grant_id)`."""
    return await _RECORDED_GRANTS.page(connection, chosen.conditions(), after, limit)


async def recorded_grant(connection: ReadConnection, recorded_grant_id: UUID) -> RecordedGrantRow | None:
    """One recorded grant, None when the tenant has none of that id."""
    return await _RECORDED_GRANTS.one(connection, recorded_grant_id)


async def public_recorded_grants(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicRecordedGrant]:
    """Recorded grants of the tenants in scope, the latest award first; key `(awarded_on, recorded_grant_id)`."""
    return await _PUBLIC_RECORDED_GRANTS.page(connection, chosen.conditions().add_equal(tenant=tenant), after, limit)


async def public_recorded_grant(connection: ReadConnection, recorded_grant_id: UUID) -> PublicRecordedGrant | None:
    """One recorded grant of the tenants in scope."""
    return await _PUBLIC_RECORDED_GRANTS.one(connection, recorded_grant_id)
