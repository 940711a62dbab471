"""A gateway over the whole system on a real database, and one for commands alone over logs in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from litestar import Litestar

from services.bootstrap import System
from services.gateway.app import create_app
from tests.services.gateway.client import Caller, callers, living
from tests.services.gateway.memory import MemorySystem, memory_system
from tests.support.postgres import Cluster
from tests.support.system import seeded_system


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path) as made:
        yield made


@pytest.fixture
async def app(system: System) -> AsyncIterator[Litestar]:
    made = create_app(system)
    async with living(made):
        yield made


@pytest.fixture
async def caller(system: System, app: Litestar) -> AsyncIterator[Caller]:
    async with callers(app, system.tokens) as made:
        yield made


@pytest.fixture
def memory(tmp_path: Path) -> MemorySystem:
    return memory_system(tmp_path)


@pytest.fixture
async def client(memory: MemorySystem) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=memory.transport, base_url="http://pakt") as made:
        yield made
