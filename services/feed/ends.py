"""Where all logs end, known once for all followers of a process: heard of with each commit, and looked up."""

import asyncio
from collections.abc import Callable, Mapping

from infra.eventstore.interface import EventStore, LogEnd
from infra.joining import Joined

LOOK_AFTER = 0.5
"""Seconds after which who waits looks again, as commits of other processes may be missed."""
_NOWHERE = LogEnd(0, 0)


class Ends:
    """The ends of all logs."""

    def __init__(self, store: EventStore, *, look_after: float = LOOK_AFTER) -> None:
        self._store, self._look_after = store, look_after
        self._known: dict[int, LogEnd] = {}
        self._looked_at = float("-inf")
        self._look = Joined(self._read)
        self._grown: asyncio.Event = asyncio.Event()
        store.on_commit(self._committed)

    async def newest(self, *, fresh: bool = False) -> Mapping[int, LogEnd]:
        """By tenant id; at most `look_after` seconds old, what this process heard of at once. Raises: Unavailable."""
        if fresh or asyncio.get_running_loop().time() - self._looked_at >= self._look_after:
            await self._look()
        return self._known

    async def change(self, differs: Callable[[Mapping[int, LogEnd]], bool], within: float) -> bool:
        """Whether the ends came to differ within so many seconds; looks up before it says so. Raises: Unavailable."""
        clock = asyncio.get_running_loop().time
        until = clock() + within
        while not differs(await self.newest()):
            rest = min(until, self._looked_at + self._look_after) - clock()
            if clock() >= until:
                return False
            try:
                await asyncio.wait_for(self._grown.wait(), max(rest, 0.001))
            except TimeoutError:
                continue
        return True

    async def _read(self) -> None:
        now = asyncio.get_running_loop().time()
        found = await self._store.ends()
        self._known |= {tenant_id: self._later(tenant_id, end) for tenant_id, end in found.items()}
        self._looked_at = now

    def _later(self, tenant_id: int, end: LogEnd) -> LogEnd:
        """What was looked up, unless a commit was heard of while that was done; a log of a new epoch may be shorter."""
        known = self._known.get(tenant_id, _NOWHERE)
        return known if known.epoch == end.epoch and known.position > end.position else end

    def _committed(self, tenant_id: int, position: int) -> None:
        known = self._known.get(tenant_id, _NOWHERE)
        if position > known.position:
            self._known[tenant_id] = LogEnd(position, known.epoch)
            grown, self._grown = self._grown, asyncio.Event()
            grown.set()
