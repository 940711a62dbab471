"""What is not kept: dumps that are old enough, and those that hold what has been taken from public view since."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from services.dumps.dump import EXPIRED, TAKEN, Dump
from services.dumps.shelf import Shelf

KEPT_DAYS = 30
"""For so many days back everybody finds the dump of each."""


class Keeper:
    """Takes dumps off a shelf; `now` is the time. Each step may be repeated, and ends what one before had begun."""

    def __init__(self, shelf: Shelf, now: Callable[[], datetime]) -> None:
        self._shelf, self._now = shelf, now

    async def expire(self, dataset: str, today: date) -> None:
        """Take away what is older than is kept."""
        for dump in await self._shelf.days(dataset):
            if dump.files and dump.day < today - timedelta(days=KEPT_DAYS):
                await self._remove(dump, EXPIRED, await self._shelf.editions(dataset, dump.day))

    async def take(self, dataset: str, stream_id: UUID) -> None:
        """Take away every dump with something of a stream in it, whichever edition of its day it is."""
        text = str(stream_id).encode()
        for dump in await self._shelf.days(dataset):
            editions = await self._shelf.editions(dataset, dump.day)
            holding = [one for one in editions if await self._shelf.holds(one, text)]
            if dump in holding:
                await self._remove(dump, TAKEN, holding)
            else:
                await self._shelf.remove(holding, dataset)

    async def _remove(self, dump: Dump, why: str, editions: list[Dump]) -> None:
        """From then on its day has no files."""
        await self._shelf.put(replace(dump, files=(), gone=why, built_at=self._now()))
        await self._shelf.remove(editions, dump.dataset)
