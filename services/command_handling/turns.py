"""First come, first served, per stream: two commands on one stream in one process do not fight over its version."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Turns:
    """A queue per key that exists only while somebody holds or waits for the key's turn."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, key: Hashable) -> AsyncIterator[None]:
        """Hold the key's turn; waiters are served in the order they came, a cancelled one gives its place up."""
        queue = self._waiting.get(key)
        if queue is None:
            self._waiting[key] = deque()
        else:
            await self._wait(key, queue)
        try:
            yield
        finally:
            self._pass_on(key)

    async def _wait(self, key: Hashable, queue: deque[asyncio.Future[None]]) -> None:
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._pass_on(key)
            raise

    def _pass_on(self, key: Hashable) -> None:
        queue = self._waiting[key]
        while queue:
            place = queue.popleft()
            if not place.done():
                place.set_result(None)
                return
        del self._waiting[key]
