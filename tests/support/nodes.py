"""Two servers as one database: home on one, further tenants on the node `east` on the other."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from infra.database.interface import MAIN_NODE, Role
from infra.database.migrate import migrate
from infra.database.nodes import Nodes
from infra.database.registry import Registry
from projections.connections import Connections
from tests.support.postgres import Cluster, TestDatabase

EAST = "east"


class TestNodes(Nodes):
    """A migrated database of one test on two servers; `parts` are its nodes by name."""

    __test__ = False

    def __init__(self, home: TestDatabase, east: TestDatabase) -> None:
        super().__init__(home, {EAST: east})
        self.parts = {MAIN_NODE: home, EAST: east}

    async def spread(self) -> None:
        """Do once what the projector does all the time."""
        connections = Connections(self, Role.PROJECTOR)
        try:
            await Registry(connections, self.nodes).spread()
        finally:
            await connections.close()
        await self.refresh()

    async def provision(self, *tenant_ids: int) -> None:
        """Make tenants known; the first one is the nation's and stays at home, of the others each goes where fewest are."""
        await self.parts[MAIN_NODE].provision(*tenant_ids)
        await self.spread()


@asynccontextmanager
async def two_nodes(
    home: Cluster, east: Cluster, types: Sequence[str], of: TestDatabase | None = None
) -> AsyncIterator[TestNodes]:
    """A fresh database on two servers, started; home is a copy of `of`, where that is given."""
    parts = await home.clone(of), await east.clone()
    nodes = TestNodes(*parts)
    try:
        await migrate(nodes, types)
        await nodes.start()
        yield nodes
    finally:
        await nodes.stop()
        for cluster, part in zip((home, east), parts, strict=True):
            await cluster.drop(part)
