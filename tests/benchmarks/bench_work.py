"""Background work: events of a log noted as work by the relay and done, beside the same rows by bare SQL and a bare broker.

Two roads: messages within the process, and over RabbitMQ where one answers. What is done is nothing, so that all that is
measured is what it costs to note work, to hear of it, to hold it and to end it.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pika

from infra.database.interface import Role
from infra.eventstore.interface import StoredEvent
from infra.work.interface import Done, Outcome, Work
from services.bootstrap import WORKING, System
from services.work.kinds import Kind
from services.work.relay import Relayed
from services.work.run import working
from tests.benchmarks.figures import Figure, compared, emit, rounds
from tests.support.postgres import EmbeddedServer
from tests.support.system import seeded_system

EVENTS, ROUNDS, SLUG = 5_000, 3, "mj"
TYPE = "consultations.ContributionPublished.v1"
RABBITMQ = os.environ.get("PAKT_TEST_BROKER_URL", "amqp://guest:guest@127.0.0.1:5672")
_FILL = f"""INSERT INTO es.event SELECT n, t, t, {{tenant}}, 1, (n - {{begin}} - 1) % 4 + 1,
        (SELECT type_id FROM es.event_type WHERE name = '{TYPE}'),
        md5(((n - {{begin}} - 1) / 4)::text)::uuid, md5('c' || n)::uuid, NULL,
        '{{{{"actor":"0199f7c1-2222-7333-8444-555566667777","role":"consultation_coordinator","basis":"law"}}}}',
        '{{{{"consultation_id":"0199f7c1-2222-7333-8444-555566667777","withheld":"","outcome":"accepted"}}}}', NULL
    FROM generate_series({{begin}} + 1, {{begin}} + {EVENTS}) n,
        LATERAL (SELECT clock_timestamp() + n * interval '1 microsecond') x(t)"""
_NOTE = """INSERT INTO es.work (tenant_id, kind, subject, due_at)
    SELECT $1, 'bare', n::text, now() FROM generate_series(1, $2::int) n"""
_TAKE = """DELETE FROM es.work WHERE (tenant_id, kind, subject) IN (
    SELECT tenant_id, kind, subject FROM es.work WHERE tenant_id = $1 AND kind = 'bare' AND state = 'pending'
    ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)"""

_UNDONE = """SELECT NOT EXISTS (SELECT FROM es.relay WHERE name = 'bench' AND position >= $1)
    OR EXISTS (SELECT FROM es.work WHERE kind = 'bench')"""


async def run() -> None:
    """Print the figures."""
    await measure("in_process", "")
    url = urlsplit(RABBITMQ)
    try:
        _, writer = await asyncio.open_connection(url.hostname, url.port or 5672)
    except OSError as error:
        sys.stderr.write(f"work.rabbitmq is not measured: no RabbitMQ answers at {url.hostname}:{url.port} ({error})\n")
        return
    writer.close()
    await measure("rabbitmq", f"{RABBITMQ}/#bench-{uuid4()}")


async def measure(name: str, broker_url: str) -> None:
    """Pieces a second from an event in the log to its work done, with the baselines of this road."""
    async with filled(broker_url) as (system, tenant_id, begin):
        admin = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
        lent = [await asyncpg.connect(**system.database.dsn(Role.ADMIN)) for _ in range(WORKING)]

        async def worked() -> float:
            await admin.execute("DELETE FROM es.relay")
            await admin.execute(
                "INSERT INTO es.relay (tenant_id, name, position) VALUES ($1, 'bench', $2)", tenant_id, begin
            )
            return await through(system, admin, begin + EVENTS)

        async def bare() -> float:
            return await bare_rows(lent, tenant_id)

        async def messages() -> float:
            return await asyncio.to_thread(bare_messages, f"bench-{uuid4()}")

        sides = {"worked": worked, "bare": bare} | ({"messages": messages} if broker_url else {})
        for connection in (admin, *lent):
            await connection.execute(f"SET pakt.tenant = '{tenant_id}'")
        measured = await rounds(sides, ROUNDS)
        for connection in (admin, *lent):
            await connection.close()
    baselines = {
        "bare": f"the same rows noted at once, then each taken and deleted by one statement, {WORKING} connections"
    }
    baselines |= {
        "messages": "the same number of messages published with confirms, then consumed with acknowledgements"
    }
    for side in list(sides)[1:]:
        emit(
            Figure(
                name=f"work.{name}.{side}",
                value=median(measured["worked"]),
                unit="pieces/s",
                baseline=baselines[side],
                baseline_value=median(measured[side]),
                ratio=compared(measured["worked"], measured[side]),
                rounds=ROUNDS,
                note=f"{EVENTS:,} events of one log: read, noted, told, claimed, ended",
            )
        )


@asynccontextmanager
async def filled(broker_url: str) -> AsyncIterator[tuple[System, int, int]]:
    """An institution with that many events to follow, and the position before them."""
    server = EmbeddedServer()
    with TemporaryDirectory() as folder:
        async with seeded_system(server.start(), Path(folder) / "data", broker_url=broker_url) as system:
            tenant_id = (await system.handler.authority.tenant(SLUG)).tenant_id
            admin = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
            await admin.execute("SET session_replication_role = replica")
            begin = await system.store.head(tenant_id)
            await admin.execute(_FILL.format(tenant=tenant_id, begin=begin))
            await admin.execute("VACUUM ANALYZE es.event")
            await admin.close()
            yield system, tenant_id, begin
    server.stop()


async def through(system: System, admin: asyncpg.Connection, end: int) -> float:
    """Pieces a second from the log to the last one done."""

    async def perform(_work: Work) -> Outcome:
        return Done()

    async def follow(tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
        return [Work(tenant_id, "bench", f"{one.epoch}:{one.position}") for one in events]

    began = time.perf_counter()
    relayed = Relayed("bench", follow, frozenset({TYPE}))
    async with working(system, [Kind("bench", perform, "bench")], [relayed]):
        while await admin.fetchval(_UNDONE, end):
            await asyncio.sleep(0.005)
        return EVENTS / (time.perf_counter() - began)


async def bare_rows(lent: Sequence[asyncpg.Connection], tenant_id: int) -> float:
    """Pieces a second."""
    began = time.perf_counter()
    await lent[0].execute(_NOTE, tenant_id, EVENTS)

    async def taking(connection: asyncpg.Connection) -> None:
        while (await connection.execute(_TAKE, tenant_id)) != "DELETE 0":
            pass

    await asyncio.gather(*(taking(one) for one in lent))
    return EVENTS / (time.perf_counter() - began)


def bare_messages(queue: str) -> float:
    """Messages a second, by the client that dramatiq uses."""
    connection = pika.BlockingConnection(pika.URLParameters(RABBITMQ))
    channel = connection.channel()
    channel.queue_declare(queue)
    channel.confirm_delivery()
    began = time.perf_counter()
    kept = pika.BasicProperties(delivery_mode=2)
    for n in range(EVENTS):
        channel.basic_publish("", queue, f'{{"subject": "1:{n}"}}'.encode(), kept)
    for n, (method, _, _) in enumerate(channel.consume(queue), start=1):
        channel.basic_ack(method.delivery_tag)
        if n == EVENTS:
            break
    took = time.perf_counter() - began
    channel.cancel()
    channel.queue_delete(queue)
    connection.close()
    return EVENTS / took
