"""Questions to the deadline register: what is due, overdue first; the proof of one; what the clock has to do."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from domain.kernel.deadline import Deadline as Proof
from domain.kernel.text import Title
from projections.deadline_register import Moved
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_page, maker, selected


class DueDate(msgspec.Struct, frozen=True):
    """A deadline at the moment of the question. `rank` is 0 while it is pending: those come first, oldest on top."""

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
    meeting_id: UUID | None
    proof: Proof | None
    moved: tuple[Moved, ...]
    settled_at: datetime | None
    rank: int
    overdue: bool
    title: Title | None


class Timer(msgspec.Struct, frozen=True):
    """A deadline whose time has come and that asks for a command; ids only, as it goes through a broker."""

    tenant_id: int
    epoch: int
    deadline_id: UUID
    stream_id: UUID
    action: str
    due_at: datetime


def _shown(where: Conditions, now: datetime) -> str:
    return (
        "(SELECT d.*, CASE d.state WHEN 'pending' THEN 0 ELSE 1 END AS rank,"  # noqa: S608 - our own text
        f" (d.state = 'pending' AND d.due_at <= {where.parameter(now)}) AS overdue, c.title FROM deadline_register d"
        " LEFT JOIN consultation_register c ON c.tenant_id = d.tenant_id AND c.consultation_id = d.stream_id) shown"
    )


async def deadlines(
    connection: ReadConnection,
    now: datetime,
    *,
    state: str | None = None,
    kind: str | None = None,
    overdue: bool | None = None,
    stream_id: UUID | None = None,
    after: After | None = None,
    limit: int = 50,
) -> Page[DueDate]:
    """Deadlines, overdue ones first, settled ones last; the key is `(rank, due_at, deadline_id)`."""
    where = Conditions().add_equal(state=state, kind=kind, overdue=overdue, stream_id=stream_id)
    return await fetch_page(
        connection,
        DueDate,
        _shown(where, now),
        where,
        ("rank", "due_at", "deadline_id"),
        after,
        limit,
        key=lambda item: (item.rank, item.due_at, item.deadline_id),
    )


async def deadline(connection: ReadConnection, now: datetime, deadline_id: UUID) -> DueDate | None:
    """One deadline with its proof and its earlier dates."""
    where = Conditions().add_equal(deadline_id=deadline_id)
    record = await connection.fetchrow(
        f"SELECT {selected(DueDate)} FROM {_shown(where, now)} WHERE {where}",  # noqa: S608 - our own text
        *where.parameters,
    )
    return maker(DueDate)(record) if record else None


async def due_timers(connection: ReadConnection, now: datetime, limit: int = 200) -> list[Timer]:
    """Pending deadlines with an action whose time has come by `now`, the tenant's own time; the oldest first."""
    records = await connection.fetch(
        f"SELECT {selected(Timer)} FROM deadline_register"  # noqa: S608 - our own text
        " WHERE state = 'pending' AND action <> '' AND due_at <= $1 ORDER BY due_at, deadline_id LIMIT $2",
        now,
        limit,
    )
    return [maker(Timer)(record) for record in records]


async def next_timer(connection: ReadConnection) -> datetime | None:
    """When the earliest pending deadline with an action is due."""
    record = await connection.fetchrow(
        "SELECT min(due_at) FROM deadline_register WHERE state = 'pending' AND action <> ''"
    )
    at: datetime | None = record[0] if record else None
    return at


async def counted_by(connection: ReadConnection, calendars: Sequence[str]) -> list[DueDate]:
    """Pending windows and report dates that were counted by another version of the calendar than these."""
    where = Conditions().add("state = 'pending' AND proof IS NOT NULL").add("calendar <> ALL (?)", list(calendars))
    source = _shown(where, datetime.min.replace(tzinfo=UTC))
    records = await connection.fetch(
        f"SELECT {selected(DueDate)} FROM {source} WHERE {where} ORDER BY due_at, deadline_id",  # noqa: S608
        *where.parameters,
    )
    return [maker(DueDate)(record) for record in records]
