"""A database with the real read models, an engine over it, and stores to fill."""

from collections.abc import AsyncIterator

import pytest

from infra.eventstore.memory import MemoryEventStore
from projections.catalogue import READ_MODELS
from projections.engine import Engine
from tests.projections.story import REGISTRY
from tests.support.postgres import TestDatabase


@pytest.fixture
def event_types() -> tuple[str, ...]:
    return REGISTRY.names


@pytest.fixture
def memory() -> MemoryEventStore:
    return MemoryEventStore((1, 2, 3))


@pytest.fixture
async def engine(database: TestDatabase, memory: MemoryEventStore) -> AsyncIterator[Engine]:
    """Reads logs in memory, writes rows to PostgreSQL."""
    made = Engine(memory, REGISTRY, database, READ_MODELS, batch=50)
    try:
        yield made
    finally:
        await made.close()
