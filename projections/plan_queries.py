"""Questions to the register of consultation plans."""

from typing import Annotated
from uuid import UUID

import msgspec

from projections.paging import After, Page
from projections.plan_register import PlanRow
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: str | None = None
    year: Annotated[int, msgspec.Meta(ge=1999, le=2200, description="Year of the plan")] | None = None


NO_FILTER = Filter()


async def plans(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[PlanRow]:
    """The tenant's plans, the latest year first; the key is `(year, plan_id)`."""
    return await fetch_page(
        connection,
        PlanRow,
        "plan_register",
        Conditions().add_equal(state=chosen.state, year=chosen.year),
        ("year", "plan_id"),
        after,
        limit,
        descending=True,
    )


async def plan(connection: ReadConnection, plan_id: UUID) -> PlanRow | None:
    """One plan, None when the tenant has none of that id."""
    where = Conditions().add_equal(plan_id=plan_id)
    return await fetch_one(connection, PlanRow, "plan_register", where)
