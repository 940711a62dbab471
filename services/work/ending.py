"""Ending work that changes nothing else in the database: what is done while others are being ended ends together."""

import asyncio
from itertools import groupby

from domain.kernel.errors import Unavailable
from infra.work.interface import Held, WorkList

_Waiting = tuple[Held, "asyncio.Future[bool]"]


class Ending:
    """One transaction at a time, each for all that waits for it; so it waits for the disk once for many."""

    def __init__(self, works: WorkList) -> None:
        self._works = works
        self._waiting: list[_Waiting] = []
        self._draining: asyncio.Task[None] | None = None
        self.under_way: set[Held] = set()
        """What is being ended: nobody needs to hold on to it."""

    async def done(self, held: Held) -> bool:
        """It is done, without an effect; False when the holder had lost it. Raises: Unavailable."""
        ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((held, ended))
        self.under_way.add(held)
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        try:
            return await ended
        finally:
            self.under_way.discard(held)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                together, self._waiting = sorted(self._waiting, key=_tenant_of), []
                for _, some in groupby(together, key=_tenant_of):
                    await self._end(list(some))
        finally:
            self._draining = None

    async def _end(self, some: list[_Waiting]) -> None:
        try:
            gone = await self._works.end_all([held for held, _ in some])
        except Unavailable as error:
            for _, ended in some:
                if not ended.done():
                    ended.set_exception(error)
            return
        for held, ended in some:
            if not ended.done():
                ended.set_result(held in gone)


def _tenant_of(waiting: _Waiting) -> int:
    return waiting[0].work.tenant_id
