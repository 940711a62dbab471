"""Words of API clients."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from domain.kernel.manifest import Scope
from domain.kernel.text import Slug
from domain.kernel.vocabulary import Sha256

MOST_SECRETS = 2
"""Of a client that count at a time: the one in use and the one that it changes to."""
USUAL_QUOTA = 600
"""Requests a minute, for a client of which nothing else was decided."""

Scopes = Annotated[
    tuple[Scope, ...], msgspec.Meta(max_length=len(Scope), description="What the client may do; empty: nothing")
]
Covered = Annotated[
    tuple[Slug, ...],
    msgspec.Meta(
        max_length=1_000,
        description="Slugs of institutions, or groups of them: all, ministries, municipalities, national; empty: none",
    ),
]
PerMinute = Annotated[int, msgspec.Meta(ge=1, le=1_000_000, description="Requests a minute, counted over all gateways")]


class RevocationReason(StrEnum):
    """Why a client was revoked."""

    REQUESTED = "requested"
    UNUSED = "unused"
    COMPROMISED = "compromised"
    MISUSED = "misused"


class Secret(msgspec.Struct, frozen=True):
    """What a client shows to get tokens: its id and the SHA-256 of it, until when it counts (UTC; None: no end)."""

    secret_id: UUID
    digest: Sha256
    expires_at: datetime | None = None

    def counts_at(self, at: datetime) -> bool:
        """Whether it is taken at that instant."""
        return self.expires_at is None or at < self.expires_at
