"""A database that says nothing: whoever waits for it is not kept beyond his time, and what follows finds it again."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, AsyncExitStack, ExitStack, nullcontext
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.kernel.errors import Overloaded, Unavailable
from infra.database import connecting
from infra.database.external import ExternalDatabase
from infra.database.interface import Role
from infra.database.scope import scope
from infra.eventstore.postgres import Limits, PostgresEventStore
from projections import connections as lending
from projections.connections import Connections
from tests.support.network import Relay, Route, route
from tests.support.postgres import TestDatabase

SOON = 5.0
"""Seconds: much more than is needed here, much less than a system's own patience."""


class Reached:
    """A database over a line that can be broken."""

    def __init__(self, database: TestDatabase, relay: Relay, way: Route | None) -> None:
        name = urlsplit(database.url).path
        host = way.address if way else "127.0.0.1"
        self.database = ExternalDatabase(f"postgresql://postgres@{host}:{relay.port}{name}")
        self.relay, self.way = relay, way

    def broken(self) -> AbstractContextManager[None]:
        return self.way.broken() if self.way else self.relay.silent()


@pytest.fixture(params=["packets dropped", "frozen"])
async def reached(database: TestDatabase, request: pytest.FixtureRequest) -> AsyncIterator[Reached]:
    asked = parse_qs(urlsplit(database.url).query)
    relay = Relay(Path(asked["host"][0]) / f".s.PGSQL.{asked['port'][0]}")
    dropped = request.param == "packets dropped"
    async with AsyncExitStack() as stack:
        way = stack.enter_context(route() if dropped else nullcontext())
        await stack.enter_async_context(relay.running(way.listen() if way else None))
        yield Reached(database, relay, way)


async def test_who_gives_up_is_free_at_once_and_the_next_one_is_served(reached: Reached) -> None:
    connections = Connections(reached.database, Role.GATEWAY, 1)
    async with connections.borrow(1) as lent, scope(lent, tenant=1):
        pass
    began = time.monotonic()
    with reached.broken():
        for _ in range(2):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3), connections.borrow(1) as lent, scope(lent, tenant=1):
                    await lent.fetch("SELECT 1")
        assert time.monotonic() - began < SOON
    async with connections.borrow(1) as lent, scope(lent, tenant=1):
        assert await lent.fetchval("SELECT 1") == 1
    await connections.close()


async def test_in_the_middle_of_a_transaction_too(reached: Reached) -> None:
    connections, broken = Connections(reached.database, Role.GATEWAY, 1), ExitStack()

    async def ask() -> None:
        async with connections.borrow(1) as lent, scope(lent, tenant=1):
            broken.enter_context(reached.broken())
            await lent.fetch("SELECT 1")

    began = time.monotonic()
    with broken:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(), 0.5)
        assert time.monotonic() - began < SOON
    async with connections.borrow(1) as lent:
        assert not lent.is_in_transaction()
    await connections.close()


async def test_a_store_goes_on_after_a_silence_in_which_everybody_gave_up(reached: Reached) -> None:
    store = PostgresEventStore(reached.database, limits=Limits(read_lanes=1))
    await store.start()
    with reached.broken():
        asked = [asyncio.create_task(store.head(1)) for _ in range(5)]
        await asyncio.sleep(0.3)
        for task in asked:
            task.cancel()
        gone = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), SOON)
        assert all(isinstance(one, asyncio.CancelledError) for one in gone)
    assert await asyncio.wait_for(store.head(1), 30) == 0
    await store.stop()


async def test_data_that_nobody_acknowledges_ends_the_connection(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "UNHEARD", 1)
    asked = parse_qs(urlsplit(database.url).query)
    relay = Relay(Path(asked["host"][0]) / f".s.PGSQL.{asked['port'][0]}")
    with route() as way:
        async with relay.running(way.listen()):
            reached = Reached(database, relay, way)
            connections = Connections(reached.database, Role.GATEWAY, 1)
            async with connections.borrow(1) as lent:
                pass
            with way.broken(), pytest.raises(Unavailable):
                async with asyncio.timeout(30), connections.borrow(1) as lent:
                    await lent.fetch("SELECT 1")
            await connections.close()


async def test_the_server_ends_what_runs_for_nobody(database: TestDatabase) -> None:
    connections = Connections(database, Role.GATEWAY, 1)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3), connections.borrow(1) as lent:
            await lent.fetch("SELECT pg_sleep(60), 'for nobody'")
    async with asyncio.timeout(30), database.connect() as admin:
        running = "SELECT count(*) FROM pg_stat_activity WHERE query ~ 'for nobody' AND usename = 'pakt_gateway'"
        while await admin.fetchval(running):
            await asyncio.sleep(0.1)
    await connections.close()


async def test_every_role_has_its_limits(database: TestDatabase) -> None:
    for role in Role:
        async with database.connect(role) as connection:
            idle = await connection.fetchval("SHOW idle_in_transaction_session_timeout")
            lock = await connection.fetchval("SHOW lock_timeout")
        assert (idle == "0", lock == "0") == (role is Role.ADMIN, role is Role.ADMIN), role
    async with database.connect(Role.APPENDER) as connection:
        assert await connection.fetchval("SHOW statement_timeout") == "30s"


async def test_not_more_wait_than_may(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lending, "MOST_WAITING", 1)
    connections = Connections(database, Role.GATEWAY, 1)

    async def one() -> None:
        async with connections.borrow(1):
            pass

    async with connections.borrow(1):
        waiting = asyncio.create_task(one())
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await one()
    await waiting
    await connections.close()

    store = PostgresEventStore(database, limits=Limits(waiting=0, read_lanes=1))
    await store.start()
    asked = await asyncio.gather(store.head(1), store.head(1), return_exceptions=True)
    assert [type(one) for one in asked] == [int, Overloaded]
    await store.stop()
