"""The read models as they were: rows folded up to a moment and laid before the live ones, for the very same queries."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from domain.kernel.errors import Overloaded
from domain.kernel.ids import NATIONAL_TENANT
from infra.database.interface import Connection, Database, Role
from infra.database.scope import scope
from projections import rows
from projections.connections import Connections
from projections.history import Folded, History, Moment
from projections.read_model import ReadModel

SCRATCH_PATH = "pg_temp, rm, es"


class Past:
    """Connections on which queries see a moment of the past.

    `width` such moments are open at once, `waiting` more wait for their turn; whoever comes then is refused.
    """

    def __init__(self, database: Database, role: Role, history: History, width: int = 2, waiting: int = 64) -> None:
        # Without a statement cache: a cached plan would remember which of two tables of one name it read.
        self._connections = Connections(database, role, width, cached_statements=0)
        self._history = history
        self._only_public = role is Role.PUBLIC  # what its policies would show of the live tables
        self._turns, self._places = asyncio.Semaphore(width), width + waiting

    @asynccontextmanager
    async def at(
        self, moment: Moment, models: Sequence[ReadModel[Any]], tenants: Collection[int], *, shared: bool = False
    ) -> AsyncIterator[Connection]:
        """A connection whose tables of these models hold the tenants' rows of the moment, and nothing else.

        `shared` says that the queries read several tenants (`pakt.tenants`) rather than the one (`pakt.tenant`).
        Tables of models that are not named stay those of today. The table `checkpoint` says where each log was cut.

        Raises: Overloaded, HistoryCorrupt, Unavailable.
        """
        laid, home = False, min(tenants, default=NATIONAL_TENANT)
        async with self._turn():
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

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._places <= 0:
            raise Overloaded("The past")
        self._places -= 1
        try:
            async with self._turns:
                yield
        finally:
            self._places += 1


async def lay(
    connection: Connection, models: Sequence[ReadModel[Any]], folded: Sequence[Folded], *, only_public: bool = False
) -> None:
    """Make temporary tables of the models' names, gone at the end of the transaction, and fill them."""
    await _lay_cut(connection, models, folded)
    for model in models:
        columns = ", ".join(f"{column.name} {column.sql_type}" for column in model.columns)
        keys = ", ".join(("tenant_id", *model.key))
        await connection.execute(f"CREATE TEMP TABLE {model.table} ({columns}, PRIMARY KEY ({keys})) ON COMMIT DROP")
        for one in folded:
            if model.name in one.folds:
                found = one.folds[model.name].ordered()
                shown = [row for row in found if getattr(row, "public", True)] if only_public else found
                await rows.write(connection, model, one.tenant_id, shown)
        if only_public:
            await connection.execute(_still_public(model))


async def _lay_cut(connection: Connection, models: Sequence[ReadModel[Any]], folded: Sequence[Folded]) -> None:
    """Where the rows end, under the name and in the shape of the live checkpoints."""
    await connection.execute("CREATE TEMP TABLE checkpoint (tenant_id int, name text, position bigint) ON COMMIT DROP")
    cut = [(one.tenant_id, model.name, one.position) for one in folded for model in models if model.name in one.folds]
    await connection.executemany("INSERT INTO checkpoint VALUES ($1, $2, $3)", cut)


def _still_public(model: ReadModel[Any]) -> str:
    """Takes away what the public may not see today: what was withheld since is not given out by way of the past."""
    same = " AND ".join(f"l.{name} = t.{name}" for name in ("tenant_id", *model.key))
    return f"DELETE FROM {model.table} t WHERE NOT EXISTS (SELECT FROM rm.{model.table} l WHERE {same})"  # noqa: S608
