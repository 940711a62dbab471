"""Events of API clients. All of them govern: what a client may do is asked before every decision and every answer."""

from datetime import datetime
from uuid import UUID

from domain.clients.vocabulary import RevocationReason
from domain.kernel.event import Event, InitialEvent
from domain.kernel.governing import governs
from domain.kernel.manifest import Scope


class ClientRegistered(InitialEvent, frozen=True):
    """A program may work through the API; the stream's id is the client's, by which tokens and mandates name it.

    `tenants` are slugs and groups of institutions.
    """

    TOPIC = "clients.ClientRegistered.v1"
    tags = governs
    title: str
    scopes: tuple[Scope, ...]
    tenants: tuple[str, ...]
    organisation_id: UUID | None = None


class ClientAccessChanged(Event, frozen=True):
    """From here on the client may do this, there, and nothing else."""

    TOPIC = "clients.ClientAccessChanged.v1"
    tags = governs
    scopes: tuple[Scope, ...]
    tenants: tuple[str, ...]


class SecretIssued(Event, frozen=True):
    """The client got a secret, of which the log knows the SHA-256 (hex) alone."""

    TOPIC = "clients.SecretIssued.v1"
    tags = governs
    secret_id: UUID
    digest: str
    expires_at: datetime | None = None


class SecretRetired(Event, frozen=True):
    """A secret counts no longer."""

    TOPIC = "clients.SecretRetired.v1"
    tags = governs
    secret_id: UUID


class ClientQuotaSet(Event, frozen=True):
    """From here on the client may make so many requests a minute."""

    TOPIC = "clients.ClientQuotaSet.v1"
    tags = governs
    per_minute: int


class ClientRevoked(Event, frozen=True):
    """The client ended; what it did stays under its id."""

    TOPIC = "clients.ClientRevoked.v1"
    tags = governs
    reason: RevocationReason
