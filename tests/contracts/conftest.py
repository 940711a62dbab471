"""Every adapter of the event store's port, behind one fixture."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from infra.database.interface import Database
from infra.eventstore.interface import EventStore
from infra.eventstore.memory import MemoryEventStore
from infra.eventstore.postgres import PostgresEventStore
from tests.support.nodes import two_nodes
from tests.support.postgres import Cluster, apart, external_cluster

TENANTS = (1, 2, 3)
WHOLE = "PAKT_TEST_NODES"


@pytest.fixture(scope="session")
def outer_cluster() -> Iterator[Cluster | str]:
    """The external server, or the reason why there is none."""
    cluster = external_cluster()
    yield cluster
    if isinstance(cluster, Cluster):
        apart(cluster.close())


@pytest.fixture(params=["embedded", "external"])
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """A PostgreSQL server: our own of version 18, and somebody else's."""
    if request.param == "embedded":
        return request.getfixturevalue("embedded_cluster")
    found = request.getfixturevalue("outer_cluster")
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture(params=["memory", "embedded", "external", "nodes"])
async def store(request: pytest.FixtureRequest, event_types: tuple[str, ...]) -> AsyncIterator[EventStore]:
    """An empty store with three tenants."""
    if request.param == "memory":
        yield MemoryEventStore(TENANTS, type_names=event_types)
        return
    if request.param == "nodes":
        if WHOLE not in os.environ:
            pytest.skip(f"two servers are copied for each test: {WHOLE} is not set, as it is in make qualify")
        servers = (request.getfixturevalue(name) for name in ("embedded_cluster", "second_cluster"))
        async with two_nodes(*servers, event_types) as nodes:
            await nodes.provision(*TENANTS)
            async with _started(nodes) as postgres:
                yield postgres
        return
    cluster = request.getfixturevalue("embedded_cluster" if request.param == "embedded" else "outer_cluster")
    if isinstance(cluster, str):
        pytest.skip(cluster)
    database = await cluster.clone()
    await database.register(*event_types)
    await database.provision(*TENANTS)
    try:
        async with _started(database) as postgres:
            yield postgres
    finally:
        await cluster.drop(database)


@asynccontextmanager
async def _started(database: Database) -> AsyncIterator[PostgresEventStore]:
    postgres = PostgresEventStore(database)
    await postgres.start()
    try:
        yield postgres
    finally:
        await postgres.stop()
