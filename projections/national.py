"""Where an installation has several nodes: the read models of tenants that are elsewhere, at home a second time.

What is asked of all institutions is answered at home, by the same statements as on one node. So home has every read
model of every tenant: those of its own tenants, and a copy of the others', folded from their logs like any other.
"""

from collections.abc import Mapping
from typing import Any

from infra.database.interface import MAIN_NODE, Database, Role
from projections.connections import Connections
from projections.engine import Engine

WIDTH = 3
"""Connections: two tenants at once, and whoever asks for the logs."""


class NationalEngine(Engine):
    """Projects at home what `own`, the engine of every tenant on its own node, projects elsewhere."""

    def __init__(self, own: Engine, database: Database, **options: Any) -> None:
        connections = Connections(database, Role.PROJECTOR, WIDTH, only=MAIN_NODE)
        history = own.history
        super().__init__(history.log, history.registry, database, own.models, connections=connections, **options)
        self._own, self._database = own, database

    def is_elsewhere(self, tenant_id: int) -> bool:
        """Whether the tenant is kept by another node than home."""
        return self._database.placement(tenant_id) != MAIN_NODE

    async def heads(self) -> dict[int, int]:
        """The position of the last event of the logs that are elsewhere."""
        heads: Mapping[int, int] = await self._own.heads()
        return {tenant_id: head for tenant_id, head in heads.items() if self.is_elsewhere(tenant_id)}
