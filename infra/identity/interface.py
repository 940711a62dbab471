"""The ports that count what API clients and institutions use, over all gateways."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

WINDOW_SECONDS = 60
"""Uses are counted by minutes of the keeper's clock, which all gateways share."""


class Use(msgspec.Struct, frozen=True):
    """`used` in this window, with what was counted just now; the next one begins in `resets_in` seconds, 1 or more."""

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


class TenantUses(Protocol):
    """Uses of institutions by windows of the keeper's clock. Counts may be lost with the machine."""

    async def take(self, tenant_id: int, what: str, amount: int, seconds: int) -> Use:
        """Count so many uses at once, in the window of so many seconds that is now. Raises: Unavailable."""
        ...

    async def used(self, tenant_id: int, windows: Mapping[Any, int]) -> Mapping[str, Use]:
        """What was counted in the windows that are now, by their names and lengths. Raises: Unavailable."""
        ...
