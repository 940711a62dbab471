"""The stores that the command path is tried over; each module names the domains of its commands by its `REGISTRY`."""

import pytest

from infra.eventstore.interface import EventStore
from infra.eventstore.memory import MemoryEventStore


@pytest.fixture
def event_types(request: pytest.FixtureRequest) -> tuple[str, ...]:
    names: tuple[str, ...] = request.module.REGISTRY.names
    return names


@pytest.fixture(params=["memory", "postgres"])
def store(request: pytest.FixtureRequest) -> EventStore:
    if request.param == "memory":
        return MemoryEventStore((1, 2, 3))
    made: EventStore = request.getfixturevalue("event_store")
    return made
