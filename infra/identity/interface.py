"""The port that counts what API clients use, over all gateways, and knows which of their tokens were ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

WINDOW_SECONDS = 60
"""Uses are counted by minutes of the keeper's clock, which all gateways share."""


class Use(msgspec.Struct, frozen=True):
    """`used` this minute, with the one that was counted; the next minute begins in `resets_in` seconds (1 to 60)."""

    used: int
    resets_in: int


class ClientUses(Protocol):
    """Uses, wrong secrets and ended tokens. Counts may be lost with the machine; an ended token stays ended."""

    async def count(self, client_id: UUID) -> Use:
        """Count a use. Raises: Unavailable."""
        ...

    async def fail(self, client_id: UUID) -> Use:
        """Count a wrong secret, apart from uses; it is none. Raises: Unavailable."""
        ...

    async def last_used(self) -> Mapping[UUID, datetime]:
        """When each client was last counted (UTC). Raises: Unavailable."""
        ...

    async def end(self, token_id: UUID, expires_at: datetime) -> None:
        """End a token; it may be forgotten once it has expired anyway. A second time changes nothing.

        Raises: Unavailable.
        """
        ...

    async def is_ended(self, token_id: UUID) -> bool:
        """Whether the token was ended. Raises: Unavailable."""
        ...
