"""Workers, RabbitMQ and PostgreSQL are killed while work is noted, told of and done: each effect happens, and once."""

import asyncio
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from domain.kernel.errors import Unavailable
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import Role
from infra.database.migrate import migrate
from infra.database.provision import provision_tenant
from infra.eventstore.interface import Committed, Duplicate
from infra.eventstore.postgres import PostgresEventStore
from services.databases import database_folder
from tests.crash.test_database_killed import kill
from tests.support.appends import HAPPENED, command
from tests.support.rabbitmq import RabbitMQ
from tests.support.running import ROOT

JOBS = int(os.environ.get("PAKT_JOBS", "300"))
KILLS = {
    "worker": int(os.environ.get("PAKT_WORKER_KILLS", "4")),
    "rabbitmq": int(os.environ.get("PAKT_RABBITMQ_KILLS", "1")),
    "postgresql": int(os.environ.get("PAKT_POSTGRESQL_KILLS", "2")),
}
TENANTS = (1, 2, 3)
PROCESSES = 2
WITHIN = 120.0
_EFFECTS = "SELECT tenant_id, subject, lane, number FROM public.effect ORDER BY number"


class Worker:
    """A process that does the work; started anew when it is killed, and when it found no database to start on."""

    def __init__(self, data: Path, broker: str, tries: Path) -> None:
        self._command = [sys.executable, "-m", "tests.crash.work_process", str(data), broker, str(tries)]
        self._said = tries.with_name(f"said-{id(self)}")
        self._start()

    def kill(self) -> None:
        self.end()
        self._start()

    def end(self) -> None:
        self._process.kill()
        with self._process:
            self._process.wait()

    def watch(self) -> None:
        """As who runs it would: what could not start is started again; nothing that had started ends by itself."""
        if self._process.poll() is not None:
            with self._process:
                assert "ready" not in self._said.read_text(), self._said.read_text()[-2000:]
            self._start()

    def _start(self) -> None:
        with self._said.open("w") as said:
            self._process = subprocess.Popen(self._command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.broker
async def test_every_effect_happens_and_once(tmp_path: Path) -> None:
    if RabbitMQ.server() is None:
        if "broker" in os.environ.get("PAKT_REQUIRE", ""):
            pytest.fail("there is no RabbitMQ server")
        pytest.skip("there is no RabbitMQ server")
    rabbitmq, database = RabbitMQ(tmp_path / "rabbitmq"), EmbeddedDatabase(database_folder(tmp_path / "data"))
    await asyncio.to_thread(rabbitmq.start)
    await database.start()
    await prepared(database)
    tries = tmp_path / "tries"
    workers = [Worker(tmp_path / "data", rabbitmq.url, tries) for _ in range(PROCESSES)]
    store = PostgresEventStore(database, doorbell=True)
    await store.start()
    try:
        await under_fire(store, database, rabbitmq, workers)
        effects, left = await ended(database, workers)
    finally:
        for worker in workers:
            worker.end()
        await store.stop()
        await database.stop()
        await asyncio.to_thread(rabbitmq.kill)

    often = Counter((row[0], row[1]) for row in effects)
    told = tries.read_text().split()
    print(
        f"\nwork: {JOBS} jobs, killed {KILLS}, {len(told)} tries, {sum(often.values())} effects,"
        f" {JOBS - len(often)} lost, {sum(often.values()) - len(often)} doubled, {left} left, {disorder(effects)} out of order"
    )
    assert len(often) == sum(often.values()) == JOBS
    assert {f"{tenant}:{subject}" for tenant, subject in often} == set(told)
    assert (left, disorder(effects)) == (0, 0)


async def prepared(database: EmbeddedDatabase) -> None:
    await migrate(database, [HAPPENED])
    connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
    for tenant in TENANTS:
        await provision_tenant(connection, tenant, f"tenant-{tenant}", "ministry")
    await connection.execute(
        "CREATE TABLE public.effect (number bigserial, tenant_id int, subject bigint, lane text);"
        "GRANT USAGE ON SCHEMA public TO pakt_projector;"
        "GRANT INSERT ON public.effect TO pakt_projector; GRANT USAGE ON SEQUENCE public.effect_number_seq TO pakt_projector"
    )
    await connection.close()


async def under_fire(
    store: PostgresEventStore, database: EmbeddedDatabase, rabbitmq: RabbitMQ, workers: list[Worker]
) -> None:
    """Some events, a blow, and again until all events are there and all blows have fallen."""
    rnd = random.Random(JOBS)
    blows = [name for name, number in KILLS.items() for _ in range(number)]
    rnd.shuffle(blows)
    for n, blow in enumerate(blows):
        share = range(n * JOBS // len(blows), (n + 1) * JOBS // len(blows))
        await asyncio.gather(*(appended(store, TENANTS[one % len(TENANTS)]) for one in share))
        await asyncio.sleep(rnd.uniform(0.3, 2.0))
        for worker in workers:
            worker.watch()
        match blow:
            case "worker":
                await asyncio.to_thread(rnd.choice(workers).kill)
            case "rabbitmq":
                await asyncio.to_thread(rabbitmq.kill, forget=n % 2 == 0)
                await asyncio.to_thread(rabbitmq.start)
            case _:
                kill(database, whole_tree=n % 2 == 1)


async def appended(store: PostgresEventStore, tenant: int) -> None:
    """One event, however often the database goes away meanwhile."""
    sent = command(tenant=tenant)
    while True:
        try:
            assert isinstance(await store.append(sent), Committed | Duplicate)
        except Unavailable:
            await asyncio.sleep(0.05)
        else:
            return


async def ended(database: EmbeddedDatabase, workers: list[Worker]) -> tuple[list[asyncpg.Record], int]:
    """All effects, once nothing is left to do and nothing more comes; what is left when it takes too long."""
    deadline = asyncio.get_running_loop().time() + WITHIN
    while True:
        for worker in workers:
            worker.watch()
        try:
            connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.2)
            continue
        effects = await connection.fetch(_EFFECTS)
        left: int = await connection.fetchval("SELECT count(*) FROM es.work")
        await connection.close()
        if (len(effects) >= JOBS and not left) or asyncio.get_running_loop().time() > deadline:
            return effects, left
        await asyncio.sleep(0.5)


def disorder(effects: list[asyncpg.Record]) -> int:
    """How often work of a lane was done after what stands behind it."""
    last: dict[tuple[int, str], int] = {}
    wrong = 0
    for tenant, subject, lane, _ in effects:
        if lane:
            wrong += last.get((tenant, lane), 0) > subject
            last[tenant, lane] = subject
    return wrong
