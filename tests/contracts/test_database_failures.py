"""What a driver error is taken for: an outage, after which the same call may succeed, or a defect of whoever called."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from domain.kernel.errors import Unavailable
from infra.database.failures import close, is_lost
from infra.database.interface import Connection, Role
from infra.eventstore.failures import is_unavailable, leaves_in_doubt
from projections.connections import Connections
from tests.support.postgres import TestDatabase

Call = Callable[[Connection], Awaitable[object]]


@pytest.fixture
async def connection(database: TestDatabase) -> AsyncIterator[Connection]:
    made = await asyncpg.connect(**database.dsn(Role.ADMIN))
    yield made
    await close(made)


async def failing(call: Call, connection: Connection) -> BaseException:
    try:
        await call(connection)
    except Exception as error:
        return error
    raise AssertionError("it succeeded")


async def prepared(connection: Connection) -> object:
    return await connection.fetch("SELECT $1::int", 1)


CALLS: dict[str, Call] = {
    "execute": lambda connection: connection.execute("SELECT 1"),
    "fetch": prepared,
    "copy": lambda connection: connection.copy_records_to_table("nowhere", records=[(1,)]),
    "listen": lambda connection: connection.add_listener("bell", lambda *_: None),
    "prepare": lambda connection: connection.prepare("SELECT 2"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("ended", ["closed", "terminated"])
async def test_the_use_of_a_connection_that_has_ended_is_an_outage(
    connection: Connection, call: Call, ended: str
) -> None:
    if ended == "closed":
        await connection.close()
    else:
        connection.terminate()
    error = await failing(call, connection)

    assert isinstance(error, asyncpg.InterfaceError)
    assert (is_lost(error), is_unavailable(error), leaves_in_doubt(error)) == (True, True, True)


async def test_so_is_that_of_its_statements(connection: Connection) -> None:
    statement = await connection.prepare("SELECT $1::int")
    connection.terminate()
    error = await failing(lambda _: statement.fetch(1), connection)

    assert isinstance(error, asyncpg.InterfaceError)
    assert (is_unavailable(error), leaves_in_doubt(error)) == (True, True)


async def test_a_server_that_hangs_up_is_an_outage(connection: Connection, database: TestDatabase) -> None:
    sleeping = asyncio.create_task(failing(lambda one: one.fetch("SELECT pg_sleep(60)"), connection))
    async with database.connect() as other:
        while not await other.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'sleep.60' AND pid <> pg_backend_pid()"
        ):
            await asyncio.sleep(0.01)

    error = await sleeping
    assert (is_lost(error), is_unavailable(error)) == (True, True)


MISTAKES: dict[str, Call] = {
    "too few arguments": lambda connection: connection.fetch("SELECT $1::int"),
    "too many arguments": lambda connection: connection.fetch("SELECT 1", 2),
    "a number for a text": lambda connection: connection.fetch("SELECT $1::text", 1),
    "a text that speaks of it": lambda connection: connection.fetch("SELECT $1::int", "the connection is closed"),
    "another order of a transaction": lambda connection: connection.transaction().commit(),
    "a syntax error": lambda connection: connection.execute("SELEKT"),
}


@pytest.mark.parametrize("call", MISTAKES.values(), ids=MISTAKES.keys())
async def test_a_defect_of_ours_is_no_outage_and_the_connection_goes_on(connection: Connection, call: Call) -> None:
    error = await failing(call, connection)

    assert isinstance(error, (asyncpg.InterfaceError, asyncpg.PostgresError))
    assert (is_lost(error), is_unavailable(error), leaves_in_doubt(error)) == (False, False, False)
    assert await connection.fetchval("SELECT 1") == 1


async def test_two_operations_at_once_are_a_defect(connection: Connection) -> None:
    first = asyncio.create_task(connection.fetchval("SELECT pg_sleep(0.2)::text"))
    await asyncio.sleep(0.05)
    error = await failing(lambda one: one.fetchval("SELECT 1"), connection)

    assert isinstance(error, asyncpg.InterfaceError)
    assert (is_lost(error), is_unavailable(error)) == (False, False)
    assert await first == ""


async def test_who_lends_connections_tells_an_outage_from_a_defect(database: TestDatabase) -> None:
    connections = Connections(database, Role.GATEWAY)
    with pytest.raises(asyncpg.InterfaceError, match="expects 1 argument"):
        async with connections.borrow(1) as lent:
            await lent.fetch("SELECT $1::int")
    with pytest.raises(Unavailable):  # noqa: PT012 - borrowed, lost and used
        async with connections.borrow(1) as lent:
            lent.terminate()
            await lent.fetch("SELECT 1")
    async with connections.borrow(1) as lent:
        assert await lent.fetchval("SELECT 1") == 1
    await connections.close()
