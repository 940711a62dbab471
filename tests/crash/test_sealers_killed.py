"""Four sealers on the same logs, killed and stopped at random points under load: one chain of heads, never two roots."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.eventstore.postgres import PostgresEventStore
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import leaf_hash
from infra.tlog.note import Note
from infra.trees.interface import HEADS, TreeId
from tests.support.appends import command
from tests.support.postgres import TestDatabase, database_at
from tests.support.sealing import NAME, check_heads, hashes, sealer_parts

ROUNDS = int(os.environ.get("PAKT_CRASH_ROUNDS", "10"))
SEALERS = 4
EVERY = 0.02
TENANTS = (1, 2)

pytestmark = [pytest.mark.crash, pytest.mark.slow]


async def seal_for_ever(url: str, folder: Path) -> None:
    """A sealer as a process of its own; says every head that it has signed and committed."""
    from services.sealer.follow import Sealer

    database = database_at(url)
    store = PostgresEventStore(database, doorbell=True)
    await store.start()
    async with sealer_parts(database, folder) as parts:
        parts.publisher.on_head(
            lambda head: print(json.dumps([head.tree.tenant_id, head.tree.kind, head.note]), flush=True)
        )
        await Sealer(parts.sealing, parts.national, parts.publisher, parts.log, store, every=EVERY).run()


def begin(url: str, folder: Path, said: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", __spec__.name if __spec__ else __name__, url, str(folder)]
    with said.open("ab") as out:
        return subprocess.Popen(command, stdout=out, cwd=Path(__file__).parents[2])


def notes_said(folder: Path) -> Iterator[tuple[int, str, str]]:
    """Whole lines only: a process that was killed may have said half of its last one."""
    for path in folder.glob("said.*"):
        for line in path.read_text().split("\n")[:-1]:
            yield tuple(json.loads(line))


async def at_work(folder: Path) -> None:
    """Wait until somebody signs: killing those who have not begun shows nothing. One who stands may hold up all."""
    before, until = bytes_said(folder), time.monotonic() + 3
    while bytes_said(folder) == before and time.monotonic() < until:
        await asyncio.sleep(0.02)


def bytes_said(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("said.*"))


async def test_killed_and_stopped_sealers_never_fork_a_tree(
    database: TestDatabase, event_store: PostgresEventStore, tmp_path: Path
) -> None:
    async with sealer_parts(database, tmp_path):
        pass  # the key is there before two would make one
    chance = random.Random(20261126)
    serial = iter(range(10_000))
    running = [begin(database.url, tmp_path, tmp_path / f"said.{next(serial)}") for _ in range(SEALERS)]
    stopped: list[subprocess.Popen[bytes]] = []
    over = asyncio.Event()

    async def write(tenant: int) -> None:
        while not over.is_set():
            await event_store.append_many([command(tenant=tenant) for _ in range(chance.randrange(1, 40))])
            await asyncio.sleep(chance.random() * 0.02)

    writers = [asyncio.create_task(write(tenant)) for tenant in TENANTS]
    try:
        for _ in range(ROUNDS):
            await at_work(tmp_path)
            await asyncio.sleep(chance.random() * 0.4)
            victim = running.pop(chance.randrange(len(running)))
            if chance.random() < 0.4:
                victim.send_signal(signal.SIGSTOP)
                stopped.append(victim)
            else:
                victim.kill()
                victim.wait()
            if stopped and (chance.random() < 0.4 or len(stopped) == SEALERS - 1):
                woken = stopped.pop(0)
                woken.send_signal(signal.SIGCONT)
                running.append(woken)
            while len(running) + len(stopped) < SEALERS or not running:
                running.append(begin(database.url, tmp_path, tmp_path / f"said.{next(serial)}"))
        over.set()
        await asyncio.gather(*writers)
        await finish(database, event_store, tmp_path)
    finally:
        over.set()
        for process in (*running, *stopped):
            process.kill()
            process.wait()


async def finish(database: TestDatabase, store: PostgresEventStore, folder: Path) -> None:
    """Seal what is left, then compare everything that anybody signed with the logs."""
    async with sealer_parts(database, folder) as parts:
        trees = {}
        for tenant in TENANTS:
            while parts.sealing.size(tenant) < await store.head(tenant):
                await parts.sealing.seal(tenant)
            trees[TreeId(tenant)] = parts.sealing.size(tenant)
            await parts.publisher.publish(TreeId(tenant), trees[TreeId(tenant)])
        for _ in range(20):
            await parts.national.enter(trees)
        entries = await parts.keeper.entries(TreeId(1, 1, HEADS), 0, 100_000)
        leaves = {TreeId(tenant): await hashes(store, tenant) for tenant in TENANTS}
        leaves[TreeId(1, 1, HEADS)] = [leaf_hash(one.entry.encode()) for one in entries]
        signed: dict[tuple[str, int], set[bytes]] = {}
        for tree, of in leaves.items():
            heads = await check_heads(parts, tree, of)
            assert heads[-1].size == len(of)
            for head in heads:
                signed.setdefault((head.checkpoint.origin, head.size), set()).add(head.root)
        counts = [len(await parts.heads(TreeId(tenant))) for tenant in TENANTS]
        assert len(entries) == sum(counts)
        said = 0
        for _, _, note in notes_said(folder):
            checkpoint = Checkpoint.parse(Note.parse(note).text)
            assert signed[checkpoint.origin, checkpoint.size] == {checkpoint.root}, "signed, and not in the database"
            said += 1
        print(
            f"sealers: {ROUNDS} kills or stops, {sum(counts)} heads of {sum(trees.values())} events, {said} signed, no fork"
        )
        assert said > ROUNDS
        assert {NAME} == {origin.split("/")[0] for origin, _ in signed}


if __name__ == "__main__":
    asyncio.run(seal_for_ever(sys.argv[1], Path(sys.argv[2])))
