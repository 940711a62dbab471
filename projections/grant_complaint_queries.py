"""Questions to the register of complaints."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec

from projections.grant_complaint_register import GrantComplaintRow
from projections.lookup import Lookup, of_any
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection

_TABLE = "grant_complaint_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing. `overdue`: not decided, and its day has passed."""

    call_id: UUID | None = None
    state: str | None = None
    subject: str | None = None
    overdue: bool | None = None


_COMPLAINTS = Lookup(GrantComplaintRow, _TABLE, "filed_at", "complaint_id")


async def complaints(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter,
    *,
    organisations: Collection[UUID] | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[GrantComplaintRow]:
    """Complaints, the earliest first, of these `organisations` where they are given; key `(filed_at, complaint_id)`."""
    where = Conditions().add_equal(call_id=chosen.call_id, state=chosen.state, subject=chosen.subject)
    if chosen.overdue is not None:
        late = "decided_at IS NULL AND decide_by <= ?"
        where.add(late if chosen.overdue else f"NOT ({late})", now)
    return await _COMPLAINTS.page(connection, of_any(organisations, where), after, limit)


async def complaint(connection: ReadConnection, complaint_id: UUID) -> GrantComplaintRow | None:
    """One complaint."""
    return await _COMPLAINTS.one(connection, complaint_id)
