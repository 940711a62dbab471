"""The restore drill: backup under load, kill -9, restored to moments in between, and on under a new name.

Every checkpoint that had been published holds for the restored log as far as that reaches; nobody can go on where others
have seen more; and whoever followed the log is told by the epoch.
"""

import asyncio
import os
import random
import signal
import tempfile
import time
from datetime import datetime
from pathlib import Path

import pytest

from domain.kernel.errors import HistoryCorrupt, Unavailable
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import DatabaseError
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import verify_consistency
from infra.tlog.note import Note
from infra.tlog.tiles import root_of
from infra.trees.interface import TreeId
from infra.trees.origins import origin_of
from services.audit.replay import replay
from services.audit.verify import verify
from services.bootstrap import System, assemble
from services.epochs import Epochs
from services.process import require_no_rewind
from services.sealer.run import make_sealer
from services.seeding.seed import seed
from services.settings import Settings
from tests.services.gateway.scenario import planned
from tests.support.restoring import Archived, now_of
from tests.support.sealing import hashes

pytestmark = [pytest.mark.crash, pytest.mark.slow]
POINTS = int(os.environ.get("PAKT_RESTORE_POINTS", "1"))
TENANTS = ("mj", "prizren")


async def write(system: System, tenant: str, acknowledged: list[int]) -> None:
    for n in range(1_000_000):
        try:
            await planned(system, tenant, f"Ligji {n}", n)
            acknowledged.append(n)
        except Unavailable:
            await asyncio.sleep(0.05)


async def published(system: System, tenant: str, epoch: int = 1) -> list[Checkpoint]:
    """Every checkpoint of a log that stands outside, by size."""
    tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
    origin = origin_of(system.settings.log_name, tenant, TreeId(tenant_id, epoch))
    names = [name for name in await system.copies.names() if name.startswith(f"{origin}/")]
    notes = [Note.parse(await system.copies.read(name)) for name in names]
    assert all(note.signed_by(system.signing.verifiers(origin)) for note in notes)
    return sorted((Checkpoint.parse(note.text) for note in notes), key=lambda one: one.size)


async def lived(archived: Archived, data: Path) -> tuple[Path, list[datetime]]:
    """A system under load that is backed up and killed; the backup, and moments between the two."""
    async with assemble(Settings(data=data), database=archived.database) as system:
        await seed(system)
        acknowledged: list[int] = []
        running = [asyncio.create_task(write(system, tenant, acknowledged)) for tenant in TENANTS]
        running.append(asyncio.create_task(make_sealer(system, every=0.1).run()))
        await asyncio.sleep(0.5)
        backup = await archived.backup("base")
        moments = []
        for _ in range(POINTS):
            before = len(await published(system, TENANTS[0]))
            await asyncio.sleep(random.uniform(0.3, 0.8))
            moments.append(await now_of(archived.database))
            until = time.monotonic() + 30
            while len(await published(system, TENANTS[0])) < before + 2 and time.monotonic() < until:
                await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        await archived.settle()
        assert archived.database.pid is not None
        os.kill(archived.database.pid, signal.SIGKILL)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        assert len(acknowledged) > 20
    return backup, moments


async def held_to_what_was_published(system: System, tenant: str) -> tuple[int, int]:
    """How many checkpoints hold for the log as it stands, and how many reach beyond its end."""
    tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
    leaves, checkpoints = await hashes(system.store, tenant_id), await published(system, tenant)
    within = [one for one in checkpoints if one.size <= len(leaves)]
    for checkpoint in within:
        assert root_of(leaves[: checkpoint.size]) == checkpoint.root, checkpoint.size
    return len(within), len(checkpoints) - len(within)


async def test_a_restored_log_is_what_was_published_and_goes_on_under_a_new_name(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="pakt-drill-") as folder:
        await drill(Archived(Path(folder)), tmp_path / "data")


async def drill(archived: Archived, data: Path) -> None:
    await archived.database.start()
    try:
        backup, moments = await lived(archived, data)
    finally:
        await archived.database.stop()
    for moment in moments:
        database = await archived.restored(backup, moment)
        try:
            await goes_on(database, data)
        finally:
            await database.stop()


async def goes_on(database: EmbeddedDatabase, data: Path) -> None:
    async with assemble(Settings(data=data), database=database) as system:
        for tenant in TENANTS:
            within, beyond = await held_to_what_was_published(system, tenant)
            assert (within > 0, beyond > 0) == (True, True), (tenant, within, beyond)
            print(f"restore: {tenant}: {within} published checkpoints hold, {beyond} reach beyond the restored log")
        await nobody_goes_on(system)
        epochs = Epochs(system)
        old = {one.slug: one for one in await epochs.rewound()}
        begun = {one.tenant: one for one in await epochs.begin("restore drill")}
        assert {*TENANTS, "opm"} <= begun.keys()
        assert await epochs.rewound() == []
        await require_no_rewind(system)
        for tenant in TENANTS:
            assert begun[tenant].old_size == old[tenant].seen
            await followers_notice(system, tenant, begun[tenant].epoch, old[tenant].position)


async def nobody_goes_on(system: System) -> None:
    """Neither a part that starts nor a sealer gives a position a second time."""
    with pytest.raises(DatabaseError, match="pakt epoch begin"):
        await require_no_rewind(system)
    tenant_id = (await system.handler.authority.tenant(TENANTS[0])).tenant_id
    with pytest.raises(HistoryCorrupt):
        await make_sealer(system).sealing.seal(tenant_id)


async def followers_notice(system: System, tenant: str, epoch: int, stood: int) -> None:
    """Events, checkpoints and read models of the new epoch say that they are of it; the old log stays provable."""
    await planned(system, tenant, "Pas rikthimit", f"after {epoch}")
    tenant_id = (await system.handler.authority.tenant(tenant)).tenant_id
    after = await system.store.read_log(tenant_id, stood, 10)
    assert [one.position for one in after] == list(range(stood + 1, stood + 1 + len(after)))
    assert {one.epoch for one in after} == {epoch}

    sealer = make_sealer(system)
    while await sealer.sealing.seal(tenant_id) is not None:
        pass
    tree = TreeId(tenant_id, epoch)
    await sealer.publisher.publish(tree, sealer.sealing.size(tenant_id))
    newest = (await published(system, tenant, epoch))[-1]
    assert newest.origin.endswith(f"/{tenant}/{epoch}")
    last = max((one for one in await published(system, tenant) if one.size <= stood), key=lambda one: one.size)
    proof = await system.trees.prove_consistency(tree, last.size, newest.size)
    assert verify_consistency(last.size, newest.size, last.root, newest.root, proof)

    assert [one.faults for one in await verify(system, tenant) if one.faults] == []  # an epoch that ended is no fault
    await system.engine.catch_up(tenant_id)
    again = await replay(system, tenant)
    assert [model.name for model in again.read_models if model.unexplained_rows] == []
