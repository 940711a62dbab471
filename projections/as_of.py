"""The read models as they were: rows folded up to a moment and laid before the live ones, for the very same queries."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from domain.kernel.ids import NATIONAL_TENANT
from infra.database.interface import Connection, Database, Role
from infra.database.scope import scope
from projections import rows
from projections.connections import Connections
from projections.history import Folded, History, Moment
from projections.read_model import ReadModel

SCRATCH_PATH = "pg_temp, rm, es"


class Past:
    """Connections on which queries see a moment of the past. `width` such moments are open at once; others wait."""

    def __init__(self, database: Database, role: Role, history: History, width: int = 2) -> None:
        # Without a statement cache: a cached plan would remember which of two tables of one name it read.
        self._connections = Connections(database, role, width, cached_statements=0)
        self._history = history
        self._only_public = role is Role.PUBLIC  # what its policies would show of the live tables
        self._turns = asyncio.Semaphore(width)

    @asynccontextmanager
    async def at(
        self, moment: Moment, models: Sequence[ReadModel[Any]], tenants: Collection[int], *, shared: bool = False
    ) -> AsyncIterator[Connection]:
        """A connection whose tables of these models hold the tenants' rows of the moment, and nothing else.

        `shared` says that the queries read several tenants (`pakt.tenants`) rather than the one (`pakt.tenant`).
        Tables of models that are not named stay those of today.
        """
        laid, home = False, min(tenants, default=NATIONAL_TENANT)
        async with self._turns:
            for strict in (False, True):
                folded = [
                    await self._history.folded(models, tenant, moment, strict=strict) for tenant in sorted(tenants)
                ]
                try:
                    async with (
                        self._connections.borrow(home) as borrowed,
                        scope(
                            borrowed,
                            tenant=None if shared else home,
                            tenants=sorted(tenants) if shared else None,
                            search_path=SCRATCH_PATH,
                        ) as connection,
                    ):
                        await lay(connection, models, folded, only_public=self._only_public)
                        laid = True
                        yield connection
                        return
                except asyncpg.DataError:
                    if laid or strict:
                        raise
                    # a row that no database holds: fold again and set its stream aside, as the engine did

    async def close(self) -> None:
        """Close the connections."""
        await self._connections.close()


async def lay(
    connection: Connection, models: Sequence[ReadModel[Any]], folded: Sequence[Folded], *, only_public: bool = False
) -> None:
    """Make temporary tables of the models' names, gone at the end of the transaction, and fill them."""
    for model in models:
        columns = ", ".join(f"{column.name} {column.sql_type}" for column in model.columns)
        keys = ", ".join(("tenant_id", *model.key))
        await connection.execute(f"CREATE TEMP TABLE {model.table} ({columns}, PRIMARY KEY ({keys})) ON COMMIT DROP")
        for one in folded:
            if model.name in one.folds:
                found = one.folds[model.name].ordered()
                shown = [row for row in found if getattr(row, "public", True)] if only_public else found
                await rows.write(connection, model, one.tenant_id, shown)
