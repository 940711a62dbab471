"""Room on the disk of the data folder: the doctor looks, and a process that runs says in its log when it runs short.

A full disk refuses what would be stored with 503 and is otherwise silent: who reads the log must learn why.
"""

import asyncio
import contextlib
import logging
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.finding import Finding

ENOUGH = 1 << 30
"""Bytes free below which people are told."""
EVERY = 30.0
"""Seconds between two looks."""
log = logging.getLogger("pakt.room")


def room(data: Path, least: int = ENOUGH, *, written: bool = True) -> Finding:
    """Whether the folder's disk has room, and the folder can be `written` where this process does so; what to do."""
    here = next(one for one in (data, *data.absolute().parents) if one.exists())
    free = shutil.disk_usage(here).free
    writable, enough = not written or os.access(here, os.W_OK), free >= least
    detail = f"{free >> 20} MiB free"
    if not enough:
        detail += ": make room or give the folder a larger disk, before nothing can be stored any more"
    if not writable:
        detail = f"{here} cannot be written: give it to the user who runs Pakt, on a disk that may be written"
    return Finding(ok=writable and enough, what=f"folder {data}", detail=detail)


@asynccontextmanager
async def watched_room(data: Path, every: float = EVERY, least: int = ENOUGH) -> AsyncIterator[None]:
    """Say in the log when room runs short, and when there is enough again."""
    watching = asyncio.ensure_future(_watch(data, every, least))
    try:
        yield
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _watch(data: Path, every: float, least: int) -> None:
    short = False
    while True:
        with contextlib.suppress(OSError):  # what cannot be looked at is said by who needs it
            found = room(data, least)
            if found.ok == short:
                short = not found.ok
                log.warning("%s: %s", found.what, found.detail)
        await asyncio.sleep(every)
