"""The whole system on a real database, and a gateway before it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar

from services.bootstrap import System
from tests.services.gateway.client import Caller, callers
from tests.services.gateway.standing import application
from tests.support.postgres import Cluster
from tests.support.system import seeded_system


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    async with seeded_system(embedded_cluster, tmp_path) as made:
        yield made


@pytest.fixture
async def app(system: System) -> AsyncIterator[Litestar]:
    async with application(system) as made:
        yield made


@pytest.fixture
async def caller(system: System, app: Litestar) -> AsyncIterator[Caller]:
    async with callers(app, system.tokens) as made:
        yield made
