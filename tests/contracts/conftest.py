"""Every adapter of the event store's port, behind one fixture."""

from collections.abc import AsyncIterator, Iterator

import pytest

from infra.eventstore.interface import EventStore
from infra.eventstore.memory import MemoryEventStore
from infra.eventstore.postgres import PostgresEventStore
from tests.support.postgres import Cluster, apart, external_cluster

TENANTS = (1, 2, 3)


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


@pytest.fixture(params=["memory", "embedded", "external"])
async def store(request: pytest.FixtureRequest, event_types: tuple[str, ...]) -> AsyncIterator[EventStore]:
    """An empty store with three tenants."""
    if request.param == "memory":
        yield MemoryEventStore(TENANTS, type_names=event_types)
        return
    cluster = request.getfixturevalue("embedded_cluster" if request.param == "embedded" else "outer_cluster")
    if isinstance(cluster, str):
        pytest.skip(cluster)
    database = await cluster.clone()
    await database.register(*event_types)
    await database.provision(*TENANTS)
    postgres = PostgresEventStore(database)
    await postgres.start()
    try:
        yield postgres
    finally:
        await postgres.stop()
        await cluster.drop(database)
