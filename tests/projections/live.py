"""Looking at the stored rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from infra.database.interface import Role
from infra.database.scope import scope
from projections import rows
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from tests.support.postgres import TestDatabase


async def live_rows(database: TestDatabase, model: ReadModel[Any], tenant_id: int) -> list[Any]:
    """What the gateway would see, ascending by key."""
    async with (
        database.connect(Role.GATEWAY) as connection,
        scope(connection, tenant=tenant_id, search_path="rm, es") as scoped,
    ):
        return await rows.load_all(scoped, model, tenant_id)


async def count_rows(database: TestDatabase, table: str, condition: str = "true") -> int:
    """Rows of all tenants."""
    async with database.connect() as connection:
        return await connection.fetchval(f"SELECT count(*) FROM {table} WHERE {condition}")


@asynccontextmanager
async def reading(database: TestDatabase, tenant_id: int) -> AsyncIterator[ReadConnection]:
    """A connection as a query of one tenant has it."""
    async with (
        database.connect(Role.GATEWAY) as connection,
        scope(connection, tenant=tenant_id, search_path="rm, es", snapshot=True) as scoped,
    ):
        yield scoped


@asynccontextmanager
async def reading_in_public(database: TestDatabase, *tenants: int) -> AsyncIterator[ReadConnection]:
    """A connection as a query of the public has it."""
    async with (
        database.connect(Role.PUBLIC) as connection,
        scope(connection, tenants=tenants, search_path="rm, es", snapshot=True) as scoped,
    ):
        yield scoped
