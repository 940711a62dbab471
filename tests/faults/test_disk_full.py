"""Disks that are full or closed: what cannot be kept is refused and leaves nothing, what was kept stays, and all goes on."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.kernel.errors import Unavailable
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import Role
from infra.database.migrate import migrate
from infra.database.provision import provision_tenant
from infra.eventstore.interface import Committed, Duplicate
from infra.eventstore.postgres import PostgresEventStore
from infra.objectstore.obstore import local_named, local_objects
from tests.support.appends import HAPPENED, command
from tests.support.disk import Disk, disk
from tests.support.running import pakt

WITHIN = 120.0
MEGABYTES = 220
"""For an empty PostgreSQL with the schema, and its log."""

pytestmark = [pytest.mark.slow]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Disk]:
    with disk(tmp_path / "disk", 2) as made:
        yield made


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


async def test_an_upload_that_finds_no_room_leaves_nothing(small: Disk) -> None:
    objects = local_objects(small.folder / "objects")
    kept, refused = b"kept" * 1000, bytes(1 << 20)
    name = await objects.put(kept)
    before = files(small.folder)
    with small.full(but=1 << 16):
        for _ in range(2):
            with pytest.raises(Unavailable):
                await objects.put(refused)
        assert files(small.folder) == before | {"balloon"}
        assert await objects.get(name) == kept
    assert await objects.get(await objects.put(refused)) == refused


async def test_a_store_that_is_closed_for_writing_gives_what_it_has(small: Disk) -> None:
    objects, named = local_objects(small.folder / "objects"), local_named(small.folder / "heads")
    name = await objects.put(b"kept")
    await named.add("a/1", b"head")
    with small.closed():
        with pytest.raises(Unavailable):
            await objects.put(b"refused")
        with pytest.raises(Unavailable):
            await named.add("a/2", b"head")
        with pytest.raises(Unavailable):
            await objects.remove(name)
        assert (await objects.get(name), await named.read("a/1")) == (b"kept", b"head")
    await objects.put(b"refused")
    assert await named.add("a/2", b"head")


def test_a_data_folder_that_is_closed_is_said(small: Disk) -> None:
    with small.closed():
        refused, examined = pakt("up", "--port", "0", data=small.folder / "data"), pakt("doctor", data=small.folder)
    assert (refused.returncode, examined.returncode) == (3, 1)
    assert "Read-only file system" in refused.stderr and "Traceback" not in refused.stderr
    assert "cannot be written" in examined.stdout


async def test_a_database_whose_disk_is_full_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    with disk(tmp_path / "disk", MEGABYTES) as small:
        database = EmbeddedDatabase(small.folder / "postgresql", settings={"max_wal_size": "64MB"})
        await database.start()
        try:
            await _fill(database, small)
        finally:
            await database.stop()


async def _fill(database: EmbeddedDatabase, small: Disk) -> None:
    import asyncpg

    await migrate(database, [HAPPENED])
    admin = await asyncpg.connect(**database.dsn(Role.ADMIN))
    await provision_tenant(admin, 1, "tenant-1", "ministry")
    await admin.close()
    store = PostgresEventStore(database)
    await store.start()
    acknowledged: list[Committed | Duplicate] = []
    refused = 0
    async with asyncio.timeout(WITHIN):
        with small.full(but=1 << 18):
            while refused < 5:
                try:
                    acknowledged.append(await _appended(store))
                except Unavailable:
                    refused += 1
                    await asyncio.sleep(0.3)
        after = len(acknowledged) + 10
        while len(acknowledged) < after:
            try:
                acknowledged.append(await _appended(store))
            except Unavailable:
                await asyncio.sleep(0.3)
    head = await store.head(1)
    stored = [event.position for event in await store.read_log(1, 0, head + 1)]
    assert stored == list(range(1, head + 1))
    assert {position for one in acknowledged for position in range(one.first, one.last + 1)} <= {*stored}
    await store.stop()


async def _appended(store: PostgresEventStore) -> Committed | Duplicate:
    outcome = await store.append(command(tenant=1))
    assert isinstance(outcome, Committed | Duplicate)
    return outcome
