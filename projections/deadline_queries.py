"""Questions to the deadline register: what is due, overdue first; the proof of one; what the clock has to do."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from domain.kernel.deadline import Deadline as Proof
from domain.kernel.text import Title
from projections.deadline_rows import Moved
from projections.lookup import SLUGS
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page


class DueDate(msgspec.Struct, frozen=True):
    """A deadline of `tenant` at the moment of the question. `rank` is 0 while it is pending: those first."""

    tenant_id: int
    deadline_id: UUID
    stream_id: UUID
    kind: str
    state: str
    due_at: datetime
    set_at: datetime
    action: str
    rule: str
    calendar: str
    part_id: UUID | None
    proof: Proof | None
    moved: tuple[Moved, ...]
    settled_at: datetime | None
    rank: int
    overdue: bool
    title: Title | None
    tenant: str


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: str | None = None
    kind: str | None = None
    overdue: bool | None = None
    stream_id: UUID | None = None


NO_FILTER = Filter()


TITLED: Mapping[str, str] = {
    "consultation_register": "consultation_id",
    "funding_plan_register": "plan_id",
    "grant_call_register": "call_id",
    "service_call_register": "call_id",
    "council_meeting_register": "meeting_id",
    "memorandum_register": "memorandum_id",
    "measure_register": "measure_id",
}
"""Registers that say what a stream with deadlines is called, each with the column of the stream's id."""

_TITLE = f"coalesce({', '.join(f'{table}.title' for table in TITLED)})"
_JOINED = "".join(
    f" LEFT JOIN {table} ON {table}.tenant_id = d.tenant_id AND {table}.{column} = d.stream_id"
    for table, column in TITLED.items()
)


def _shown(where: Conditions, now: datetime) -> str:
    return (
        "(SELECT d.*, CASE d.state WHEN 'pending' THEN 0 ELSE 1 END AS rank,"  # noqa: S608 - our own text
        f" (d.state = 'pending' AND d.due_at <= {where.parameter(now)}) AS overdue, {_TITLE} AS title, t.slug AS tenant"
        f" FROM deadline_register d JOIN {SLUGS}{_JOINED}) shown"
    )


async def deadlines(
    connection: ReadConnection,
    now: datetime,
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[DueDate]:
    """Deadlines, overdue ones first, settled ones last; the key is `(rank, due_at, deadline_id)`."""
    where = Conditions().add_equal(
        state=chosen.state, kind=chosen.kind, overdue=chosen.overdue, stream_id=chosen.stream_id
    )
    return await fetch_page(
        connection,
        DueDate,
        _shown(where, now),
        where,
        ("rank", "due_at", "deadline_id"),
        after,
        limit,
    )


async def deadline(connection: ReadConnection, now: datetime, deadline_id: UUID) -> DueDate | None:
    """One deadline with its proof and its earlier dates."""
    where = Conditions().add_equal(deadline_id=deadline_id)
    return await fetch_one(connection, DueDate, _shown(where, now), where)
