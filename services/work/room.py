"""Room for work that is done at once in a process: so much in all, and less of kinds that take much."""

import asyncio
from collections.abc import Sequence

from services.work.kinds import Kind


class Room:
    """Places for `width` pieces of work; of kinds with a gate no more at once than it lets through."""

    def __init__(self, width: int, kinds: Sequence[Kind]) -> None:
        self._places = asyncio.Semaphore(width)
        gates = {kind.gate: asyncio.Semaphore(kind.gate.at_once) for kind in kinds if kind.gate is not None}
        self._ways = {kind.name: [gates[kind.gate]] if kind.gate is not None else [] for kind in kinds}

    def free(self, kind: str) -> bool:
        """Whether a piece of that kind could begin now."""
        return not any(one.locked() for one in self._way(kind))

    async def wait(self, kind: str) -> None:
        """Until a piece of that kind could begin."""
        if not self.free(kind):
            await self.enter(kind)
            self.leave(kind)

    async def enter(self, kind: str) -> None:
        """Take a place as soon as there is one; who waits at a gate keeps nobody out who needs not pass it."""
        passed: list[asyncio.Semaphore] = []
        try:
            for one in self._way(kind):
                await one.acquire()
                passed.append(one)
        except asyncio.CancelledError:
            for one in passed:
                one.release()
            raise

    async def enter_now(self, kind: str, wanted: int) -> int:
        """Take places that are free now, at most so many; how many."""
        taken = 0
        while taken < wanted and self.free(kind):
            await self.enter(kind)  # does not wait
            taken += 1
        return taken

    def leave(self, kind: str, places: int = 1) -> None:
        """Give places back."""
        for _ in range(places):
            for one in self._way(kind):
                one.release()

    def _way(self, kind: str) -> list[asyncio.Semaphore]:
        return [*self._ways[kind], self._places]
