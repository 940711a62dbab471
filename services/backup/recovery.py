"""A base backup and the log behind it become a server again, as it was at one moment."""

import asyncio
import shutil
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from infra.database.administration import administering
from infra.database.failures import DRIVER_ERRORS
from infra.database.interface import Database, DatabaseError, Role
from infra.database.physical import major_of_programs, verify_backup
from services.backup.progress import Told
from services.backup.repository import BackupDamaged, Label, Repository, usable
from services.backup.segments import NAME, is_history, missing, number
from services.databases import recovering

LOOK_EVERY = 0.05  # seconds
AWAY = 100
_TOO_EARLY = "recovery ended before configured recovery target was reached"
_POSITION = """
SELECT e.xmin::text, e.recorded_at FROM es.event e JOIN es.tenant t ON t.tenant_id = e.tenant_id
WHERE t.slug = $1 AND e.position = $2
"""
_FILTER: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""Debian 12's Python 3.11.2 is older than this second look; newer ones warn without it."""
_WAL = "wal-to-replay"
"""Inside of the cluster: there the server runs, and its user gets to."""


class Recovery:
    """Restores into `folder`, where the embedded server keeps its cluster; nothing may be there."""

    def __init__(self, repository: Repository, folder: Path, told: Told) -> None:
        self._repository, self._folder, self._told = repository, folder, told
        self._cluster = folder / "cluster"

    async def to(self, label: Label, until: dict[str, str]) -> None:
        """Restore to the target that PostgreSQL's `recovery_target_*` settings name; to the log's end without any.

        Raises: BackupDamaged; DatabaseError when the log ends before the target.
        """
        require_programs(label)
        await self._unpack(label)
        await self._fetch_log(label, cut=bool(until))
        settings = {"restore_command": f"cp {_WAL}/%f %p", "recovery_target_action": "promote"} | until
        (self._cluster / "recovery.signal").touch()
        self._told("replaying the log", 0, 0)
        database = recovering(self._folder, settings)
        try:
            await database.start()
            await self._promoted(database)
        except DatabaseError as error:
            if _TOO_EARLY not in (self._folder / "postgresql.log").read_text(errors="replace"):
                raise
            raise DatabaseError(
                "the backup's log ends before that moment: restore to an earlier one, or to `latest`"
            ) from error
        finally:
            await database.stop()
        shutil.rmtree(self._cluster / _WAL)

    async def transaction_of(self, tenant: str, position: int) -> tuple[str, datetime] | None:
        """Of the restored server: which transaction stored an event, and when; None when the log does not have it."""
        database = recovering(self._folder)
        await database.start()
        try:
            async with administering(database.dsn(Role.ADMIN)) as connection:
                row = await connection.fetchrow(_POSITION, tenant, position)
        finally:
            await database.stop()
        return None if row is None else (row[0], row[1])

    def clear(self) -> None:
        """Take away what was restored."""
        shutil.rmtree(self._cluster)

    async def _unpack(self, label: Label) -> None:
        self._cluster.mkdir(mode=0o700, parents=True)
        with tempfile.TemporaryDirectory(prefix="base-", dir=self._folder) as scratch:
            packed = Path(scratch)
            self._told(f"fetching base backup {label.name}", 0, 0)
            await self._repository.fetch_base(label, packed)
            await asyncio.to_thread(extract, packed / "base.tar.gz", self._cluster)
            shutil.move(packed / "backup_manifest", self._cluster / "backup_manifest")
        self._told("verifying it", 0, 0)
        await verify_backup(self._cluster)

    async def _fetch_log(self, label: Label, *, cut: bool) -> None:
        """The stored log from the backup on; what stands behind a gap is of use only to a target before it."""
        wal, size = self._cluster / _WAL, label.segment_size
        wal.mkdir()
        names = usable(await self._repository.segments())
        held = segments_from(label, names)
        gap = missing(label.first_segment, [name[:NAME] for name in held], size)
        if gap is not None and held and not cut:
            raise BackupDamaged(
                f"segment {gap} of the write-ahead log is not in the backup store: what came after it cannot be "
                f"restored; name a time before it by --to (base backup {label.name} ends {label.ended_at.isoformat()})"
            )
        wanted = sorted([*held, *(name for name in names if is_history(name))])
        for done, name in enumerate(wanted, 1):
            self._told("fetching the log", done, len(wanted))
            await self._repository.fetch_segment(name, wal)

    async def _promoted(self, database: Database) -> None:
        """Raises: DatabaseError when the server stays away for AWAY looks in a row."""
        away = 0
        while True:
            try:
                async with administering(database.dsn(Role.ADMIN)) as connection:
                    if not await connection.fetchval("SELECT pg_is_in_recovery()"):
                        return
                away = 0
            except (DatabaseError, *DRIVER_ERRORS):  # it may be between two states
                away += 1
                if away > AWAY:
                    raise
            await asyncio.sleep(LOOK_EVERY)


def segments_from(label: Label, names: Sequence[str]) -> list[str]:
    """Of the stored log what comes after the beginning of a base backup, on whatever timeline."""
    size, first = label.segment_size, number(label.first_segment, label.segment_size)
    return [name for name in names if not is_history(name) and number(name[:NAME], size) >= first]


def require_programs(label: Label) -> None:
    """Raises: DatabaseError when the programs found are of another major version than the backup."""
    found = major_of_programs()
    if found != label.major:
        raise DatabaseError(
            f"backup {label.name} is of PostgreSQL {label.major}, the programs found are version {found}: restoring "
            "takes the same major version"
        )


def extract(archive: Path, folder: Path) -> None:
    """Unpack a base backup: files and folders, each inside of `folder`. Raises: BackupDamaged."""
    try:
        with tarfile.open(archive) as packed:
            for member in packed:
                _require_inside(archive, member)
                packed.extract(member, folder, set_attrs=False, **_FILTER)
    except (tarfile.TarError, EOFError) as error:
        raise BackupDamaged(f"{archive.name} cannot be unpacked: {error}") from error


def _require_inside(archive: Path, member: tarfile.TarInfo) -> None:
    path = PurePosixPath(member.name)
    if not (member.isreg() or member.isdir()) or path.is_absolute() or ".." in path.parts:
        raise BackupDamaged(f"{archive.name} holds {member.name}, which is no file or folder of a database")
