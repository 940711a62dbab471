"""Opportunities to volunteer: a provider publishes them, everybody searches by words, place, day and skill."""

from domain.kernel.message import N_
from domain.volunteering.commands import opportunity as c
from projections import opportunity_queries as q
from projections.catalogue import OPPORTUNITIES, VOLUNTEER_PROVIDERS
from projections.opportunity_register import OpportunityRow
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.refusals import InvalidParameter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_OPPORTUNITY = "/opportunities/{id}"
_PUBLIC = (OPPORTUNITIES, VOLUNTEER_PROVIDERS)
OpportunityView = view_of(OpportunityRow, "Opportunity", without=("public",))
PublicOpportunityView = view_of(q.PublicOpportunity, "PublicOpportunity")
OpportunitySumsView = view_of(q.OpportunitySums, "OpportunitySums")


@listed("/opportunities", "opportunities", OpportunityView, of=(OPPORTUNITIES,), by=q.Filter)
async def opportunities(asked: AtDeskAsked[q.Filter]) -> Page[OpportunityRow]:
    """Opportunities of the institution's providers, drafts too, the newest first."""
    _require_whole(asked.chosen)
    return await q.opportunities(asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/opportunities/{id:uuid}", "opportunity", OpportunityView, of=(OPPORTUNITIES,))
async def opportunity(asked: AtDeskAsked[NoFilter]) -> OpportunityRow | None:
    """One opportunity with its shifts: for the institution, and for the provider's own people."""
    row = await q.opportunity(asked.connection, asked.id)
    if row is None or row.organisation_id is None:
        return row
    return row if await asked.place.may_read_of(row.organisation_id) else None


@listed(
    "/me/opportunities",
    "own_opportunities",
    OpportunityView,
    of=(OPPORTUNITIES,),
    by=q.Filter,
    only=("state", "provider_id", "over", "text"),
)
async def own_opportunities(asked: AtDeskAsked[q.Filter]) -> Page[OpportunityRow]:
    """Opportunities that the reader's organisations offer here, drafts too, the newest first."""
    own = await asked.place.organisations()
    return await q.opportunities(
        asked.connection, asked.now, asked.chosen, organisations=own, after=asked.after, limit=asked.limit
    )


@listed("/opportunity-sums", "opportunity_sums", OpportunitySumsView, of=(OPPORTUNITIES,))
async def opportunity_sums(asked: AtDeskAsked[NoFilter]) -> Page[q.OpportunitySums]:
    """What the institution's opportunities come to by state, and by what their source said of them."""
    return await q.opportunity_sums(asked.connection, after=asked.after, limit=asked.limit)


@open_listed("/opportunities", PublicOpportunityView, of=_PUBLIC, by=q.Filter, operation_id="PublicOpportunities")
async def public_opportunities(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicOpportunity]:
    """Published opportunities of all institutions or of one, what ends first first.

    `latitude`, `longitude` and `within` are said together. `over=false` leaves out what is past.
    """
    _require_whole(asked.chosen)
    return await q.public_opportunities(
        asked.connection, asked.now, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/opportunities/{id:uuid}", PublicOpportunityView, of=_PUBLIC, operation_id="PublicOpportunity")
async def public_opportunity(asked: AtWindowAsked[NoFilter]) -> q.PublicOpportunity | None:
    """One published opportunity with every shift."""
    return await q.public_opportunity(asked.connection, asked.id)


def _require_whole(chosen: q.Filter) -> None:
    """Refuse a distance of which a part is missing. Raises: InvalidParameter."""
    if chosen.names_a_point is None:
        raise InvalidParameter(
            "within", N_("A distance is asked for by `latitude`, `longitude` and `within` together.")
        )


ROUTES = Routes(
    commands=(
        CommandRoute("/opportunities", c.DraftOpportunity, reads=_OPPORTUNITY),
        CommandRoute(f"{_OPPORTUNITY}/revise", c.ReviseOpportunity),
        CommandRoute(f"{_OPPORTUNITY}/publish", c.PublishOpportunity),
        CommandRoute(f"{_OPPORTUNITY}/close", c.CloseOpportunity),
    ),
    queries=(opportunities, opportunity, own_opportunities, opportunity_sums),
    open=(public_opportunities, public_opportunity),
)
