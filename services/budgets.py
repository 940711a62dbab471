"""What is left to institutions, over all gateways and without asking the database each time.

A process takes a slice of an institution's budget and spends it by itself; the database counts slices. So a request
costs no round trip, the gateways together never give more than the quota, and what may go unspent at the end of a
window is less than a slice for each of them.

Requests are given out evenly: who may make 6,000 a minute and makes them all in its first seconds is served as if there
were nobody else for so long, and the others wait. A process keeps to the pace by itself (ITU-T I.371, the generic cell
rate algorithm), so each gateway is asked no faster than the quota says, and all together no more.
"""

import asyncio
import math
from collections.abc import Callable
from time import monotonic

import msgspec

from domain.tenants.quotas import PACED, WINDOWS, Resource
from domain.tenants.register import Institution
from infra.identity.interface import TenantUses

SLICES = 64
"""A slice is this part of a budget at most. The first of a window is one use, each later one twice the last: who uses
little is counted as it is."""
AT_ONCE = 20
"""So many requests may come at the same moment, or as many as a second of the quota has: a page asks for several."""
AGAIN = 0.1
"""Seconds in which who was refused is refused again without a look at what it asks (`refusing`)."""


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

    __slots__ = ("beyond", "due", "left", "limit", "size", "turn", "until")

    def __init__(self) -> None:
        self.left = self.beyond = self.limit = self.size = 0
        self.due = float("-inf")
        """When the next request would come if all came evenly."""
        self.until = float("-inf")
        self.turn = asyncio.Lock()


class Budgets:
    """The slices that one process holds."""

    def __init__(self, uses: TenantUses, timer: Callable[[], float] = monotonic) -> None:
        self.uses, self._timer = uses, timer
        self._slices: dict[tuple[int, Resource], _Slice] = {}
        self._refused: dict[str, tuple[float, Left]] = {}
        self._newest = float("-inf")

    async def spend(self, institution: Institution, resource: Resource) -> Left | None:
        """Spend one; what is left, or None when nothing was, or not yet. Raises: Unavailable."""
        limit, key = institution.quota(resource), (institution.tenant_id, resource)
        part = self._slices.get(key)
        if part is None:
            part = self._slices[key] = _Slice()
        if not self._keeps(part, limit, resource) or not await self._has(part, key, limit):
            self._refuse(institution, resource)
            return None
        part.left -= 1
        part.due = max(part.due, self._timer()) + WINDOWS[resource] / limit
        return self._told(part, resource)

    @property
    def is_refusing(self) -> bool:
        """Whether anybody was refused a moment ago."""
        return self._timer() < self._newest

    def refusing(self, slug: str) -> Left | None:
        """What an institution was told that asked too much a moment ago: it would be told the same. None for others."""
        told = self._refused.get(slug)
        return told[1] if told and self._timer() < told[0] else None

    def last(self, institution: Institution, resource: Resource) -> Left:
        """What was left when it was last asked for: 0 for who has to wait."""
        part, limit = self._slices[institution.tenant_id, resource], institution.quota(resource)
        told = self._told(part, resource)
        if told.left and not self._keeps(part, limit, resource):
            return Left(resource, limit, 0, max(1, math.ceil(self._wait(part, limit, resource))))
        return told

    async def _has(self, part: _Slice, key: tuple[int, Resource], limit: int) -> bool:
        """Whether one may be spent, of a new slice if need be, and in time even so."""
        if self._may(part, limit):
            return True
        async with part.turn:
            if not self._may(part, limit) and not self._is_over(part, limit):
                await self._cut(part, key, limit)
            return part.left > 0 and self._keeps(part, limit, key[1])

    def _refuse(self, institution: Institution, resource: Resource) -> None:
        if resource is Resource.REQUESTS:
            self._newest = self._timer() + AGAIN
            self._refused[institution.slug] = (self._newest, self.last(institution, resource))

    def _keeps(self, part: _Slice, limit: int, resource: Resource) -> bool:
        return resource not in PACED or self._wait(part, limit, resource) <= 0

    def _wait(self, part: _Slice, limit: int, resource: Resource) -> float:
        """Seconds until one more keeps to the pace; 0 or less where it does now."""
        apart, together = WINDOWS[resource] / limit, max(AT_ONCE, limit // WINDOWS[resource])
        return part.due - (together - 0.5) * apart - self._timer()  # half of one for what sums of fractions lose

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
