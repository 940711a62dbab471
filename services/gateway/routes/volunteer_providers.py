"""Providers: an organisation or the institution itself asks, an official verifies, everybody knows who is verified."""

from domain.volunteering.commands import provider as c
from projections import volunteer_provider_queries as q
from projections.catalogue import VOLUNTEER_PROVIDERS
from projections.reading import Page
from projections.volunteer_provider_register import VolunteerProviderRow
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_PROVIDER = "/volunteer-providers/{id}"
ProviderView = view_of(VolunteerProviderRow, "VolunteerProvider", without=("public",))
PublicProviderView = view_of(q.PublicProvider, "PublicVolunteerProvider")


@listed("/volunteer-providers", "volunteer_providers", ProviderView, of=(VOLUNTEER_PROVIDERS,), by=q.Filter)
async def volunteer_providers(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerProviderRow]:
    """Who asked the institution to be a provider and what was decided, the newest first."""
    return await q.providers(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/volunteer-providers/{id:uuid}", "volunteer_provider", ProviderView, of=(VOLUNTEER_PROVIDERS,))
async def volunteer_provider(asked: AtDeskAsked[NoFilter]) -> VolunteerProviderRow | None:
    """One provider with the decisions on it: for the institution, and for the provider's own people."""
    row = await q.provider(asked.connection, asked.id)
    if row is None or row.organisation_id is None:
        return row
    return row if await asked.place.may_read_of(row.organisation_id) else None


@listed(
    "/me/volunteer-providers",
    "own_volunteer_providers",
    ProviderView,
    of=(VOLUNTEER_PROVIDERS,),
    by=q.Filter,
    only=("state",),
)
async def own_volunteer_providers(asked: AtDeskAsked[q.Filter]) -> Page[VolunteerProviderRow]:
    """As what the reader's organisations provide here, the newest first."""
    own = await asked.place.organisations()
    return await q.providers(asked.connection, asked.chosen, organisations=own, after=asked.after, limit=asked.limit)


@open_listed(
    "/volunteer-providers",
    PublicProviderView,
    of=(VOLUNTEER_PROVIDERS,),
    by=q.Filter,
    operation_id="PublicVolunteerProviders",
)
async def public_volunteer_providers(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicProvider]:
    """The public register of verified providers, of all institutions or of one, the newest first."""
    return await q.public_providers(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown(
    "/volunteer-providers/{id:uuid}",
    PublicProviderView,
    of=(VOLUNTEER_PROVIDERS,),
    operation_id="PublicVolunteerProvider",
)
async def public_volunteer_provider(asked: AtWindowAsked[NoFilter]) -> q.PublicProvider | None:
    """One verified provider: its charter, its insurance and the decisions on it."""
    return await q.public_provider(asked.connection, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/volunteer-providers", c.ApplyAsProvider, reads=_PROVIDER),
        CommandRoute(f"{_PROVIDER}/verify", c.VerifyProvider),
        CommandRoute(f"{_PROVIDER}/refuse", c.RefuseProvider),
        CommandRoute(f"{_PROVIDER}/activate", c.ActivateProvider),
        CommandRoute(f"{_PROVIDER}/insurance", c.RenewInsurance),
        CommandRoute(f"{_PROVIDER}/suspend", c.SuspendProvider),
        CommandRoute(f"{_PROVIDER}/reinstate", c.ReinstateProvider),
    ),
    queries=(volunteer_providers, volunteer_provider, own_volunteer_providers),
    open=(public_volunteer_providers, public_volunteer_provider),
)
