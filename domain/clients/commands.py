"""Commands on API clients; all of them stand in the national log."""

from uuid import UUID

from domain.clients.vocabulary import Covered, PerMinute, RevocationReason, Scopes
from domain.kernel.command import Command
from domain.kernel.text import Line
from domain.kernel.vocabulary import Instant, Sha256


class RegisterClient(Command, frozen=True):
    """Let a program work through the API, with these scopes in these institutions.

    `title` is what it is called where it is listed. `organisation_id` is the organisation that runs it; None for one of
    the administration's own.
    """

    title: Line
    scopes: Scopes
    tenants: Covered
    organisation_id: UUID | None = None


class ChangeClientAccess(Command, frozen=True):
    """Set anew what the client may do and where; what is not named any more is lost at once."""

    scopes: Scopes
    tenants: Covered


class IssueClientSecret(Command, frozen=True):
    """Take a secret that was made for the client; only its SHA-256 is kept."""

    digest: Sha256
    expires_at: Instant | None = None


class RetireClientSecret(Command, frozen=True):
    """Let a secret count no longer."""

    secret_id: UUID


class SetClientQuota(Command, frozen=True):
    """Set how many requests a minute the client may make."""

    per_minute: PerMinute


class RevokeClient(Command, frozen=True):
    """End the client for ever: no token of it is believed any more."""

    reason: RevocationReason
