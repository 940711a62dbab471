"""The whole system over two servers, seeded."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest

from domain.catalogue import REGISTRY
from domain.kernel.ids import NATIONAL_SLUG
from domain.tenants.seed import demo_people
from infra.clock import SystemClock
from infra.database.interface import MAIN_NODE
from services.bootstrap import System, assemble
from services.seeding.seed import seed
from services.settings import Settings
from tests.support.nodes import EAST, TestNodes, two_nodes
from tests.support.postgres import Cluster


class Two(NamedTuple):
    """Two institutions in which somebody may draft, by slug and tenant."""

    near: str
    near_id: int
    far: str
    far_id: int


@pytest.fixture
async def nodes(embedded_cluster: Cluster, second_cluster: Cluster) -> AsyncIterator[TestNodes]:
    async with two_nodes(embedded_cluster, second_cluster, REGISTRY.names) as made:
        yield made


@pytest.fixture
async def system(nodes: TestNodes, tmp_path: Path) -> AsyncIterator[System]:
    async with assemble(Settings(data=tmp_path), database=nodes, migrated=True, clock=SystemClock()) as made:
        await seed(made)
        yield made


@pytest.fixture
async def two(system: System, nodes: TestNodes) -> Two:
    """One institution at home, one in the east."""
    known = (await system.handler.authority.national(fresh=True)).institutions
    staffed = [one.tenant for one in demo_people() if one.role == "drafting_officer" and one.tenant != NATIONAL_SLUG]
    near, far = (
        next(slug for slug in staffed if nodes.placement(known[slug].tenant_id) == node) for node in (MAIN_NODE, EAST)
    )
    return Two(near, known[near].tenant_id, far, known[far].tenant_id)
