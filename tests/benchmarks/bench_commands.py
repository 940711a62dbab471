"""Whole commands (load, decide, append) and rehydration, beside the eventsourcing library's own Application.

Both sides use the same embedded PostgreSQL with its default durability, the same payload and streams of 20 events; on
both, each caller has streams of its own.
"""

import asyncio
import random
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from domain.kernel.ids import PAKT, event_id
from domain.kernel.manifest import Role as Mandated
from domain.kernel.registry import Registry
from domain.rules import DOMAIN as RULES
from domain.tenants import DOMAIN as TENANTS
from domain.tenants.commands import FoundRegister, GrantMandate, RegisterInstitution, RegisterMember
from infra.clock import SystemClock
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import Role
from infra.database.migrate import migrate
from infra.database.provision import provision_tenant
from infra.eventstore.postgres import PostgresEventStore
from infra.keys.memory import MemoryKeys, MemorySubjectKeys
from services.command_handling.aggregates import Aggregates
from services.command_handling.execute import CommandHandler
from services.command_handling.request import Principal, Request
from services.serving import settle_memory
from services.vault import Vault
from tests.benchmarks.figures import Figure, compared, emit, per_second, percentile, rounds
from tests.support.trial import TRIAL, MarkSlip, OpenBox, PutSlip, Slip

DOMAINS = (TENANTS, RULES, TRIAL)
REGISTRY = Registry(e for domain in DOMAINS for e in domain.events)
SEED, BESA = Principal(UUID(int=0), Mandated.SEED), Principal(UUID(int=1))
STREAMS, EVENTS, SECONDS, LOADING = 400, 20, 1.0, 0.3


class Note(Aggregate):
    """The library's side: the same facts, written the way its documentation shows."""

    def __init__(self, text: str) -> None:
        self.text, self.marks, self.sum = text, 0, 0

    @event("Marked")
    def mark(self, mark: int) -> None:
        """Count a mark."""
        self.marks, self.sum = self.marks + 1, self.sum + mark


@asynccontextmanager
async def prepared() -> Any:
    """A handler on an embedded database, and the library's application on the same server."""
    import asyncpg

    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as folder:
        database = EmbeddedDatabase(Path(folder) / "postgresql")
        await database.start()
        try:
            await migrate(database, REGISTRY.names)
            connection = await asyncpg.connect(**database.dsn(Role.ADMIN))
            for tenant_id, slug, kind in ((1, "opm", "national"), (2, "md", "ministry")):
                await provision_tenant(connection, tenant_id, slug, kind)
            await connection.close()
            store = PostgresEventStore(database)
            await store.start()
            handler = CommandHandler(store, REGISTRY, DOMAINS, Vault(MemoryKeys(), MemorySubjectKeys()), SystemClock())
            app = await asyncio.to_thread(library, database.dsn(Role.ADMIN))
            settle_memory()  # as the gateway does
            yield handler, app
            await store.stop()
        finally:
            await database.stop()


def library(dsn: Any) -> Application:
    """The library's application with its PostgreSQL recorder at its defaults."""
    return Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": dsn["database"],
            "POSTGRES_HOST": dsn["host"],
            "POSTGRES_PORT": str(dsn.get("port", 5432)),
            "POSTGRES_USER": dsn["user"],
            "POSTGRES_PASSWORD": dsn.get("password", "none"),
            "POSTGRES_POOL_SIZE": "32",
            "POSTGRES_MAX_OVERFLOW": "8",
        }
    )


async def send(
    handler: CommandHandler, command: Any, stream: UUID | None = None, *, tenant: str = "md", by: Principal = BESA
) -> UUID:
    """Execute a command under a new key; returns the stream."""
    request = Request(tenant=tenant, command=command, command_id=uuid4(), principal=by, stream_id=stream)
    return (await handler.execute(request)).answer.stream_id


async def seed(handler: CommandHandler) -> tuple[list[UUID], UUID]:
    """Institutions, a mandate, a box, and `STREAMS` slips of `EVENTS` events."""
    names = {"sq": "A", "sr": "B", "en": "C"}
    register = await send(handler, FoundRegister(slug="opm", code="OPM", names=names), tenant="opm", by=SEED)
    command = RegisterInstitution(slug="md", code="MD", kind="ministry", names=names)
    await send(handler, command, register, tenant="opm", by=SEED)
    await send(handler, RegisterMember(person_id=BESA.person_id, full_name="B", email="b@example.org"), by=SEED)
    member = (await handler.authority.of(2, fresh=True)).members[BESA.person_id].id
    grant = GrantMandate(role=Mandated.CONSULTATION_COORDINATOR, legal_basis="x", valid_from=date(2026, 1, 1))
    await send(handler, grant, member, by=SEED)
    box = await send(handler, OpenBox())
    slips = await asyncio.gather(*(send(handler, PutSlip(box_id=box, text="t" * 60)) for _ in range(STREAMS)))
    await asyncio.gather(*(send(handler, MarkSlip(mark=n), slip) for slip in slips for n in range(EVENTS - 1)))
    return slips, box


def library_rate(app: Application, notes: list[UUID], threads: int) -> float:
    """Commands per second of `threads` callers: get, mark, save."""
    counts, until = [0] * threads, time.perf_counter() + SECONDS

    def caller(n: int) -> None:
        own = notes[n::threads]
        while time.perf_counter() < until:
            note: Note = app.repository.get(random.choice(own))
            note.mark(mark=1)
            app.save(note)
            counts[n] += 1

    began = time.perf_counter()
    running = [threading.Thread(target=caller, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def write_notes(app: Application, count: int, events: int) -> list[UUID]:
    """`count` streams of the library with `events` events each."""
    made = []
    for _ in range(count):
        note = Note(text="t" * 60)
        for n in range(events - 1):
            note.mark(mark=n)
        app.save(note)
        made.append(note.id)
    return made


async def commands(handler: CommandHandler, app: Application, slips: list[UUID]) -> float:
    """Whole commands at 64 and 256 callers against the library at its best of 1, 8 and 32 threads; the latter's rate."""
    notes = await asyncio.to_thread(write_notes, app, STREAMS, EVENTS)
    latencies: dict[int, list[list[float]]] = {64: [], 256: []}

    async def ours(callers: int) -> float:
        own = [slips[n::callers] for n in range(callers)]
        rate, taken = await per_second(callers, SECONDS, lambda n: send(handler, MarkSlip(), random.choice(own[n])))
        latencies[callers].append(taken)
        return rate

    async def theirs() -> float:
        return max([await asyncio.to_thread(library_rate, app, notes, threads) for threads in (1, 8, 32)])

    measured = await rounds({"c64": lambda: ours(64), "c256": lambda: ours(256), "library": theirs})
    for name, goal in (("c64", 0.0), ("c256", 30.0)):
        emit(
            Figure(
                name=f"command.{name}",
                value=sorted(measured[name])[len(measured[name]) // 2],
                unit="commands/s",
                baseline="eventsourcing Application, best of 1, 8, 32 threads",
                baseline_value=sorted(measured["library"])[len(measured["library"]) // 2],
                ratio=compared(measured[name], measured["library"]),
                goal=goal,
                rounds=len(measured[name]),
            )
        )
    p50 = [percentile(taken, 0.5) for taken in latencies[64]]
    p99 = [percentile(taken, 0.99) for taken in latencies[64]]
    emit(
        Figure(
            name="command.c64.p99",
            value=sorted(p99)[len(p99) // 2] * 1000,
            unit="ms",
            baseline="p50 of the same calls",
            baseline_value=sorted(p50)[len(p50) // 2] * 1000,
            ratio=compared(p99, p50),
            goal=2.5,
            at_most=True,
            rounds=len(p99),
        )
    )
    return median(measured["c256"])


async def rehydration(handler: CommandHandler, app: Application, box: UUID) -> None:
    """One aggregate of 100 and of 1,000 events from its stream; both sides for the same time, not as often.

    Twenty calls of ours are over before the processor's caches have forgotten the other side.
    """
    for events, goal in ((100, 15.0), (1_000, 35.0)):
        slip = await send(handler, PutSlip(box_id=box, text="t" * 60))
        for _ in range(events - 1):
            await send(handler, MarkSlip(), slip)
        (note,) = await asyncio.to_thread(write_notes, app, 1, events)

        async def ours(slip: UUID = slip) -> float:
            began, done = time.perf_counter(), 0
            while (taken := time.perf_counter() - began) < LOADING:
                await Aggregates(handler.store, REGISTRY).check_out(2, Slip, slip, fresh=True)
                done += 1
            return done / taken

        def get(note: UUID = note) -> float:
            began, done = time.perf_counter(), 0
            while (taken := time.perf_counter() - began) < LOADING:
                app.repository.get(note)
                done += 1
            return done / taken

        async def theirs(get: Any = get) -> float:
            return await asyncio.to_thread(get)

        measured = await rounds({"ours": ours, "library": theirs}, 7)
        emit(
            Figure(
                name=f"rehydrate.{events}",
                value=1000 / sorted(measured["ours"])[3],
                unit="ms",
                baseline="eventsourcing repository.get",
                baseline_value=1000 / sorted(measured["library"])[3],
                ratio=compared(measured["ours"], measured["library"]),
                goal=goal,
                rounds=7,
            )
        )


def event_ids(rate: float) -> None:
    """What naming its event adds to a command, of which there are `rate` a second in this process."""
    command_ids, stream_id = [uuid4() for _ in range(2_000)], uuid4()

    def microseconds(name: Callable[[UUID, UUID, int], UUID]) -> float:
        began = time.perf_counter()
        for command_id in command_ids:
            name(command_id, stream_id, 7)
        return (time.perf_counter() - began) / len(command_ids) * 1e6

    def by_library(command_id: UUID, stream_id: UUID, version: int) -> UUID:
        return uuid5(PAKT, f"event\x1f{command_id}\x1f{stream_id}\x1f{version}")

    assert by_library(stream_id, stream_id, 1) == event_id(stream_id, stream_id, 1)
    ours, theirs = ([microseconds(name) for _ in range(50)] for name in (event_id, by_library))
    emit(
        Figure(
            name="command.event_id", value=median(ours), unit="us", baseline="a whole command at 256 callers",
            baseline_value=1e6 / rate, ratio=median(ours) * rate / 1e6, goal=0.05, at_most=True, rounds=len(ours),
            note=f"the same name by uuid.uuid5: {median(theirs):.2f} us",
        )
    )  # fmt: skip


async def run() -> None:
    """All figures of this module."""
    async with prepared() as (handler, app):
        slips, box = await seed(handler)
        event_ids(await commands(handler, app, slips))
        await rehydration(handler, app, box)
        app.close()
