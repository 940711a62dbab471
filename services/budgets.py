"""What is left to institutions, over all gateways and without asking the database each time.

A process takes a slice of an institution's budget and spends it by itself; the database counts slices. So a request
costs no round trip, the gateways together never give more than the quota, and what may go unspent at the end of a
window is less than a slice for each of them.
"""

import asyncio
from collections.abc import Callable
from time import monotonic

import msgspec

from domain.tenants.quotas import WINDOWS, Resource
from domain.tenants.register import Institution
from infra.identity.interface import TenantUses

SLICES = 64
"""A slice is this part of a budget at most. The first of a window is one use, each later one twice the last: who uses
little is counted as it is."""


class Left(msgspec.Struct, frozen=True):
    """Of a `limit` at least `left` may be spent in this process before the count begins anew in `resets_in` seconds."""

    resource: Resource
    limit: int
    left: int
    resets_in: int

    @property
    def window(self) -> int:
        """Seconds over which it is counted."""
        return WINDOWS[self.resource]


class _Slice:
    """What this process may still spend of `size`; `beyond` is what nobody had taken when it was cut."""

    __slots__ = ("beyond", "left", "limit", "size", "turn", "until")

    def __init__(self) -> None:
        self.left = self.beyond = self.limit = self.size = 0
        self.until = float("-inf")
        self.turn = asyncio.Lock()


class Budgets:
    """The slices that one process holds."""

    def __init__(self, uses: TenantUses, timer: Callable[[], float] = monotonic) -> None:
        self.uses, self._timer = uses, timer
        self._slices: dict[tuple[int, Resource], _Slice] = {}

    async def spend(self, institution: Institution, resource: Resource) -> Left | None:
        """Spend one; what is left, or None when nothing was. Raises: Unavailable."""
        limit, key = institution.quota(resource), (institution.tenant_id, resource)
        part = self._slices.get(key)
        if part is None:
            part = self._slices[key] = _Slice()
        if not self._may(part, limit):
            async with part.turn:
                if not self._may(part, limit) and not self._is_over(part, limit):
                    await self._cut(part, key, limit)
                if part.left <= 0:
                    return None
        part.left -= 1
        return self._told(part, resource)

    def last(self, institution: Institution, resource: Resource) -> Left:
        """What was left when it was last asked for."""
        return self._told(self._slices[institution.tenant_id, resource], resource)

    def _told(self, part: _Slice, resource: Resource) -> Left:
        left = part.left + part.beyond
        return Left(resource, part.limit, left, max(1, round(part.until - self._timer())))

    def _may(self, part: _Slice, limit: int) -> bool:
        return part.left > 0 and part.limit == limit and self._timer() < part.until

    def _is_over(self, part: _Slice, limit: int) -> bool:
        """Whether all was taken: then nobody is asked again before the count begins anew, or the quota is another."""
        return part.limit == limit and part.beyond <= 0 and part.left <= 0 and self._timer() < part.until

    async def _cut(self, part: _Slice, key: tuple[int, Resource], limit: int) -> None:
        before_now = part.size if self._timer() < part.until else 0
        wanted = part.size = max(1, min(2 * before_now, limit // SLICES))
        use = await self.uses.take(key[0], key[1], wanted, WINDOWS[key[1]])
        before = use.used - wanted
        part.left = max(0, min(wanted, limit - before))
        part.beyond = max(0, limit - before - part.left)
        part.limit, part.until = limit, self._timer() + use.resets_in
