"""First come, first served, per stream: two commands on one stream in one process do not fight over its version."""

import asyncio
from collections import deque
from collections.abc import Hashable

Queue = deque[asyncio.Future[None]]


class Turns:
    """A queue per key that exists only while somebody holds or waits for the key's turn."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, Queue] = {}

    def turn(self, key: Hashable) -> "Turn":
        """Hold the key's turn within `async with`; a cancelled waiter gives its place up."""
        return Turn(self._waiting, key)


class Turn:
    """One caller's turn; a class, since a generator would cost more than everything else it does."""

    __slots__ = ("_key", "_waiting")

    def __init__(self, waiting: dict[Hashable, Queue], key: Hashable) -> None:
        self._waiting, self._key = waiting, key

    async def __aenter__(self) -> None:
        queue = self._waiting.get(self._key)
        if queue is None:
            self._waiting[self._key] = deque()
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._pass_on()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        queue = self._waiting[self._key]
        while queue:
            place = queue.popleft()
            if not place.done():
                place.set_result(None)
                return
        del self._waiting[self._key]
