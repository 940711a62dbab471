"""An installation that is copied under load and killed comes back as it was at any moment, and says what it is.

Each restored log has the root that had been published of it, and its read models are what a replay of it gives.
"""

import asyncio
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from domain.kernel.errors import Unavailable
from infra.clock import SystemClock
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import DatabaseError, Role
from infra.database.physical import identity
from infra.objectstore.archive import local_archive
from infra.objectstore.interface import Archive
from services.audit.replay import replay
from services.backup.follow import Follower
from services.backup.progress import silent
from services.backup.repository import BackupDamaged, Repository
from services.backup.restore import Restoration, Restored
from services.backup.target import Position, Target
from services.backup.verify import verify
from services.bootstrap import System, assemble
from services.databases import database_folder
from services.sealer.run import make_sealer
from services.seeding.seed import seed
from services.settings import Settings
from tests.services.gateway.scenario import planned
from tests.support.restoring import now_of

pytestmark = [pytest.mark.crash, pytest.mark.slow]
POINTS = int(os.environ.get("PAKT_RESTORE_POINTS", "1"))
TENANTS = ("mj", "prizren")


class Lived(msgspec.Struct):
    """What was acknowledged, by position and the time before and after; moments between; and when it was killed."""

    acknowledged: list[tuple[str, int, datetime]] = []
    moments: list[datetime] = []
    killed_at: datetime | None = None


async def write(system: System, tenant: str, lived: Lived) -> None:
    for n in range(1_000_000):
        try:
            await planned(system, tenant, f"Ligji {n}", n)
        except Unavailable:
            return
        tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
        head = await system.store.head(tenant_id)
        lived.acknowledged.append((tenant, head, (await system.store.read_log(tenant_id, head - 1, 1))[0].recorded_at))


async def live(settings: Settings, archive: Archive) -> Lived:
    """An installation under load, copied while it runs, until its server is killed."""
    lived, stop = Lived(), asyncio.Event()
    database = EmbeddedDatabase(database_folder(settings.data))
    await database.start()
    try:
        async with assemble(settings, database=database) as system:
            await seed(system)
            repository = Repository(archive, (await identity(database.dsn(Role.ADMIN))).system)
            following = asyncio.create_task(Follower(settings, database, repository, SystemClock()).run(stop))
            sealing = asyncio.create_task(make_sealer(system, every=0.1).run())
            while not await repository.labels():
                assert not following.done(), following.result()
                await asyncio.sleep(0.1)
            writing = [asyncio.create_task(write(system, tenant, lived)) for tenant in TENANTS]
            for _ in range(POINTS):
                await asyncio.sleep(random.uniform(0.8, 2))
                lived.moments.append(await now_of(database))
            await asyncio.sleep(1.5)  # longer than the log takes to its copy
            lived.killed_at = await now_of(database)
            assert database.pid is not None
            os.kill(database.pid, signal.SIGKILL)
            for task in (*writing, sealing):
                task.cancel()
            await asyncio.gather(*writing, sealing, return_exceptions=True)
            stop.set()
            await following
    finally:
        await database.stop()
    return lived


async def restore(settings: Settings, archive: Archive, target: Target, keys: Path) -> tuple[Settings, Restored, float]:
    data = settings.data.with_name(f"restored-{random.randrange(10**9)}")
    there, begun = msgspec.structs.replace(settings, data=data), time.monotonic()
    done = await Restoration(there, archive, silent).run(target, keys=keys)
    return there, done, time.monotonic() - begun


async def rebuilt(settings: Settings) -> None:
    """Every read model is what a replay of the restored log gives."""
    async with assemble(settings) as system:
        for tenant in TENANTS:
            await system.engine.catch_up((await system.handler.authority.tenant(tenant)).tenant_id)
            again = await replay(system, tenant)
            assert [model.name for model in again.read_models if model.unexplained_rows] == []


async def test_what_was_copied_comes_back_as_it_was_at_any_moment(tmp_path: Path) -> None:
    settings, archive = Settings(data=tmp_path / "data", backup_seconds=1), local_archive(tmp_path / "store")
    lived = await live(settings, archive)
    keys = settings.data / "keys"
    assert len(lived.acknowledged) > 20

    await to_the_end(settings, archive, lived, keys)
    for moment in lived.moments:
        await to_a_time(settings, archive, lived, moment, keys)
    await to_a_position(settings, archive, lived, keys)
    await refused(settings, archive, lived, keys)


async def to_the_end(settings: Settings, archive: Archive, lived: Lived, keys: Path) -> None:
    there, done, took = await restore(settings, archive, None, keys)
    stands = {one.tenant: one.position - 1 for one in done.logs}  # the last event is that of the new epoch
    lost = [one for one in lived.acknowledged if one[1] > stands[one[0]]]
    assert lived.killed_at is not None
    ago = max((lived.killed_at - at).total_seconds() for _, _, at in lost) if lost else 0.0
    print(
        f"backup: {len(lived.acknowledged)} acknowledged, {len(lost)} of the last {ago:.1f} s lost, back in {took:.1f} s"
    )
    assert ago < settings.backup_seconds + 1.5
    assert [one for one in done.logs if one.faults] == []
    await rebuilt(there)
    with pytest.raises(DatabaseError, match="holds a database already"):
        await Restoration(there, archive, silent).run(None, keys=keys)


async def to_a_time(settings: Settings, archive: Archive, lived: Lived, moment: datetime, keys: Path) -> None:
    there, done, _ = await restore(settings, archive, moment, keys)
    stands = {one.tenant: one.position - 1 for one in done.logs}
    for tenant in TENANTS:
        before = max((p for slug, p, at in lived.acknowledged if slug == tenant and at <= moment), default=0)
        after = min((p for slug, p, at in lived.acknowledged if slug == tenant and at > moment), default=before + 1)
        assert before - 1 <= stands[tenant] < after, (tenant, moment)  # one may have been recorded and not committed
    assert [one for one in done.logs if one.faults] == []
    await rebuilt(there)


async def to_a_position(settings: Settings, archive: Archive, lived: Lived, keys: Path) -> None:
    tenant, position, _ = lived.acknowledged[len(lived.acknowledged) // 2]
    _, done, _ = await restore(settings, archive, Position(tenant, position), keys)
    assert {one.tenant: one.position - 1 for one in done.logs}[tenant] == position
    assert [one for one in done.logs if one.faults] == []


@contextmanager
def without(file: Path) -> Iterator[None]:
    """The file is gone for the block."""
    away = file.with_suffix(".away")
    shutil.move(file, away)
    try:
        yield
    finally:
        shutil.move(away, file)


async def refused(settings: Settings, archive: Archive, lived: Lived, keys: Path) -> None:
    """What cannot be restored is said before anything is there, and the folder is free for the next try."""
    repository = Repository(archive, next(iter(await archive.sizes())).partition("/")[0])
    label, store = (await repository.labels())[0], settings.data.with_name("store") / repository.system
    first = store / "wal" / f"{label.first_segment}.gz"
    base = store / "base" / label.name / "base.tar.gz"
    whole = base.read_bytes()
    far = Position(TENANTS[0], 10**9)

    for target, wrong in ((label.begun_at, "no backup reaches back"), (far, "does not reach position")):
        with pytest.raises(DatabaseError, match=wrong):
            await restore(settings, archive, target, keys)
    with pytest.raises(DatabaseError, match="ends before that moment"):
        await restore(settings, archive, datetime.fromisoformat("2199-01-01T00:00:00Z"), keys)
    with pytest.raises(DatabaseError, match="has no keys"):
        await restore(settings, archive, None, settings.data / "nothing")
    base.write_bytes(whole[:1_000] + bytes([whole[1_000] ^ 1]) + whole[1_001:])
    with pytest.raises(BackupDamaged, match="was changed in the backup store"):
        await restore(settings, archive, None, keys)
    assert ["was changed" in one.problem for one in await verify(repository, silent)] == [True]
    base.write_bytes(whole)
    assert [one.problem for one in await verify(repository, silent)] == [""]
    with without(first), pytest.raises(BackupDamaged, match=f"{label.first_segment} of the write-ahead log is not"):
        await restore(settings, archive, None, keys)
