"""A migrator killed with -9 at the beginning of a file, inside it, before its commit and after: the next one ends as if none were."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from infra.database.migrate import FOLDER, migrate, read_folder
from tests.support.postgres import Cluster, TestDatabase
from tests.support.releases import releases, restored, schema_of
from tests.support.running import ROOT

FILES = int(os.environ.get("PAKT_KILLED_FILES", "5"))
"""In so many files of those that the first release lacks, spread over all of them."""
PLACES = ("begun", "written", "inside", "applied")
WAITING = "SELECT count(*) FROM pg_locks WHERE relation = 'pakt.migration'::regclass AND NOT granted"
pytestmark = [pytest.mark.slow, pytest.mark.crash]


async def test_a_migrator_killed_anywhere_is_followed_by_one_that_ends_the_same(
    embedded_cluster: Cluster, database: TestDatabase, tmp_path: Path
) -> None:
    release = releases()[0]
    old = await restored(embedded_cluster, release, tmp_path)
    lacking = [one for one in read_folder(FOLDER) if one.name not in release.migrations]
    chance, killed = random.Random(1), 0
    async with old.connect() as admin:
        for file in lacking[:: max(len(lacking) // FILES, 1)]:
            for place in PLACES:
                if await _kill(admin, old.url, file.name, place, chance):
                    killed += 1
                booked = await admin.fetchval("SELECT count(*) FROM pakt.migration WHERE number = $1", file.number)
                assert booked == (place == "applied") or place == "inside", (file.name, place)
                if booked and place != "applied":
                    break
        events = await admin.fetchval("SELECT count(*) FROM es.event")

        done = await migrate(old)

        assert await admin.fetchval("SELECT count(*) FROM es.event") == events > 0
    print(f"\nmigrators: {killed} killed in {len(lacking)} files, the last one applied {len(done.applied)}")
    assert done.skipped + len(done.applied) == len(read_folder(FOLDER))
    assert killed >= 3 * min(FILES, len(lacking))
    assert schema_of(old.url) == schema_of(database.url)
    assert (await migrate(old)).applied == ()
    await embedded_cluster.drop(old)


@contextmanager
def _migrating(url: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.upgrade.migrating", url]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


async def _kill(
    admin: "asyncpg.Connection[asyncpg.Record]", url: str, name: str, place: str, chance: random.Random
) -> bool:
    """Whether a migrator got there, and was killed there."""
    with _migrating(url) as process:
        begun = await asyncio.to_thread(_until, process, f"{name} (")
        if not begun or place == "begun":
            return begun
        if place == "written":
            return await _kill_before_commit(admin, process)
        _go_on(process)
        if place == "inside":
            await asyncio.sleep(chance.random() * 0.02)
            return True
        return await asyncio.to_thread(_until, process, f"{name} applied")


async def _kill_before_commit(admin: "asyncpg.Connection[asyncpg.Record]", process: subprocess.Popen[str]) -> bool:
    """Everything of the file is done but its entry in the book, which waits for us."""
    async with admin.transaction():
        await admin.execute("LOCK TABLE pakt.migration IN ACCESS EXCLUSIVE MODE")
        _go_on(process)
        while not await admin.fetchval(WAITING):
            assert process.poll() is None
            await asyncio.sleep(0.01)
        process.kill()
        process.wait()
    return True


def _until(process: subprocess.Popen[str], step: str) -> bool:
    """Let it go on to that step; False when it ends before."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(step):
            return True
        _go_on(process)
    return False


def _go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
