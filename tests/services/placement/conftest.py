"""One database on two servers."""

from collections.abc import AsyncIterator

import pytest

from domain.catalogue import REGISTRY
from tests.support.nodes import TestNodes, two_nodes
from tests.support.postgres import Cluster


@pytest.fixture
async def nodes(
    embedded_cluster: Cluster, second_cluster: Cluster, event_types: tuple[str, ...]
) -> AsyncIterator[TestNodes]:
    """Tenants 1 and 4 at home, 2 and 3 in the east."""
    async with two_nodes(embedded_cluster, second_cluster, (*event_types, *REGISTRY.names)) as made:
        await made.provision(1, 2, 3, 4)
        yield made
