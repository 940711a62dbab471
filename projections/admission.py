"""Who may work on something costly now, who waits, and who is sent away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.kernel.errors import Overloaded


class Admission:
    """`width` work at once, `waiting` more wait for their turn; whoever comes then is refused. `part` is the work."""

    def __init__(self, part: str, width: int, waiting: int) -> None:
        self._part, self._turns, self._places = part, asyncio.Semaphore(width), width + waiting

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Work when it is one's turn. Raises: Overloaded."""
        if self._places <= 0:
            raise Overloaded(self._part)
        self._places -= 1
        try:
            async with self._turns:
                yield
        finally:
            self._places += 1
