"""Questions to the register of bids. A sealed bid is shown to nobody but the organisation whose it is."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page
from projections.service_bid_register import ServiceBidRow

_TABLE = "service_bid_register"


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    call_id: UUID | None = None
    organisation_id: UUID | None = None
    state: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(call_id=self.call_id, organisation_id=self.organisation_id, state=self.state)


NO_FILTER = Filter()


async def bids(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[ServiceBidRow]:
    """Bids that the institution may know of, the earliest first; the key is `(received_at, bid_id)`."""
    return await fetch_page(
        connection,
        ServiceBidRow,
        _TABLE,
        chosen.conditions().add("shown"),
        ("received_at", "bid_id"),
        after,
        limit,
    )


async def bid(connection: ReadConnection, bid_id: UUID) -> ServiceBidRow | None:
    """One bid that the institution may know of."""
    return await fetch_one(connection, ServiceBidRow, _TABLE, Conditions().add_equal(bid_id=bid_id).add("shown"))


async def own_bids(
    connection: ReadConnection,
    organisations: Collection[UUID],
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[ServiceBidRow]:
    """Bids of these organisations, sealed ones, too, the newest first; the key is `(received_at, bid_id)`."""
    return await fetch_page(
        connection,
        ServiceBidRow,
        _TABLE,
        chosen.conditions().add("organisation_id = ANY (?)", list(organisations)),
        ("received_at", "bid_id"),
        after,
        limit,
        descending=True,
    )


async def own_bid(connection: ReadConnection, bid_id: UUID, organisations: Collection[UUID]) -> ServiceBidRow | None:
    """One bid of these organisations."""
    where = Conditions().add_equal(bid_id=bid_id).add("organisation_id = ANY (?)", list(organisations))
    return await fetch_one(connection, ServiceBidRow, _TABLE, where)
