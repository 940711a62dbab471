"""An import into a database whose disk is full: nothing of it is there, the institution is as it was, and it is said."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.database.tenant_rows import NoRoom
from services.bootstrap import System
from tests.services.transfer.test_transfer import exported, imported, nothing_is_here
from tests.support.disk import Disk, disk
from tests.support.postgres import TestDatabase

MEGABYTES = 8


@contextmanager
def open_folder() -> Iterator[Path]:
    """One into which the server's account may look; into those of tests it may not."""
    folder = Path(tempfile.mkdtemp(prefix="small-disk-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
async def events_apart(here: System) -> AsyncIterator[Disk]:
    """A small disk on which the table of events is, and nothing else."""
    assert isinstance(here.database, TestDatabase)
    async with here.database.connect() as connection:
        server = Path(f"/proc/{await connection.fetchval('SELECT pg_backend_pid()')}").stat()
        with open_folder() as folder, disk(folder / "small", MEGABYTES) as small:
            place = small.folder / "events"
            place.mkdir()
            os.chown(place, server.st_uid, server.st_gid)
            await connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
            await connection.execute("ALTER TABLE es.event SET TABLESPACE small")
            yield small
            await connection.execute("ALTER TABLE es.event SET TABLESPACE pg_default")
            await connection.execute("DROP TABLESPACE small")


async def test_nothing_is_here_and_it_is_said(there: System, here: System, events_apart: Disk, tmp_path: Path) -> None:
    sent = await exported(there, tmp_path)
    with events_apart.full():
        with pytest.raises(NoRoom, match="disk is full: make room and try again"):
            await imported(here, sent, there)
        await nothing_is_here(here)

    brought = await imported(here, sent, there)
    assert brought.events == sent.events
