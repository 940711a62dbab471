"""A log of 1,000,000 sealed events: verified where it stands, written as a kit in flat memory, and the kit verified."""

import asyncio
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import asyncpg

from infra.database.interface import Role
from services.audit.export import export
from services.audit.verify import verify
from services.bootstrap import System
from services.sealer.run import make_sealer
from tests.benchmarks.figures import Figure, emit
from tests.support.postgres import EmbeddedServer
from tests.support.system import seeded_system

EVENTS, SLUG, READ_PAGE = 1_000_000, "mj", 2_000
VERIFIER = Path(__file__).parents[2] / "services" / "audit" / "standalone" / "verify.py"

_META = '{"actor":"0199f7c1-2222-7333-8444-555566667777","role":"consultation_coordinator","basis":"law","rules":"xk-2026.1"}'
_DATA = '{"consultation_id":"0199f7c1-2222-7333-8444-555566667777","outcome":"accepted","reason":{"sq":{"text":"Neni 7","status":"authentic"}}}'
_FILL = f"""INSERT INTO es.event SELECT n, t, t, $1, 1, (n - $2 - 1) % 4 + 1,
        (SELECT type_id FROM es.event_type WHERE name = 'consultations.PositionRecorded.v1'),
        md5(((n - $2 - 1) / 4)::text)::uuid, md5('c' || n)::uuid, NULL, '{_META}', '{_DATA}', NULL
    FROM generate_series($2 + 1, $3::bigint) n, LATERAL (SELECT clock_timestamp() + n * interval '1 microsecond') x(t)"""
_COMMANDS = """INSERT INTO es.command SELECT tenant_id, command_id, position, position FROM es.event
    WHERE tenant_id = $1 AND position > $2"""
_TAGS = """INSERT INTO es.event_tag (tenant_id, tag, position)
    SELECT tenant_id, 'consultation:0199f7c1-2222-7333-8444-555566667777', position FROM es.event
    WHERE tenant_id = $1 AND position > $2"""


async def run() -> None:
    """Print the figures."""
    async with sealed() as (system, folder):
        await verifies_in_place(system)
        await exports(system, folder)
        await asyncio.to_thread(verifies, folder / "kit.zip")


@asynccontextmanager
async def sealed() -> AsyncIterator[tuple[System, Path]]:
    """An institution with that many events, sealed 2,000 at a time."""
    server, folder = EmbeddedServer(), Path(tempfile.mkdtemp(prefix="pakt-bench-"))
    try:
        async with seeded_system(server.start(), folder / "data") as system:
            tenant_id = (await system.handler.authority.tenant(SLUG)).tenant_id
            admin = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
            await admin.execute("SET session_replication_role = replica")
            begin = await system.store.head(tenant_id)
            for text in (_FILL, _COMMANDS, _TAGS):
                await admin.execute(_literal(text, tenant_id, begin, EVENTS))
            await admin.execute("VACUUM ANALYZE es.event, es.command, es.event_tag")
            await admin.close()
            sealing = make_sealer(system).sealing
            while await sealing.seal(tenant_id):
                pass
            yield system, folder
    finally:
        shutil.rmtree(folder)
        server.stop()


def _literal(text: str, *numbers: int) -> str:
    for n, number in enumerate(numbers, 1):
        text = text.replace(f"${n}", str(number))
    return text


async def verifies_in_place(system: System) -> None:
    """`pakt audit verify` of the whole log, beside reading the same log and nothing else."""
    tenant_id = (await system.handler.authority.tenant(SLUG)).tenant_id
    log = system.engine.history.log
    began, after = time.perf_counter(), 0
    while page := await log.read_log(tenant_id, after, READ_PAGE):
        after = page[-1].position
    read = after / (time.perf_counter() - began)
    began = time.perf_counter()
    [found] = await verify(system, SLUG)
    speed = EVENTS / (time.perf_counter() - began)
    assert (found.entries, found.sealed, found.fault_count) == (EVENTS, EVENTS, 0), found
    emit(
        Figure(
            name="audit.verify", value=speed, unit="events/s", baseline="reading the same log, whole rows",
            baseline_value=read, ratio=speed / read, rounds=1,
            note=f"{found.entries} events, {found.heads} heads: rows, streams, commands, tags, leaves, tree, signatures, copies",
        )
    )  # fmt: skip


async def exports(system: System, folder: Path) -> None:
    """Speed beside COPY OUT of the same rows, and how much memory more a kit of all takes than one of a tenth."""
    tenant_id = (await system.handler.authority.tenant(SLUG)).tenant_id
    admin = await asyncpg.connect(**system.database.dsn(Role.ADMIN))

    async def drop(_: bytes) -> None:
        return

    began = time.perf_counter()
    rows = f"SELECT * FROM es.event WHERE tenant_id = {tenant_id} ORDER BY position"
    await admin.copy_from_query(rows, output=drop, format="binary")
    copied = EVENTS / (time.perf_counter() - began)
    await admin.close()
    peaks, speed = [], 0.0
    for last in (EVENTS // 10, EVENTS):
        _forget_peak()
        began = time.perf_counter()
        await export(system, SLUG, folder / "kit.zip", last=last)
        speed = last / (time.perf_counter() - began)
        peaks.append(_peak())
    emit(
        Figure(
            name="kit.export", value=speed, unit="events/s", baseline="COPY OUT of the same rows", baseline_value=copied,
            ratio=speed / copied, note=f"{EVENTS} events, {(folder / 'kit.zip').stat().st_size >> 20} MiB, on disk",
        )
    )  # fmt: skip
    emit(
        Figure(
            name="kit.export.memory", value=peaks[1], unit="MiB at most", baseline="a tenth of the events",
            baseline_value=peaks[0], ratio=peaks[1] / peaks[0], goal=1.25, at_most=True, note="whole process",
        )
    )  # fmt: skip


def verifies(kit: Path) -> None:
    """Both modes, one core, a process of their own with its start, beside reading the file and hashing each entry."""
    plain = []
    entry = b"\0" * (100 + 34 + len(_META) + len(_DATA))
    for _ in range(3):
        began = time.perf_counter()
        with kit.open("rb") as file:
            while file.read(1 << 20):
                pass
        for _ in range(EVENTS):
            hashlib.sha256(entry).digest()
        plain.append(EVENTS / (time.perf_counter() - began))
    for name, options, goal in (("hashes", ["--hash-only"], 400_000), ("full", [], 100_000)):
        found = [_verify(kit, *options) for _ in range(3)]
        speed, memory = median(one for one, _ in found), max(one for _, one in found)
        emit(
            Figure(
                name=f"kit.verify.{name}", value=speed, unit="events/s", baseline=f"the promise: {goal} events/s",
                baseline_value=goal, ratio=speed / goal, goal=1.0, rounds=len(found),
                note=f"{speed / median(plain):.2f} of reading and SHA-256 of each entry; {memory:.0f} MiB at most",
            )
        )  # fmt: skip


def _verify(kit: Path, *options: str) -> tuple[float, float]:
    watched = "import runpy,sys;sys.argv=sys.argv[1:]\ntry: runpy.run_path(sys.argv[0],run_name='__main__')\n"
    watched += (
        "finally: print([one.split()[1] for one in open('/proc/self/status') if 'VmHWM' in one][0],file=sys.stderr)"
    )
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", watched, VERIFIER, kit, "--json", *options], capture_output=True, text=True, check=True
    )
    taken = time.perf_counter() - began
    assert json.loads(done.stdout)["to"] == EVENTS
    return EVENTS / taken, int(done.stderr) / 1_024


def _forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1_024 for line in lines if line.startswith("VmHWM"))
