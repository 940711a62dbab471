"""What in calls for services and in contracts should make somebody look."""

from projections import contract_red_flags as flags
from projections.catalogue import SERVICE_BIDS, SERVICE_CALLS, SERVICE_CONTRACTS
from projections.reading import Page
from services.gateway.register_route import AtDeskAsked, listed
from services.gateway.routing import Routes
from services.gateway.views import view_of

RedFlagView = view_of(flags.ContractRedFlag, "ContractRedFlag")


@listed(
    "/contract-red-flags",
    "contract_red_flags",
    RedFlagView,
    of=(SERVICE_CALLS, SERVICE_BIDS, SERVICE_CONTRACTS),
    by=flags.Filter,
)
async def own_flags(asked: AtDeskAsked[flags.Filter]) -> Page[flags.ContractRedFlag]:
    """What in the institution's calls and contracts should make somebody look; `code` is that of Cardinal."""
    by = flags.thresholds(await asked.place.reads.national_rules(asked.then))
    return await flags.red_flags(asked.connection, by, asked.chosen, after=asked.after, limit=asked.limit)


ROUTES = Routes(queries=(own_flags,))
