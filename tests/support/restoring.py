"""Backups of an embedded server and their restoration, with PostgreSQL's own tools."""

import asyncio
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import asyncpg

from infra.database.account import choose_account, give
from infra.database.binaries import find_binaries
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import Role


class Archived:
    """An embedded server below `folder`, which nobody closes, that archives its write-ahead log beside itself."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.archive = folder, folder / "archive"
        self.archive.mkdir()
        folder.chmod(0o711)  # the server's user comes by
        give(self.archive, choose_account(folder / "none"))
        keep = {"archive_mode": "on", "archive_command": f"cp %p {self.archive}/%f", "archive_timeout": "2"}
        self.database = EmbeddedDatabase(folder / "live", settings=keep)

    async def backup(self, name: str) -> Path:
        """A verified base backup while everything goes on."""
        there = self.folder / name
        host = self.database.dsn(Role.ADMIN)["host"]
        await asyncio.to_thread(
            _run, "pg_basebackup", "-h", host, "-U", "postgres", "-D", there, "-X", "stream", "-c", "fast"
        )
        await asyncio.to_thread(_run, "pg_verifybackup", there)
        return there

    async def settle(self) -> None:
        """Have everything written so far in the archive."""
        connection = await asyncpg.connect(**self.database.dsn(Role.ADMIN))
        last = await connection.fetchval("SELECT pg_walfile_name(pg_switch_wal())")
        await connection.close()
        while not (self.archive / last).exists():
            await asyncio.sleep(0.05)

    async def restored(self, backup: Path, until: datetime | None = None) -> EmbeddedDatabase:
        """A new server from a backup and the archive, as it was at `until` or at the archive's end; started."""
        there = self.folder / f"restored-{backup.name}-{'end' if until is None else until.strftime('%H%M%S%f')}"
        shutil.copytree(backup, there / "cluster")
        (there / "cluster" / "recovery.signal").touch()
        settings = {"restore_command": f"cp {self.archive}/%f %p", "recovery_target_action": "promote"}
        if until is not None:
            settings["recovery_target_time"] = until.isoformat()
        database = EmbeddedDatabase(there, settings=settings)
        await database.start()
        connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
        while await connection.fetchval("SELECT pg_is_in_recovery()"):
            await asyncio.sleep(0.05)
        await connection.close()
        return database


async def now_of(database: EmbeddedDatabase) -> datetime:
    """The time by the server's clock."""
    connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
    try:
        now: datetime = await connection.fetchval("SELECT clock_timestamp()")
    finally:
        await connection.close()
    return now


def _run(tool: str, *arguments: object) -> None:
    done = subprocess.run(
        [find_binaries().folder / tool, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
