"""Connections that stay open after an answer, for the next request to the same origin.

Each leads to the address that was checked when it was made, and to no other; none is used for longer than `OLDEST`, so
that a name that has moved is followed, and an address that may not be asked any more is left, within that time.
"""

import time
from collections.abc import Callable

import httpcore

MOST = 64
"""Connections that wait for a request, over all origins."""
IDLE = 4.0
"""Seconds for which one waits: below what servers wait before they close (the shortest usual one is Node's, 5)."""
OLDEST = 60.0
"""Seconds from its making after which one is closed."""

Origin = tuple[str, str, int]
"""Scheme, host and port of a URL: two hosts at one address share nothing."""


class Kept:
    """A connection, when it was made and when it was used last."""

    __slots__ = ("connection", "made_at", "origin", "used_at")

    def __init__(self, origin: Origin, connection: httpcore.AsyncHTTPConnection, now: float) -> None:
        self.origin, self.connection = origin, connection
        self.made_at = self.used_at = now

    def is_old(self, now: float) -> bool:
        """Whether it is used no more, whatever its other end says."""
        return now - self.made_at >= OLDEST or now - self.used_at >= IDLE

    def is_open(self) -> bool:
        """Whether it was answered whole, and its other end has said nothing since."""
        return self.connection.is_idle() and not self.connection.has_expired()


class KeptConnections:
    """Those that wait, the one that was used last at the end; whoever takes one has it alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: list[Kept] = []

    async def take(self, origin: Origin) -> Kept | None:
        """The one to the origin that was used last; those that are used no more are closed."""
        now = self._clock()
        over = [one for one in self._waiting if one.is_old(now)]
        self._waiting = [one for one in self._waiting if not one.is_old(now)]
        found = None
        for one in [one for one in reversed(self._waiting) if one.origin == origin]:
            self._waiting.remove(one)
            if one.is_open():
                found = one
                break
            over.append(one)
        for one in over:
            await one.connection.aclose()
        return found

    def made(self, origin: Origin, connection: httpcore.AsyncHTTPConnection) -> Kept:
        """A new connection, which its maker has alone."""
        return Kept(origin, connection, self._clock())

    async def give_back(self, kept: Kept) -> None:
        """It waits if it can be used again, else it is closed; of too many the one that was used longest ago is."""
        kept.used_at = self._clock()
        if kept.is_old(kept.used_at) or not kept.is_open():
            await kept.connection.aclose()
            return
        self._waiting.append(kept)
        if len(self._waiting) > MOST:
            await self._waiting.pop(0).connection.aclose()

    async def close(self) -> None:
        """Close all that wait."""
        while self._waiting:
            await self._waiting.pop().connection.aclose()
