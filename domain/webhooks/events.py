"""Events of webhooks. Each names its client, who is told of it."""

from datetime import datetime
from uuid import UUID

from domain.kernel.event import Event, InitialEvent
from domain.webhooks.vocabulary import DisabledBecause, Generation

ENDPOINTS = "webhooks"
"""Tag of whatever decides what is sent where."""


def endpoints_of(client_id: UUID) -> str:
    """Tag of what changes how many endpoints a client has."""
    return f"{ENDPOINTS}:{client_id}"


def _sending(_event: object) -> tuple[str, ...]:
    return (ENDPOINTS,)


def _counting(event: "EndpointRegistered | EndpointRemoved") -> tuple[str, ...]:
    return (ENDPOINTS, endpoints_of(event.client_id))


class EndpointRegistered(InitialEvent, frozen=True, kw_only=True):
    """Events are told to an address; messages are signed under its first secret, which follows from its id."""

    TOPIC = "webhooks.EndpointRegistered.v1"

    client_id: UUID
    url: str
    types: tuple[str, ...]
    tenants: tuple[str, ...]

    tags = _counting


class EndpointAmended(Event, frozen=True, kw_only=True):
    """From here on these events are told there."""

    TOPIC = "webhooks.EndpointAmended.v1"

    client_id: UUID
    url: str
    types: tuple[str, ...]
    tenants: tuple[str, ...]

    tags = _sending


class EndpointSecretRotated(Event, frozen=True, kw_only=True):
    """Messages are signed under secret `generation`, and under the one before until `old_valid_until` (UTC)."""

    TOPIC = "webhooks.EndpointSecretRotated.v1"

    client_id: UUID
    generation: Generation
    old_valid_until: datetime

    tags = _sending


class EndpointPinged(Event, frozen=True, kw_only=True):
    """A message was asked for to try the endpoint: this one."""

    TOPIC = "webhooks.EndpointPinged.v1"

    client_id: UUID


class DeliveriesRequested(Event, frozen=True, kw_only=True):
    """Events of the institution `tenant` from position `first` to `last` are told to the endpoint again."""

    TOPIC = "webhooks.DeliveriesRequested.v1"

    client_id: UUID
    tenant: str
    first: int
    last: int


class EndpointDisabled(Event, frozen=True, kw_only=True):
    """Nothing is sent to the endpoint: neither what waits nor what happens from here on."""

    TOPIC = "webhooks.EndpointDisabled.v1"

    client_id: UUID
    reason: DisabledBecause

    tags = _sending


class EndpointEnabled(Event, frozen=True, kw_only=True):
    """What happens from here on is sent to the endpoint."""

    TOPIC = "webhooks.EndpointEnabled.v1"

    client_id: UUID

    tags = _sending


class EndpointRemoved(Event, frozen=True, kw_only=True):
    """The endpoint ended."""

    TOPIC = "webhooks.EndpointRemoved.v1"

    client_id: UUID

    tags = _counting


EVENTS: tuple[type[Event], ...] = (
    EndpointRegistered,
    EndpointAmended,
    EndpointSecretRotated,
    EndpointPinged,
    DeliveriesRequested,
    EndpointDisabled,
    EndpointEnabled,
    EndpointRemoved,
)
