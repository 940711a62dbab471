"""What the doctor says of copies: one who takes none is told so, one whose copies are old has something to look at."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec

from services.backup.noting import note
from services.bootstrap import System
from services.finding import Finding
from tests.support.looked_at import looked_at
from tests.support.postgres import Cluster
from tests.support.system import seeded_system

SEGMENT = "0000000100000000000000A1"


async def backups(system: System) -> Finding:
    return await looked_at(system, "backups")


async def test_copies_that_are_old_or_were_never_made_are_minded(embedded_cluster: Cluster, tmp_path: Path) -> None:
    async with seeded_system(embedded_cluster, tmp_path) as seeded:
        unasked = await backups(seeded)
        settings = msgspec.structs.replace(seeded.settings, backup_url="file:///mnt/backup")
        system = replace(seeded, settings=settings)
        never = await backups(system)
        now = system.clock.now()
        await note(system.database, "base", now - timedelta(hours=47), SEGMENT)
        await note(system.database, "log", now - timedelta(minutes=16), SEGMENT)
        stopped = await backups(system)
        await note(system.database, "log", now, SEGMENT)
        fresh = await backups(system)

    assert (unasked.ok, "PAKT_BACKUP_URL" in unasked.detail) == (True, True)
    assert (never.ok, never.detail.count("no copy was ever noted")) == (False, 2)
    assert (stopped.ok, stopped.detail.startswith("log: the newest is of"), "base" in stopped.detail) == (
        False,
        True,
        False,
    )
    assert fresh.ok
