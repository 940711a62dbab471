"""Where API clients want to be told of events, and of which."""

from domain.kernel.manifest import Domain, Role, Scope
from domain.webhooks import commands as c
from domain.webhooks.endpoint import WebhookEndpoint
from domain.webhooks.events import EVENTS

_CLIENT = frozenset({Role.API_CLIENT})
_EITHER = _CLIENT | {Role.ADMINISTRATOR}
_QUERIES = ("webhook_endpoints", "webhook_endpoint", "webhook_attempts")

DOMAIN = Domain(
    name="webhooks",
    aggregates=(WebhookEndpoint,),
    events=EVENTS,
    permissions={
        c.RegisterEndpoint: _CLIENT,
        c.AmendEndpoint: _CLIENT,
        c.RotateEndpointSecret: _CLIENT,
        c.PingEndpoint: _CLIENT,
        c.RequestDeliveries: _CLIENT,
        c.DisableEndpoint: _EITHER | {Role.CLOCK},
        c.EnableEndpoint: _EITHER,
        c.RemoveEndpoint: _EITHER,
    },
    queries={name: _EITHER | {Role.AUDITOR} for name in _QUERIES} | {"webhook_secrets": _CLIENT},
    scopes={
        Scope.WEBHOOKS: frozenset(
            {
                c.RegisterEndpoint,
                c.AmendEndpoint,
                c.RotateEndpointSecret,
                c.PingEndpoint,
                c.RequestDeliveries,
                c.DisableEndpoint,
                c.EnableEndpoint,
                c.RemoveEndpoint,
                *_QUERIES,
                "webhook_secrets",
            }
        )
    },
    own=frozenset(EVENTS),
)
