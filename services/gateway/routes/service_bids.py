"""Bids: what bidders and officers send, and what each of them sees; what is sealed only whoever sealed it."""

from msgspec.structs import replace

from domain.contracts.commands import bid as c
from domain.kernel.errors import StreamNotFound
from projections import service_bid_queries as q
from projections import service_call_queries
from projections.catalogue import SERVICE_BIDS, SERVICE_CALLS
from projections.reading import Page
from projections.service_bid_register import ServiceBidRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_BID, _OWN = "/service-bids/{id}", "/me/service-bids/{id}"
BidView = view_of(ServiceBidRow, "ServiceBid", without=("shown",))

COMMANDS = (
    CommandRoute("/service-bids", c.SealBid, reads=_OWN),
    CommandRoute(f"{_BID}/reseal", c.ResealBid),
    CommandRoute(f"{_BID}/withdraw", c.WithdrawBid),
    CommandRoute(f"{_BID}/open", c.OpenBid),
    CommandRoute(f"{_BID}/qualify", c.QualifyBid),
    CommandRoute(f"{_BID}/disqualify", c.DisqualifyBid),
)


@listed(
    "/service-calls/{id:uuid}/bids",
    "service_bids",
    BidView,
    of=(SERVICE_BIDS, SERVICE_CALLS),
    by=q.Filter,
    only=("organisation_id", "state"),
)
async def bids(asked: AtDeskAsked[q.Filter]) -> Page[ServiceBidRow]:
    """The bids of one call, the earliest first; each from the moment on in which it is opened, or is out unopened."""
    if await service_call_queries.call(asked.connection, asked.now, asked.id) is None:
        raise StreamNotFound
    chosen = replace(asked.chosen, call_id=asked.id)
    return await q.bids(asked.connection, chosen, after=asked.after, limit=asked.limit)


@shown("/service-bids/{id:uuid}", "service_bid", BidView, of=(SERVICE_BIDS,))
async def bid(asked: AtDeskAsked[NoFilter]) -> ServiceBidRow | None:
    """One opened bid, whole, for the institution's officers."""
    return await q.bid(asked.connection, asked.id)


@listed("/me/service-bids", "own_service_bids", BidView, of=(SERVICE_BIDS,), by=q.Filter)
async def own_bids(asked: AtDeskAsked[q.Filter]) -> Page[ServiceBidRow]:
    """Bids of the reader's organisations, the newest first."""
    return await q.own_bids(
        asked.connection,
        await asked.place.organisations(),
        asked.chosen,
        after=asked.after,
        limit=asked.limit,
    )


@shown("/me/service-bids/{id:uuid}", "own_service_bids", BidView, of=(SERVICE_BIDS,))
async def own_bid(asked: AtDeskAsked[NoFilter]) -> ServiceBidRow | None:
    """One bid of the reader's organisations."""
    return await q.own_bid(asked.connection, asked.id, await asked.place.organisations())


ROUTES = Routes(commands=COMMANDS, queries=(bids, bid, own_bids, own_bid))
