"""Catching up with 1,000,000 events through the feed, beside reading the same log raw; then live on the same stream."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg

from infra.database.interface import Role
from infra.eventstore.interface import Append, NewEvent
from services.bootstrap import System
from services.feed.follower import Feed, Follower
from services.feed.places import Places
from services.feed.selection import Selection
from services.gateway.cursors import Cursors
from services.gateway.routes.event_feed import Reading, _frames
from tests.benchmarks.figures import Figure, compared, emit, rounds
from tests.benchmarks.store_setting import NOW
from tests.support.postgres import EmbeddedServer
from tests.support.system import seeded_system

EVENTS, LIVE, SLUG = 1_000_000, 300, "mj"
TYPE = "consultations.ContributionPublished.v1"
_FILL = f"""INSERT INTO es.event SELECT n, t, t, {{tenant}}, 1, (n - {{begin}} - 1) % 4 + 1,
        (SELECT type_id FROM es.event_type WHERE name = '{TYPE}'),
        md5(((n - {{begin}} - 1) / 4)::text)::uuid, md5('c' || n)::uuid, NULL,
        '{{{{"actor":"0199f7c1-2222-7333-8444-555566667777","role":"consultation_coordinator","basis":"law"}}}}',
        '{{{{"consultation_id":"0199f7c1-2222-7333-8444-555566667777","withheld":"","outcome":"accepted"}}}}', NULL
    FROM generate_series({{begin}} + 1, {EVENTS}) n, LATERAL (SELECT clock_timestamp() + n * interval '1 microsecond') x(t)"""


async def run() -> None:
    """Print the figures."""
    async with filled() as (system, tenant_id):
        await catching_up(system, tenant_id)


@asynccontextmanager
async def filled() -> AsyncIterator[tuple[System, int]]:
    """An institution with that many public events."""
    server = EmbeddedServer()
    with TemporaryDirectory() as folder:
        async with seeded_system(server.start(), Path(folder) / "data") as system:
            tenant_id = (await system.handler.authority.tenant(SLUG)).tenant_id
            admin = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
            await admin.execute("SET session_replication_role = replica")
            begin = await system.store.head(tenant_id)
            await admin.execute(_FILL.format(tenant=tenant_id, begin=begin))
            await admin.execute("VACUUM ANALYZE es.event")
            await admin.close()
            yield system, tenant_id
    server.stop()


async def catching_up(system: System, tenant_id: int) -> None:
    """Events a second: the log read raw through the store's port, and told as a stream's frames, each with its id."""
    lives: list[float] = []

    async def raw() -> float:
        began, seen = time.perf_counter(), 0
        while page := await system.store.read_log(tenant_id, seen, 4_000):
            seen += len(page)
        return seen / (time.perf_counter() - began)

    async def told() -> float:
        feed = Feed(system.store, system.handler.authority, "https://pakt.example")
        reading = Reading(feed, Cursors(system.tokens.secret("cursors")), None, Selection((SLUG,)))
        follower = Follower(feed, None, reading.chosen, Places())
        head, began, seen = await system.store.head(tenant_id), time.perf_counter(), 0
        async with aclosing(_frames(reading, follower, {})) as frames:
            async for frame in frames:
                seen += frame.count(b"\nid: ") + frame.startswith(b"id: ")
                if follower.places.of(tenant_id).position == head:
                    break
            rate = seen / (time.perf_counter() - began)
            for _ in range(LIVE):
                event = NewEvent(uuid4(), 1, TYPE, b"{}")
                await system.store.append(Append(tenant_id, uuid4(), NOW, b"{}", (event,)))
                committed = time.perf_counter()
                await anext(frames)
                lives.append(time.perf_counter() - committed)
        return rate

    measured = await rounds({"raw": raw, "told": told}, 3)
    emit(
        Figure(
            name="feed.catch_up",
            value=median(measured["told"]),
            unit="events/s",
            baseline="store.read_log in a loop",
            baseline_value=median(measured["raw"]),
            ratio=compared(measured["told"], measured["raw"]),
            rounds=3,
            note=f"{EVENTS:,} events, each a CloudEvent with its leaf's hash and a signed cursor, on one stream",
        )
    )
    lives.sort()
    emit(
        Figure(
            name="feed.live",
            value=lives[len(lives) // 2] * 1_000,
            unit="ms",
            baseline="p99",
            baseline_value=lives[int(len(lives) * 0.99)] * 1_000,
            ratio=lives[len(lives) // 2] / lives[int(len(lives) * 0.99)],
            note="committed to told on the same stream, median beside p99",
        )
    )
    await asyncio.sleep(0)
