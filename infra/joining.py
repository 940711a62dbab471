"""One run for all who ask at once, where each needs a run that began after it asked."""

import asyncio
from collections.abc import Awaitable, Callable


class Joined:
    """Runs `act`, one run at a time; who asks while it runs waits for the next run, together with all who do.

    So what a run reads is as new for each of them as if it had read alone.
    """

    def __init__(self, act: Callable[[], Awaitable[None]]) -> None:
        self._act, self._turn = act, asyncio.Lock()
        self._begun = self._succeeded = 0

    async def __call__(self) -> None:
        """Until a run that began after this was asked for has ended well. Raises: what its own run raises."""
        wanted = self._begun + 1
        async with self._turn:
            if self._succeeded >= wanted:
                return
            self._begun += 1
            run = self._begun
            await self._act()
            self._succeeded = run
