"""Two installations: one with an institution's log, one that knows the institution and has nothing of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.kernel.ids import NATIONAL_SLUG
from domain.tenants.seed import tenant_ids
from services.bootstrap import System
from services.seeding.seed import seed
from tests.support.postgres import Cluster
from tests.support.system import filled_system, seeded_system

SLUG = "prizren"
THERE, HERE = "there.example", "here.example"


async def institutions_alone(system: System) -> None:
    """Every institution is registered, and none but the first has a log."""
    await seed(system, tenant_ids().keys() - {NATIONAL_SLUG})


@pytest.fixture
async def there(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    """Where the institution is."""
    async with seeded_system(embedded_cluster, tmp_path / "there", log_name=THERE) as system:
        yield system


@pytest.fixture
async def here(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    """Where it is to go."""
    async with filled_system(embedded_cluster, tmp_path / "here", institutions_alone, log_name=HERE) as system:
        yield system
