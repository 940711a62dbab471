"""One base backup: copied from the running server, verified, stored, read back."""

import tempfile
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import msgspec

from infra.database.administration import administering
from infra.database.interface import Database, Role
from infra.database.physical import base_backup, identity, verify_backup
from services.backup.noting import note
from services.backup.progress import Told, silent
from services.backup.repository import Label, Repository, described
from services.backup.segments import is_segment, number, segment_of
from services.settings import Settings

_NOW = "SELECT clock_timestamp()"
_SEGMENT = "SELECT pg_size_bytes(current_setting('wal_segment_size'))"
_MIGRATION = "SELECT coalesce(max(number), 0) FROM pakt.migration"


class _Range(msgspec.Struct, rename={"timeline": "Timeline", "start": "Start-LSN"}):
    timeline: int
    start: str


class _Manifest(msgspec.Struct, rename={"ranges": "WAL-Ranges"}):
    ranges: list[_Range]


async def take(settings: Settings, database: Database, repository: Repository, told: Told = silent) -> Label:
    """Take a backup of the database's server while everything goes on; `told` hears of each step.

    Raises:
        DatabaseError: the server cannot be copied, or the copy does not hold.
        Unavailable: the backup store cannot be reached.
    """
    arguments = database.dsn(Role.ADMIN)
    server = await identity(arguments)
    async with administering(arguments) as connection:
        begun_at = await connection.fetchval(_NOW)
        segment_size = await connection.fetchval(_SEGMENT)
        migration = await connection.fetchval(_MIGRATION)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=settings.data) as spool:
        folder = Path(spool) / "base"
        told("copying the server", 0, 0)
        await base_backup(arguments, folder)
        told("verifying the copy", 0, 0)
        await verify_backup(folder)
        async with administering(arguments) as connection:
            ended_at = await connection.fetchval(_NOW)
        first = msgspec.json.decode((folder / "backup_manifest").read_bytes(), type=_Manifest).ranges[0]
        label = Label(
            name=begun_at.strftime("%Y%m%dT%H%M%S.%fZ"),
            system=server.system,
            major=server.major,
            log_name=settings.log_name,
            begun_at=begun_at,
            ended_at=ended_at,
            first_segment=segment_of(first.timeline, first.start, segment_size),
            segment_size=segment_size,
            migration=migration,
            release=version("pakt"),
            files={file.name: described(file) for file in sorted(folder.iterdir())},
        )
        told("storing it, and reading it back", 0, 0)
        await repository.put_base(label, folder)
    await note(database, "base", label.ended_at, label.first_segment)
    return label


async def prune(repository: Repository, days: int, now: datetime) -> list[str]:
    """Take away what no restore to the last `days` days needs; answers the names of the base backups that went.

    The newest backup from before that time stays: a restore to its first moment begins on it.
    """
    labels = await repository.labels()
    older = [label for label in labels if label.ended_at <= now - timedelta(days=days)]
    gone, kept = older[:-1], [*older[-1:], *labels[len(older) :]]
    for label in gone:
        await repository.remove_base(label)
    if kept:
        first, size = kept[0].first_segment, kept[0].segment_size
        for name in await repository.segments():
            if is_segment(name[: len(first)]) and number(name, size) < number(first, size):
                await repository.remove_segment(name)
    return [label.name for label in gone]
