"""Questions to the register of bids. A sealed bid is shown to nobody but the organisation whose it is."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from projections.lookup import Lookup
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
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


_BIDS = Lookup(ServiceBidRow, _TABLE, "received_at", "bid_id")
_OWN_BIDS = Lookup(ServiceBidRow, _TABLE, "received_at", "bid_id", descending=True)


async def bids(
    connection: ReadConnection, chosen: Filter = NO_FILTER, *, after: After | None = None, limit: int = 50
) -> Page[ServiceBidRow]:
    """Bids that the institution may know of, the earliest first; the key is `(received_at, bid_id)`."""
    return await _BIDS.page(connection, chosen.conditions().add("shown"), after, limit)


async def bid(connection: ReadConnection, bid_id: UUID) -> ServiceBidRow | None:
    """One bid that the institution may know of."""
    return await _OWN_BIDS.one(connection, bid_id, Conditions().add("shown"))


async def own_bids(
    connection: ReadConnection,
    organisations: Collection[UUID],
    chosen: Filter = NO_FILTER,
    *,
    after: After | None = None,
    limit: int = 50,
) -> Page[ServiceBidRow]:
    """Bids of these organisations, sealed ones, too, the newest first; the key is `(received_at, bid_id)`."""
    return await _OWN_BIDS.page(
        connection, chosen.conditions().add("organisation_id = ANY (?)", list(organisations)), after, limit
    )


async def own_bid(connection: ReadConnection, bid_id: UUID, organisations: Collection[UUID]) -> ServiceBidRow | None:
    """One bid of these organisations."""
    return await _OWN_BIDS.one(connection, bid_id, Conditions().add("organisation_id = ANY (?)", list(organisations)))
