"""Fixtures that every folder uses: a server per test process, a fresh migrated database and a store per test."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from infra.eventstore.postgres import PostgresEventStore
from tests.support.memory import keep_in_memory
from tests.support.postgres import Cluster, EmbeddedServer, TestDatabase, apart
from tests.support.running import pakt

keep_in_memory()
settings.register_profile("untimed", deadline=None)
if "CI" not in os.environ:  # there the library chooses a profile without deadlines by itself
    settings.load_profile("untimed")
LONG = ("slow", "journey")
"""Marks of files that begin first: at the end one of them would keep one process busy and the others waiting."""
EVENT_TYPES = ("test.Happened.v1", "test.Renamed.v1", "test.Ended.v1")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long = {item.path for item in items for mark in LONG if item.get_closest_marker(mark)}
    items.sort(key=lambda item: item.path not in long)


def _running_cluster() -> Iterator[Cluster]:
    server = EmbeddedServer()
    cluster = server.start()
    try:
        yield cluster
    finally:
        apart(cluster.close())
        server.stop()


@pytest.fixture(scope="session")
def embedded_cluster() -> Iterator[Cluster]:
    yield from _running_cluster()


@pytest.fixture(scope="session")
def second_cluster() -> Iterator[Cluster]:
    """Another server, for databases of several nodes."""
    yield from _running_cluster()


@pytest.fixture(scope="session")
def seeded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pakt seed` makes of an empty folder, for copies alone."""
    data = tmp_path_factory.mktemp("seeded") / "data"
    done = pakt("seed", data=data)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def seeded_data(seeded_once: Path, tmp_path: Path) -> Path:
    """A data folder of this test's own, as `pakt seed` leaves it; the keys are those of every other such folder."""
    data = tmp_path / "data"
    shutil.copytree(seeded_once, data)
    return data


@pytest.fixture
def event_types() -> tuple[str, ...]:
    """Stored event names that `database` knows. Override it in a module to have others."""
    return EVENT_TYPES


@pytest.fixture
async def database(embedded_cluster: Cluster, event_types: tuple[str, ...]) -> AsyncIterator[TestDatabase]:
    """A fresh, migrated database with tenants 1, 2 and 3."""
    fresh = await embedded_cluster.clone()
    await fresh.register(*event_types)
    await fresh.provision(1, 2, 3)
    try:
        yield fresh
    finally:
        await embedded_cluster.drop(fresh)


@pytest.fixture
async def event_store(database: TestDatabase) -> AsyncIterator[PostgresEventStore]:
    """The PostgreSQL event store over `database`."""
    store = PostgresEventStore(database)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()
