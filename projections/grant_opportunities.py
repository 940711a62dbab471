"""Published calls as a numbered list, the last changed first, for readers who page by number."""

from datetime import datetime

import msgspec

from projections.grant_call_queries import PublicGrantCall, public_source
from projections.reading import Conditions, ReadConnection, fetch_count, maker, selected


class Opportunities(msgspec.Struct, frozen=True):
    """One page of the calls, and how many there are in all."""

    items: list[PublicGrantCall]
    total: int


async def opportunities(
    connection: ReadConnection, now: datetime, *, tenant: str | None = None, page: int = 1, size: int = 100
) -> Opportunities:
    """A page, from 1, of the published calls of the tenants in scope."""
    where = Conditions().add_equal(tenant=tenant)
    source = public_source(where, now)
    records = await connection.fetch(
        f"SELECT {selected(PublicGrantCall)} FROM {source} WHERE {where}"  # noqa: S608 - our own text
        f" ORDER BY changed_at DESC, call_id LIMIT {int(size)} OFFSET {(int(page) - 1) * int(size)}",
        *where.parameters,
    )
    make = maker(PublicGrantCall)
    return Opportunities([make(record) for record in records], await fetch_count(connection, source, where))
