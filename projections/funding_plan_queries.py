"""Questions to the register of funding plans."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.text import Title
from projections.funding_plan_register import FundingLine, FundingPlanRow, PlanPublication, PlanReport
from projections.lookup import Lookup
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: str | None = None
    year: Annotated[int, msgspec.Meta(ge=1999, le=2200, description="Year of the plan")] | None = None


class PublicFundingPlan(msgspec.Struct, frozen=True):
    """A funding plan in force; `state` is published, amended or reported, `tenant` the institution's slug.

    `lines` are those that the publication found on it or that came later, with what happened to them since and what
    published calls take of them.
    """

    tenant_id: int
    plan_id: UUID
    tenant: str
    state: str
    version: int
    year: int
    title: Title
    currency: str
    changed_at: datetime
    lines: tuple[FundingLine, ...]
    publication: PlanPublication
    report: PlanReport | None
    amended: bool
    source: str
    source_id: str


NO_FILTER = Filter()
_PUBLIC = (
    "(SELECT p.tenant_id, p.plan_id, t.slug AS tenant, p.state, p.version, p.year, p.title, p.currency, p.changed_at,"
    " p.lines_in_force AS lines, p.publication, p.report, p.amended, p.source, p.source_id"
    " FROM funding_plan_register p JOIN (SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)"
    " WHERE p.public) shown"
)


_FUNDING_PLANS = Lookup(FundingPlanRow, "funding_plan_register", "year", "plan_id", descending=True)
_PUBLIC_FUNDING_PLANS = Lookup(PublicFundingPlan, _PUBLIC, "year", "plan_id", descending=True)


async def funding_plans(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[FundingPlanRow]:
    """The tenant's funding plans, the latest year first; the key is `(year, plan_id)`."""
    return await _FUNDING_PLANS.page(
        connection, Conditions().add_equal(state=chosen.state, year=chosen.year), after, limit
    )


async def funding_plan(connection: ReadConnection, plan_id: UUID) -> FundingPlanRow | None:
    """One funding plan, None when the tenant has none of that id."""
    return await _FUNDING_PLANS.one(connection, plan_id)


async def public_funding_plan(connection: ReadConnection, _now: datetime, plan_id: UUID) -> PublicFundingPlan | None:
    """One funding plan in force of the tenants in scope."""
    return await _PUBLIC_FUNDING_PLANS.one(connection, plan_id)


async def public_funding_plans(
    connection: ReadConnection,
    chosen: Filter = NO_FILTER,
    *,
    tenant: str | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[PublicFundingPlan]:
    """Funding plans in force of the tenants in scope, the latest year first; key `(year, plan_id)`."""
    return await _PUBLIC_FUNDING_PLANS.page(
        connection, Conditions().add_equal(tenant=tenant, state=chosen.state, year=chosen.year), after, limit
    )
