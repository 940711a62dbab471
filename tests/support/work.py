"""The list of work over a database of a test, and what is in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from infra.clock import Clock, SystemClock
from infra.database.interface import Role
from infra.work.interface import WorkList
from infra.work.postgres import PostgresWorkList
from projections.connections import Connections
from tests.support.postgres import TestDatabase


@asynccontextmanager
async def listing(database: TestDatabase, clock: Clock | None = None, size: int = 8) -> AsyncIterator[WorkList]:
    keeping, auditing = Connections(database, Role.PROJECTOR, size), Connections(database, Role.AUDITOR)
    try:
        yield PostgresWorkList(keeping, auditing, clock or SystemClock())
    finally:
        await keeping.close()
        await auditing.close()


async def rows(database: TestDatabase) -> list[asyncpg.Record]:
    async with database.connect() as admin:
        return await admin.fetch("SELECT * FROM es.work ORDER BY tenant_id, kind, lane, rank, subject")
