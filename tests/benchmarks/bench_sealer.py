"""What sealing costs and how soon it is done: lag, its share of an append, a backlog, and proofs in a long tree.

`python -m tests.benchmarks.bench_sealer HOST PORT FOLDER` is the sealer of these figures: a process of its own.
"""

import asyncio
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import fmean

import psutil
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.database.external import ExternalDatabase
from infra.database.interface import Role
from infra.eventstore.postgres import PostgresEventStore
from infra.keys.signing import FileSigningKeys
from infra.objectstore.obstore import local_named
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import verify_inclusion
from infra.tlog.note import Signer, sign_note
from infra.tlog.tiles import GrowingTree
from infra.trees.interface import HEADS, TreeId
from infra.trees.postgres import PostgresTreeKeeper, PostgresTrees
from projections.connections import Connections
from services.sealer.follow import Sealer
from services.sealer.growing import Grower
from services.sealer.log import SealerLog
from services.sealer.national import NationalLog
from services.sealer.publisher import Publisher
from services.sealer.sealing import Sealing
from tests.benchmarks.figures import Figure, Side, compared, emit, per_second, percentile, rounds
from tests.benchmarks.store_setting import Setting, append, fill, prepared

RATE = 2_000
CALLERS = 64
TENANTS = 50
SECONDS = 5.0
ROOM = 0.01
"""Seconds between two bursts of a paced load."""
BACKLOG = 100_000
LEAVES = 1_000_000
PROOFS = 2_000
_LAGS = """
SELECT extract(epoch FROM h.sealed_at - e.recorded_at)::float8 FROM es.event e
  LEFT JOIN LATERAL (SELECT x.sealed_at FROM es.tree_head x
                      WHERE x.tenant_id = e.tenant_id AND x.kind = 'events' AND x.epoch = 1 AND x.size >= e.position
                      ORDER BY x.size LIMIT 1) h ON true
 WHERE e.recorded_at > $1 ORDER BY 1
"""


async def run() -> None:
    """Print the figures of the sealer."""
    async with prepared(TENANTS) as setting:
        async with ringing(setting), sealing(setting) as process:
            await lag(setting, TENANTS)
            await lag(setting, 1)
            await share(setting, process)
            await saturated(setting, process)
        await backlog(setting)
        await proofs(setting)


@asynccontextmanager
async def ringing(setting: Setting) -> AsyncIterator[None]:
    """A store that tells other processes of its commits, as every part of the system has."""
    silent, setting.store = setting.store, PostgresEventStore(setting.database, doorbell=True)
    await setting.store.start()
    try:
        yield
    finally:
        await setting.store.stop()
        setting.store = silent


@asynccontextmanager
async def sealing(setting: Setting) -> AsyncIterator["subprocess.Popen[bytes]"]:
    """A sealer in a process of its own."""
    dsn = setting.database.dsn(Role.ADMIN)
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as folder:
        command = [sys.executable, "-m", "tests.benchmarks.bench_sealer", dsn["host"], str(dsn["port"]), folder]
        process = subprocess.Popen(command)
        try:
            await drained(setting)
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait()


async def drained(setting: Setting) -> None:
    """Wait until every event is sealed."""
    while await setting.admin.fetchval(
        "SELECT EXISTS (SELECT FROM es.heads() h LEFT JOIN es.tree t ON t.tenant_id = h.tenant_id AND t.kind = 'events'"
        " WHERE h.position > coalesce(t.size, 0))"
    ):
        await asyncio.sleep(0.05)


async def paced(setting: Setting, tenants: int, seconds: float) -> list[float]:
    """Appends of one event each, `RATE` a second; the seconds that each took, sorted."""
    taken: list[float] = []

    async def one(n: int) -> None:
        began = time.perf_counter()
        await setting.store.append(append(1 + n % tenants))
        taken.append(time.perf_counter() - began)

    tasks: list[asyncio.Task[None]] = []
    began = time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        tasks += [asyncio.create_task(one(n)) for n in range(len(tasks), int(passed * RATE))]
        await asyncio.sleep(ROOM)
    await asyncio.gather(*tasks)
    return sorted(taken)


async def lag(setting: Setting, tenants: int) -> None:
    """From an event's recording to the signing of the first head over it."""
    begin = await setting.admin.fetchval("SELECT clock_timestamp()")
    await paced(setting, tenants, 2 * SECONDS)
    await drained(setting)
    lags = [row[0] for row in await setting.admin.fetch(_LAGS, begin)]
    emit(
        Figure(
            name=f"sealer.lag_p99.{tenants}_tenants",
            value=percentile(lags, 0.99),
            unit="s",
            baseline="the promise: 2 s",
            baseline_value=2.0,
            ratio=percentile(lags, 0.99) / 2.0,
            goal=1.0,
            at_most=True,
            rounds=1,
            note=f"{len(lags)} events at {RATE}/s; p50 {percentile(lags, 0.5):.2f} s, most {lags[-1]:.2f} s",
        )
    )


async def share(setting: Setting, process: "subprocess.Popen[bytes]") -> None:
    """Appends at a rate that leaves processors idle: what sealing costs by the database's locks, log and disk."""

    async def mean() -> float:
        return fmean(await paced(setting, TENANTS, SECONDS))

    await beside(setting, process, mean, "append_time", f"{RATE} a second over {TENANTS} tenants", 1.05)


async def saturated(setting: Setting, process: "subprocess.Popen[bytes]") -> None:
    """Appends as fast as they go: all processors are busy, and what the sealer takes of them appends do not have.

    Nothing is promised of this: with a processor more it goes.
    """

    async def mean() -> float:
        _, taken = await per_second(CALLERS, SECONDS / 2, lambda n: setting.store.append(append(1 + n % TENANTS)))
        return fmean(taken)

    what = f"{CALLERS} callers over {TENANTS} tenants, on {os.cpu_count()} processors"
    await beside(setting, process, mean, "append_time.saturated", what, 0.0)


async def beside(
    setting: Setting, process: "subprocess.Popen[bytes]", mean: Side, name: str, what: str, goal: float
) -> None:
    """The mean of appends of one event while the sealer is at work, and while it is stopped."""
    sealer, used = psutil.Process(process.pid), list[float]()

    async def with_sealer() -> float:
        process.send_signal(signal.SIGCONT)
        await drained(setting)
        before, began = sealer.cpu_times(), time.perf_counter()
        taken = await mean()
        after = sealer.cpu_times()
        used.append((after.user + after.system - before.user - before.system) / (time.perf_counter() - began))
        return taken

    async def without() -> float:
        await drained(setting)
        process.send_signal(signal.SIGSTOP)
        taken = await mean()
        process.send_signal(signal.SIGCONT)
        return taken

    measured = await rounds({"on": with_sealer, "off": without}, 7)
    emit(
        Figure(
            name=f"sealer.{name}",
            value=fmean(measured["on"]) * 1000,
            unit="ms",
            baseline="the same, sealer stopped",
            baseline_value=fmean(measured["off"]) * 1000,
            ratio=compared(measured["on"], measured["off"]),
            goal=goal,
            at_most=True,
            rounds=len(measured["on"]),
            note=f"mean of appends of one event, {what}; the sealer's process took {fmean(used):.0%} of a processor",
        )
    )


async def backlog(setting: Setting) -> None:
    """How fast a long unsealed log is caught up with, beside reading and hashing nothing: appending it."""
    began = time.perf_counter()
    await fill(setting.store, 1, BACKLOG)
    appended = BACKLOG / (time.perf_counter() - began)
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as folder:
        connections = Connections(setting.database, Role.SEALER)
        sealer = made(setting.store, connections, Path(folder))
        began, sealed = time.perf_counter(), 0
        while head := await sealer.sealing.seal(1):
            sealed = head.size
        rate = BACKLOG / (time.perf_counter() - began)
        await connections.close()
    emit(
        Figure(
            name="sealer.backlog",
            value=rate,
            unit="events/s",
            baseline="appending the same events in large batches",
            baseline_value=appended,
            ratio=rate / appended,
            rounds=1,
            note=f"{BACKLOG} events of one tenant, 2,000 under each of the heads, {sealed} sealed",
        )
    )


async def proofs(setting: Setting) -> None:
    """Inclusion proofs of random leaves of a tree of `LEAVES`, each verified afterwards."""
    tree, origin, growing = TreeId(TENANTS, 1, HEADS), "pakt.bench/long/1", GrowingTree()
    leaves = [hashlib.sha256(n.to_bytes(4, "big")).digest() for n in range(LEAVES)]
    connections, reading = Connections(setting.database, Role.SEALER), Connections(setting.database, Role.GATEWAY)
    async with PostgresTreeKeeper(connections).growing(tree, origin, 0) as growth:
        await growth.append(growing.extend(leaves), LEAVES)
        root = growing.root()
        note = sign_note(Checkpoint(origin, LEAVES, root).text, Signer(origin, Ed25519PrivateKey.generate()))
        await growth.sign(root, str(note))
    await setting.admin.execute("VACUUM ANALYZE es.tile")
    trees, chance, taken, bare = PostgresTrees(reading), random.Random(1), [], []
    for index in (chance.randrange(LEAVES) for _ in range(PROOFS)):
        began = time.perf_counter()
        proof = await trees.prove_inclusion(tree, index, LEAVES)
        taken.append(time.perf_counter() - began)
        assert verify_inclusion(leaves[index], index, LEAVES, proof, root)
        began = time.perf_counter()
        async with reading.borrow(TENANTS) as connection:
            await connection.fetchval("SELECT 1")
        bare.append(time.perf_counter() - began)
    taken.sort()
    bare.sort()
    await connections.close()
    await reading.close()
    emit(
        Figure(
            name="sealer.inclusion_proof_p99",
            value=percentile(taken, 0.99) * 1000,
            unit="ms",
            baseline="the promise: 5 ms",
            baseline_value=5.0,
            ratio=percentile(taken, 0.99) / 0.005,
            goal=1.0,
            at_most=True,
            rounds=1,
            note=f"{LEAVES} leaves; p50 {percentile(taken, 0.5) * 1000:.2f} ms, SELECT 1 {percentile(bare, 0.5) * 1000:.2f} ms",
        )
    )


def made(store: PostgresEventStore, connections: Connections, folder: Path) -> Sealer:
    """A sealer with keys and copies in a folder, as `services.sealer.run` makes one."""
    keeper, log, copies = PostgresTreeKeeper(connections), SealerLog(connections), local_named(folder / "heads")
    grower = Grower(keeper, FileSigningKeys.open(folder / "keys"), copies)
    national = NationalLog(log, keeper, grower, "pakt.bench")
    return Sealer(Sealing(log, grower, "pakt.bench"), national, Publisher(keeper, copies), log, store)


async def seal_for_ever(host: str, port: str, folder: str) -> None:
    """The sealer of these figures, in a process of its own."""
    database = ExternalDatabase(f"postgresql://postgres@/pakt?host={host}&port={port}")
    store = PostgresEventStore(database, doorbell=True)
    await store.start()
    await made(store, Connections(database, Role.SEALER, 4), Path(folder)).run()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(seal_for_ever(*sys.argv[1:]))
