"""The process that keeps a copy of the installation: the write-ahead log as it is written, a base backup a day."""

import asyncio
import logging
from datetime import datetime, timedelta
from pathlib import Path

from domain.kernel.errors import Unavailable
from infra.clock import Clock
from infra.database.interface import Database, DatabaseError, Role
from infra.database.physical import keep_log, receiving
from services.backup.beside import copy_beside
from services.backup.noting import note
from services.backup.repository import GROWING, Repository
from services.backup.segments import NAME, is_segment
from services.backup.take import prune, take
from services.settings import Settings
from services.troubles import Troubles

SPOOL = "wal-to-copy"
"""The folder, in the data folder, into which the log is received."""
NOTED = timedelta(seconds=60)
"""How often it is noted how far the copy of the log goes: each note makes the log grow."""
WAITING = "the backup waits"
log = logging.getLogger("pakt.backup")


class Follower:
    """Copies what the server writes into the store, again and again; a trouble is said once, and tried again."""

    def __init__(self, settings: Settings, database: Database, repository: Repository, clock: Clock) -> None:
        self._settings, self._database, self._repository, self._clock = settings, database, repository, clock
        self._spool = settings.data / SPOOL
        self._put: dict[str, int] = {}
        self._noted_at: datetime | None = None
        self._troubles = Troubles(log)
        self._gap = False
        """Whether the log that is copied does not go on where the copy ends: then a base backup is due."""

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until `stop`, then copy what had arrived.

        Raises: DatabaseError when the server does not let its log be copied, or the copying program ends.
        """
        self._spool.mkdir(mode=0o700, exist_ok=True)
        arguments = self._database.dsn(Role.ADMIN)
        self._gap = await keep_log(arguments)
        async with receiving(arguments, self._spool) as process:
            while not stop.is_set():
                await self._turn()
                if process.returncode is not None:
                    raise DatabaseError(f"pg_receivewal ended with code {process.returncode}: see what it said")
                await _slept(stop, self._settings.backup_seconds)
        await self._turn()

    async def _turn(self) -> None:
        begun_at = self._clock.now()
        try:
            await self.copy_log()
            await self._note(begun_at)
            await copy_beside(self._settings, self._repository)
            await self._base_when_due()
        except (Unavailable, DatabaseError) as trouble:
            self._troubles.say(WAITING, trouble)
        else:
            self._troubles.over(WAITING)

    async def _note(self, begun_at: datetime) -> None:
        """What had arrived when this turn began is stored by now."""
        newest = max((name[:NAME] for name in self._put if is_segment(name[:NAME])), default=None)
        if newest is None or (self._noted_at is not None and begun_at < self._noted_at + NOTED):
            return
        self._noted_at = begun_at
        await note(self._database, "log", begun_at, newest)

    async def copy_log(self) -> None:
        """Store every segment that has grown; a whole one that is stored goes, unless it is the newest."""
        for history in sorted(self._spool.glob("*.history")):
            if self._has_changed(history):
                await self._store(history)
        whole = sorted(file for file in self._spool.iterdir() if is_segment(file.name))
        for file in whole:
            if self._has_changed(file):
                await self._store(file)
                await self._repository.remove_segment(f"{file.name}{GROWING}")
        for file in whole[:-1]:
            file.unlink()
            self._put.pop(file.name, None)
        for file in sorted(self._spool.glob(f"*{GROWING}")):
            if self._has_changed(file):
                await self._store(file)

    def _has_changed(self, file: Path) -> bool:
        try:
            return self._put.get(file.name) != _changed_at(file)
        except FileNotFoundError:  # complete by now, under its whole name
            return False

    async def _store(self, file: Path) -> None:
        try:
            at = _changed_at(file)
            await self._repository.put_segment(file, self._settings.data)
        except FileNotFoundError:  # complete by now: the next turn finds it under its whole name
            return
        self._put[file.name] = at

    async def _base_when_due(self) -> None:
        labels, now = await self._repository.labels(), self._clock.now()
        if labels and not self._gap and labels[-1].begun_at > now - timedelta(hours=self._settings.backup_hours):
            return
        label = await take(self._settings, self._database, self._repository)
        self._gap = False
        log.warning("base backup %s is taken", label.name)
        for name in await prune(self._repository, self._settings.backup_days, now):
            log.warning("base backup %s is older than needed and was taken away", name)


def _changed_at(file: Path) -> int:
    return file.stat().st_mtime_ns


async def _slept(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
