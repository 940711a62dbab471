"""How a process is asked to stop: by a first signal, which lets what is at hand end; a second one ends it at once."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

AT_HAND = 10.0
"""Seconds in which what has been begun may end."""
BY_SIGNAL = 128
"""Added to a signal's number in the exit code of a process that it ended, as shells do."""

T = TypeVar("T")


class Stopped(Exception):
    """The process was asked to stop before it had begun."""


class Stop:
    """Listens for SIGTERM and SIGINT on the running loop. `leaving` are called before a second one ends the process."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.leaving: list[Callable[[], None]] = []

    def listen(self) -> None:
        """From now on signals are ours."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._hear, number)

    def _hear(self, number: signal.Signals) -> None:
        if not self.asked.is_set():
            self.asked.set()
            return
        print("pakt: stopped at once; what was at hand is as after a crash", file=sys.stderr, flush=True)  # noqa: T201
        for leave in self.leaving:
            leave()
        os._exit(BY_SIGNAL + number)  # nothing that holds it up is asked: it may be what hangs

    async def or_after(self, seconds: float) -> None:
        """Wait so long. Raises: Stopped, when the process is asked to stop meanwhile."""
        try:
            async with asyncio.timeout(seconds):
                await self.asked.wait()
        except TimeoutError:
            return
        raise Stopped

    async def unless_ended(self, *running: "asyncio.Future[Any]") -> None:
        """Return when the process is asked to stop; if what runs ends before, with its error."""
        asked = asyncio.ensure_future(self.asked.wait())
        done, _ = await asyncio.wait((asked, *running), return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        for ended in done - {asked}:
            ended.result()


async def finishing(
    work: Coroutine[Any, Any, T], *, within: float = AT_HAND, ending: Callable[[], None] | None = None
) -> T:
    """The work's result. If this task is cancelled meanwhile the work may still end, for at most so many seconds.

    `ending` is called then, for work that can be made shorter.
    """
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        if ending is not None:
            ending()
        if not running.done():
            await asyncio.wait((running,), timeout=within)
        if not running.done():
            running.cancel()
            await asyncio.wait((running,))
        if not running.cancelled():
            running.exception()  # nobody is left to be told; who takes the work up again meets it again
        raise
