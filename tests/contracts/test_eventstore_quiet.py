"""A store that nobody asks for a while: its lanes wait, and are as good as new."""

import asyncio

from infra.database.interface import Role
from infra.eventstore.interface import Committed
from infra.eventstore.postgres import PostgresEventStore
from tests.support.appends import command
from tests.support.postgres import TestDatabase


async def test_the_first_append_after_a_quiet_while_is_as_young_as_any(database: TestDatabase) -> None:
    """To the server no statement and no transaction is under way on a lane that only waits."""
    await database.provision(1)
    async with database.connect() as admin:
        name = await admin.fetchval("SELECT current_database()")
        await admin.execute(f"ALTER ROLE {Role.APPENDER.value} IN DATABASE {name} SET statement_timeout = '2s'")
    store = PostgresEventStore(database)
    await store.start()
    try:
        await asyncio.sleep(2.5)
        assert isinstance(await store.append(command(tenant=1)), Committed)
    finally:
        await store.stop()
