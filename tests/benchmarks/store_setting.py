"""The same event for every side: our store, bare tables of the same shape, and the eventsourcing library's recorder."""

import asyncio
import gc
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import msgspec
from eventsourcing.persistence import StoredEvent as LibraryEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import Role
from infra.database.migrate import migrate
from infra.database.provision import provision_tenant
from infra.eventstore.interface import Append, Condition, NewEvent
from infra.eventstore.postgres import PostgresEventStore

TYPE = "bench.Happened.v1"
NOW = datetime.now(UTC)
SECONDS = 0.8


class Payload(msgspec.Struct):
    """What an event of the benchmarks says: 177 bytes as JSON."""

    title: str
    number: int
    reference: str


DATA = msgspec.json.encode(Payload("t" * 100, 4711, "r" * 30))
META = b'{"actor":"' + b"a" * 102 + b'"}'
INSERT = (
    "INSERT INTO raw.event (position, recorded_at, occurred_at, tenant_id, epoch, version, type_id, stream_id,"
    " command_id, meta, data) VALUES ($1, now(), $2, 1, 1, 1, 1, $3, $4, $5, $6)"
)


class Setting(msgspec.Struct):
    """A started database with 1,000 tenants, and what is measured on it."""

    database: EmbeddedDatabase
    store: PostgresEventStore
    admin: asyncpg.Connection
    connections: list[asyncpg.Connection] = []
    recorder: PostgresApplicationRecorder | None = None
    position: int = 0

    async def copied(self, count: int = 40_000) -> float:
        """Rows a second of one COPY of events and one of commands, in one transaction, into empty bare tables."""
        await self.admin.execute("TRUNCATE raw.event, raw.command")
        events = [(n, NOW, NOW, 1, 1, 1, 1, uuid4(), uuid4(), None, META, DATA, None) for n in range(count)]
        commands = [(1, row[8], row[0], row[0]) for row in events]
        began = time.perf_counter()
        async with self.admin.transaction():
            await self.admin.copy_records_to_table("event", schema_name="raw", records=events)
            await self.admin.copy_records_to_table("command", schema_name="raw", records=commands)
        return count / (time.perf_counter() - began)

    async def inserted(self, connections: int) -> float:
        """Statements a second: INSERT of one event and COMMIT, over so many connections."""
        while len(self.connections) < connections:
            self.connections.append(await asyncpg.connect(**self.database.dsn(Role.ADMIN)))
        await self.admin.execute("TRUNCATE raw.event, raw.command")
        statements = [await c.prepare(INSERT) for c in self.connections[:connections]]
        until = time.perf_counter() + SECONDS

        async def caller(statement: "asyncpg.prepared_stmt.PreparedStatement") -> int:
            done = 0
            while time.perf_counter() < until:
                self.position += 1
                await statement.fetch(self.position, NOW, uuid4(), uuid4(), META, DATA)
                done += 1
            return done

        began = time.perf_counter()
        done = await asyncio.gather(*(caller(s) for s in statements))
        return sum(done) / (time.perf_counter() - began)

    async def library(self) -> float:
        """Events a second of the library's recorder at its best of 1, 8 and 32 threads."""
        return max([await asyncio.to_thread(self._library, threads) for threads in (1, 8, 32)])

    def _library(self, threads: int) -> float:
        if self.recorder is None:
            self.recorder = library_recorder(self.database)
        recorder, counts = self.recorder, [0] * threads
        until = time.perf_counter() + SECONDS

        def caller(n: int) -> None:
            while time.perf_counter() < until:
                recorder.insert_events([LibraryEvent(uuid4(), 1, TYPE, DATA)])
                counts[n] += 1

        began = time.perf_counter()
        running = [threading.Thread(target=caller, args=(n,)) for n in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        return sum(counts) / (time.perf_counter() - began)


def library_recorder(database: EmbeddedDatabase) -> PostgresApplicationRecorder:
    """The library's own recorder on the same server, at its defaults."""
    dsn = database.dsn(Role.ADMIN)
    datastore = PostgresDatastore(
        dbname=dsn["database"],
        host=dsn["host"],
        port=str(dsn["port"]),
        user=dsn["user"],
        password="",
        pool_size=32,
        max_overflow=8,
    )
    recorder = PostgresApplicationRecorder(datastore, events_table_name="library_events")
    recorder.create_table()
    return recorder


def append(
    tenant: int, *, stream: UUID | None = None, version: int = 1, conditions: tuple[Condition, ...] = ()
) -> Append:
    """One command of one event."""
    return Append(
        tenant, uuid4(), NOW, META, (NewEvent(stream or uuid4(), version, TYPE, DATA),), conditions=conditions
    )


async def fill(store: PostgresEventStore, tenants: int, events: int) -> list[tuple[int, UUID]]:
    """Streams of 20 events, spread over tenants 1 to `tenants`, `events` in all. Returns tenant and id of each."""
    streams = [(1 + n % tenants, uuid4()) for n in range(events // 20)]
    for start in range(0, len(streams), 2_000):
        batch = [
            Append(t, uuid4(), NOW, META, tuple(NewEvent(s, v, TYPE, DATA) for v in range(1, 21)))
            for t, s in streams[start : start + 2_000]
        ]
        await store.append_many(batch)
    return streams


@asynccontextmanager
async def prepared(tenants: int = 1_000) -> AsyncIterator[Setting]:
    """A fresh embedded database with default durability, and a store on it. The collector is tuned as in the gateway."""
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as folder:
        database = EmbeddedDatabase(Path(folder) / "postgresql")
        await database.start()
        try:
            await migrate(database, [TYPE])
            admin = await asyncpg.connect(**database.dsn(Role.ADMIN))
            await admin.execute(
                "CREATE SCHEMA raw; CREATE TABLE raw.event (LIKE es.event INCLUDING ALL);"
                "CREATE TABLE raw.command (LIKE es.command INCLUDING ALL)"
            )
            for tenant in range(1, tenants + 1):
                await provision_tenant(admin, tenant, f"tenant-{tenant}", "municipality")
            store = PostgresEventStore(database)
            await store.start()
            setting = Setting(database, store, admin)
            gc.collect()
            gc.freeze()
            gc.set_threshold(100_000, 50, 100)
            yield setting
            await store.stop()
            for connection in (admin, *setting.connections):
                await connection.close()
            if setting.recorder is not None:
                setting.recorder.datastore.close()
        finally:
            await database.stop()
