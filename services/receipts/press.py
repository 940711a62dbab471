"""Prints receipts and certificates beside the event loop: a few at once, a few waiting, none for long."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from domain.kernel.errors import Overloaded, PaktError, Unavailable
from domain.kernel.message import N_
from services.receipts.document import NotInstalled

PART = "printing"
WIDTH = 2
WAITING = 32
WITHIN = 10.0
"""Seconds in which a receipt is printed; it takes some hundredths."""


P = TypeVar("P")


class NotPrintable(PaktError):
    """This installation prints nothing: the packages of the extra `reports` are not installed. The text is there."""

    code = "not-printable"
    title = N_("Nothing is printed here")

    def __init__(self) -> None:
        super().__init__(N_("The extra 'reports' is not installed here. The receipt itself is there as text."))


class Press:
    """Threads of this process; the typesetter lets others run while it works."""

    def __init__(self, width: int = WIDTH, waiting: int = WAITING, within: float = WITHIN) -> None:
        self._free, self._waiting, self._most, self._within = asyncio.Semaphore(width), 0, waiting, within

    async def print(self, paper: P, render: Callable[[P], bytes]) -> bytes:
        """The PDF that `render` makes of the paper.

        Raises: NotPrintable; Overloaded when too many wait; Unavailable when it takes too long.
        """
        if self._waiting >= self._most:
            raise Overloaded(PART)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        work = asyncio.ensure_future(asyncio.to_thread(render, paper))
        work.add_done_callback(self._done)  # a thread cannot be stopped: its place is free when it ends
        done, _ = await asyncio.wait({work}, timeout=self._within)
        if not done:
            raise Unavailable(PART)
        try:
            return work.result()
        except NotInstalled as error:
            raise NotPrintable from error

    def _done(self, work: "asyncio.Future[bytes]") -> None:
        self._free.release()
        if not work.cancelled():
            work.exception()  # whoever waited has gone, or has it
