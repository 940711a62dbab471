"""A restored server that cannot reach its target ends once: brought back, it would serve readers and end for ever."""

import asyncio
from contextlib import suppress
from pathlib import Path

from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import DatabaseError
from services.backup.recovery import _TOO_EARLY
from services.databases import recovering

NEVER = {
    "restore_command": "false",
    "recovery_target_action": "promote",
    "recovery_target_time": "2199-01-01T00:00:00+00:00",
}
WOULD_BE_BACK = 1.0  # seconds, in which a server that is brought back ends several times


async def test_a_server_that_cannot_reach_its_target_is_not_brought_back(tmp_path: Path) -> None:
    written = EmbeddedDatabase(tmp_path / "postgresql")
    await written.start()
    await written.stop()
    (tmp_path / "postgresql" / "cluster" / "recovery.signal").touch()
    told = tmp_path / "postgresql" / "postgresql.log"
    server = recovering(tmp_path / "postgresql", NEVER)

    try:
        with suppress(DatabaseError):  # it may have been ready for a moment, or not
            await server.start()
        async with asyncio.timeout(20):
            while _TOO_EARLY not in told.read_text():
                await asyncio.sleep(0.05)
        await asyncio.sleep(WOULD_BE_BACK)
    finally:
        await server.stop()

    assert told.read_text().count(_TOO_EARLY) == 1
