"""Endpoints of webhooks: an API client has its own, the national administrator sees all."""

from datetime import datetime
from uuid import UUID

import msgspec

from domain.kernel.errors import StreamNotFound
from domain.kernel.manifest import Role
from domain.tenants.quotas import Resource
from domain.webhooks import commands as c
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.vocabulary import EndpointStage
from infra.database.scope import scope
from projections import webhook_queries as q
from projections.catalogue import WEBHOOK_ENDPOINTS
from projections.reading import Page
from projections.webhook_endpoint_register import WebhookEndpointRow
from services.gateway.command_route import CommandRoute, Wanted
from services.gateway.desk import Desk
from services.gateway.filters import NoFilter
from services.gateway.refusals import InstitutionQuotaFull
from services.gateway.register_route import AtDeskAsked, listed, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_ENDPOINT = "/webhook-endpoints/{id}"
WebhookEndpointView = view_of(WebhookEndpointRow, "WebhookEndpoint")
_OF = (WEBHOOK_ENDPOINTS,)


class WebhookSecret(msgspec.Struct, frozen=True):
    """What messages are checked with: `secret` for v1, `public_key` for v1a; until `valid_until`, if it ends."""

    generation: int
    secret: str
    public_key: str
    valid_until: datetime | None


class WebhookSecrets(msgspec.Struct, frozen=True):
    """Of an endpoint, what every message of now bears a signature by; the newest first."""

    secrets: tuple[WebhookSecret, ...]


def _client(desk: Desk) -> UUID | None:
    """Whose endpoints the reader sees; None for all."""
    return desk.person_id if desk.mandate.role == Role.API_CLIENT else None


@listed("/webhook-endpoints", "webhook_endpoints", WebhookEndpointView, of=_OF, by=q.Filter)
async def webhook_endpoints(asked: AtDeskAsked[q.Filter]) -> Page[WebhookEndpointRow]:
    """The client's endpoints, the newest first; to the national tenant's own those of every client."""
    return await q.endpoints(asked.connection, _client(asked.place), asked.chosen, after=asked.after, limit=asked.limit)


@shown("/webhook-endpoints/{id:uuid}", "webhook_endpoint", WebhookEndpointView, of=_OF)
async def webhook_endpoint(asked: AtDeskAsked[NoFilter]) -> WebhookEndpointRow | None:
    """One endpoint: what is told there, and why not where it is disabled."""
    return await q.endpoint(asked.connection, _client(asked.place), asked.id)


@listed("/webhook-endpoints/{id:uuid}/attempts", "webhook_attempts", q.WebhookAttempt, of=_OF, past=False)
async def webhook_attempts(asked: AtDeskAsked[NoFilter]) -> Page[q.WebhookAttempt]:
    """Every attempt of the last 30 days to tell the endpoint of something, the last first."""
    if await q.endpoint(asked.connection, _client(asked.place), asked.id) is None:
        raise StreamNotFound
    return await q.attempts(asked.connection, asked.id, after=asked.after, limit=asked.limit)


@shown("/webhook-endpoints/{id:uuid}/secrets", "webhook_secrets", WebhookSecrets, past=False)
async def webhook_secrets(asked: AtDeskAsked[NoFilter]) -> WebhookSecrets:
    """What the endpoint's messages are checked with; for its client alone."""
    desk = asked.place
    aggregates = desk.system.handler.aggregates
    found = (await aggregates.read(desk.tenant.tenant_id, WebhookEndpoint, asked.id, fresh=True)).aggregate
    if not isinstance(found, WebhookEndpoint) or found.client_id != desk.person_id:
        raise StreamNotFound
    if found.stage is EndpointStage.REMOVED:
        raise StreamNotFound
    keys, newest = desk.system.endpoint_keys, found.generation
    return WebhookSecrets(
        tuple(
            WebhookSecret(
                generation=one,
                secret=str(keys.secret(found.id, one)),
                public_key=keys.signing_key(found.id, one).public,
                valid_until=None if one == newest else found.old_valid_until,
            )
            for one in found.generations(desk.now)
        )
    )


async def require_room(wanted: Wanted) -> None:
    """For an endpoint that names institutions, in the quota of each. Raises: InstitutionQuotaFull."""
    command, nation = wanted.command, wanted.tenant.tenant_id
    if not isinstance(command, c.RegisterEndpoint | c.AmendEndpoint):
        raise TypeError(command)
    named = [wanted.institutions[slug] for slug in dict.fromkeys(command.tenants) if slug in wanted.institutions]
    if not named:
        return
    async with wanted.reading.borrow(nation) as lent, scope(lent, tenant=nation, search_path="rm, es") as connection:
        for institution in named:
            others = await q.naming(connection, institution.slug, wanted.stream_id)
            if others >= institution.quota(Resource.WEBHOOKS):
                raise InstitutionQuotaFull(Resource.WEBHOOKS, institution.quota(Resource.WEBHOOKS))


ROUTES = Routes(
    commands=(
        CommandRoute("/webhook-endpoints", c.RegisterEndpoint, reads=_ENDPOINT, requires=require_room),
        CommandRoute(f"{_ENDPOINT}/amend", c.AmendEndpoint, requires=require_room),
        CommandRoute(f"{_ENDPOINT}/rotate-secret", c.RotateEndpointSecret),
        CommandRoute(f"{_ENDPOINT}/ping", c.PingEndpoint),
        CommandRoute(f"{_ENDPOINT}/request-deliveries", c.RequestDeliveries),
        CommandRoute(f"{_ENDPOINT}/disable", c.DisableEndpoint),
        CommandRoute(f"{_ENDPOINT}/enable", c.EnableEndpoint),
        CommandRoute(f"{_ENDPOINT}/remove", c.RemoveEndpoint),
    ),
    queries=(webhook_endpoints, webhook_endpoint, webhook_attempts, webhook_secrets),
)
