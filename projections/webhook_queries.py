"""Questions about webhooks: the endpoints that a reader may see, and what was tried to tell one."""

from datetime import datetime
from uuid import UUID

import msgspec

from projections.lookup import Lookup
from projections.paging import After, Page
from projections.reading import Conditions, ReadConnection
from projections.webhook_endpoint_register import WebhookEndpointRow


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; None asks nothing."""

    state: str | None = None
    reason: str | None = None

    def conditions(self) -> Conditions:
        """As a WHERE clause."""
        return Conditions().add_equal(state=self.state, reason=self.reason)


class WebhookAttempt(msgspec.Struct, frozen=True):
    """One try to tell an endpoint of an event; `of_tenant`, `epoch` and `position` name it, its id is `message_id`.

    `number` counts the tries of one delivery from 1. `status` is what was answered, 0 where `failure` says why not.
    """

    attempt_id: UUID
    endpoint_id: UUID
    at: datetime
    message_id: UUID
    type: str
    of_tenant: str
    epoch: int
    position: int
    number: int
    status: int
    failure: str
    milliseconds: int


_ENDPOINTS = Lookup(WebhookEndpointRow, "webhook_endpoint_register", "registered_at", "endpoint_id", descending=True)
_NAMING = """
SELECT count(*)::int FROM webhook_endpoint_register
WHERE state <> 'removed' AND tenants ? $1::text AND endpoint_id IS DISTINCT FROM $2
"""
_ATTEMPTS = Lookup(WebhookAttempt, "es.webhook_attempt", "at", "attempt_id", descending=True)


async def endpoints(
    connection: ReadConnection, client_id: UUID | None, chosen: Filter, *, after: After | None = None, limit: int = 50
) -> Page[WebhookEndpointRow]:
    """A client's endpoints, or for None everybody's, the newest first; the key is `(registered_at, endpoint_id)`."""
    return await _ENDPOINTS.page(connection, chosen.conditions().add_equal(client_id=client_id), after, limit)


async def endpoint(connection: ReadConnection, client_id: UUID | None, endpoint_id: UUID) -> WebhookEndpointRow | None:
    """One of a client's endpoints, or for None of anybody's."""
    found = await _ENDPOINTS.one(connection, endpoint_id)
    return found if found is not None and client_id in {None, found.client_id} else None


async def naming(connection: ReadConnection, slug: str, beside: UUID | None = None) -> int:
    """How many endpoints, but one, name this institution itself; disabled ones too."""
    [row] = await connection.fetch(_NAMING, slug, beside)
    return int(row[0])


async def attempts(
    connection: ReadConnection, endpoint_id: UUID, *, after: After | None = None, limit: int = 50
) -> Page[WebhookAttempt]:
    """What was tried at an endpoint in the last 30 days, the last first; the key is `(at, attempt_id)`."""
    return await _ATTEMPTS.page(connection, Conditions().add_equal(endpoint_id=endpoint_id), after, limit)
