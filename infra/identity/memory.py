"""Uses in this process's memory: the contracts without a database."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from infra.identity.interface import WINDOW_SECONDS, Use


class MemoryClientUses:
    """As the port says, for one process."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._counts: dict[tuple[str, UUID], tuple[int, int]] = {}
        self._last: dict[UUID, datetime] = {}
        self._ended: set[UUID] = set()

    async def count(self, client_id: UUID) -> Use:
        """As the port says."""
        self._last[client_id] = datetime.fromtimestamp(self._now(), UTC)
        return self._counted("use", client_id)

    async def fail(self, client_id: UUID) -> Use:
        """As the port says."""
        return self._counted("failure", client_id)

    async def last_used(self) -> Mapping[UUID, datetime]:
        """As the port says."""
        return dict(self._last)

    async def end(self, token_id: UUID, expires_at: datetime) -> None:  # noqa: ARG002 - nothing is forgotten here
        """As the port says."""
        self._ended.add(token_id)

    async def is_ended(self, token_id: UUID) -> bool:
        """As the port says."""
        return token_id in self._ended

    def _counted(self, what: str, client_id: UUID) -> Use:
        now = self._now()
        minute = int(now // WINDOW_SECONDS)
        known, before = self._counts.get((what, client_id), (minute, 0))
        used = before + 1 if known == minute else 1
        self._counts[what, client_id] = (minute, used)
        return Use(used, WINDOW_SECONDS - int(now % WINDOW_SECONDS))


class MemoryTenantUses:
    """As the port says, for one process."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._counts: dict[tuple[int, str], tuple[int, int]] = {}

    async def take(self, tenant_id: int, what: str, amount: int, seconds: int) -> Use:
        """As the port says."""
        now = self._now()
        window = int(now // seconds)
        known, before = self._counts.get((tenant_id, what), (window, 0))
        used = before + amount if known == window else amount
        self._counts[tenant_id, what] = (window, used)
        return Use(used, seconds - int(now % seconds))

    async def used(self, tenant_id: int, windows: Mapping[Any, int]) -> Mapping[str, Use]:
        """As the port says."""
        now = self._now()
        counts = ((what, seconds, *self._counts.get((tenant_id, what), (-1, 0))) for what, seconds in windows.items())
        return {
            what: Use(used, seconds - int(now % seconds))
            for what, seconds, window, used in counts
            if window == int(now // seconds)
        }
