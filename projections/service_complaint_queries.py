"""Questions to the register of complaints against proposed awards."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page
from projections.service_complaint_register import ServiceComplaintRow

_TABLE = "service_complaint_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `overdue`: not decided, and its day has passed."""

    call_id: UUID | None = None
    state: str | None = None
    overdue: bool | None = None


async def complaints(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter,
    *,
    organisations: Collection[UUID] | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[ServiceComplaintRow]:
    """Complaints, the earliest first, of these `organisations` where they are given; key `(filed_at, complaint_id)`."""
    where = Conditions().add_equal(call_id=chosen.call_id, state=chosen.state)
    if chosen.overdue is not None:
        late = "decided_at IS NULL AND decide_by <= ?"
        where.add(late if chosen.overdue else f"NOT ({late})", now)
    if organisations is not None:
        where.add("organisation_id = ANY (?)", list(organisations))
    return await fetch_page(
        connection,
        ServiceComplaintRow,
        _TABLE,
        where,
        ("filed_at", "complaint_id"),
        after,
        limit,
    )


async def complaint(connection: ReadConnection, complaint_id: UUID) -> ServiceComplaintRow | None:
    """One complaint."""
    where = Conditions().add_equal(complaint_id=complaint_id)
    return await fetch_one(connection, ServiceComplaintRow, _TABLE, where)
