"""Connections in one role, kept open and lent out; no statement is spent on giving one back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import asyncpg

from domain.kernel.errors import Overloaded, Unavailable
from infra.database.connecting import connect
from infra.database.failures import DRIVER_ERRORS, LOST, close
from infra.database.interface import Connection, Database, Role
from infra.eventstore.failures import is_unavailable
from infra.shares import Shares
from infra.telemetry.instruments import count_pool_wait

MOST_WAITING = 10_000
"""Tasks that may wait for a connection of a node; of one tenant as many as there are free places."""


class Turns:
    """`size` go in at once. Who waits is let in tenant by tenant, whoever came in what number."""

    def __init__(self, size: int) -> None:
        self._free, self._waiting = size, Shares[asyncio.Future[None]](MOST_WAITING)

    @asynccontextmanager
    async def turn(self, tenant_id: int) -> AsyncIterator[None]:
        """Go in when it is one's turn. Raises: Overloaded at once, when too many of the tenant wait."""
        await self._enter(tenant_id)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, tenant_id: int) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not self._waiting.add(tenant_id, turn):
            raise Overloaded("The database")
        try:
            await turn
        except asyncio.CancelledError:
            self._waiting.discard(tenant_id, turn)
            if not turn.cancelled():  # it had its turn, and never knew
                self._leave()
            raise

    def _leave(self) -> None:
        while len(self._waiting):
            turn = self._waiting.take()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


class Connections:
    """At most `size` connections per node in one role. Broken ones are replaced at the next use."""

    def __init__(self, database: Database, role: Role, size: int = 2, *, cached_statements: int = 200) -> None:
        self._database, self._role, self._size = database, role, size
        self._cached_statements = cached_statements
        self._idle: dict[str, list[Connection]] = {}
        self._turns: dict[str, Turns] = {}
        self._closed = False

    @asynccontextmanager
    async def borrow(self, tenant_id: int) -> AsyncIterator[Connection]:
        """A connection to the tenant's node, for this task alone.

        Raises: Unavailable when the node cannot be reached, or is lost inside the block; Overloaded when too many of
        the tenant wait.
        """
        node, asked = self._database.placement(tenant_id), perf_counter()
        turns = self._turns.get(node)
        if turns is None:
            turns = self._turns[node] = Turns(self._size)
        async with turns.turn(tenant_id):
            try:
                connection = await self._take(node)
                count_pool_wait(self._role.value, perf_counter() - asked)
                try:
                    yield connection
                except (*LOST, asyncpg.InterfaceError, asyncio.CancelledError):
                    connection.terminate()  # gone, or what it was asked may never be answered
                    raise
                finally:
                    self._give_back(node, connection)
            except DRIVER_ERRORS as error:
                if is_unavailable(error) and not isinstance(error, asyncpg.DeadlockDetectedError):
                    raise Unavailable("The database") from error
                raise

    async def close(self) -> None:
        """Close the idle connections; those lent out are closed when they are given back."""
        self._closed = True
        idle, self._idle = self._idle, {}
        for connections in idle.values():
            for connection in connections:
                await close(connection)

    async def _take(self, node: str) -> Connection:
        idle = self._idle.setdefault(node, [])
        while idle:
            connection = idle.pop()
            if not connection.is_closed():
                return connection
        return await connect(self._database.dsn(self._role, node), cached_statements=self._cached_statements)

    def _give_back(self, node: str, connection: Connection) -> None:
        if not connection.is_closed():
            if self._closed or connection.is_in_transaction():
                connection.terminate()  # nobody comes any more, or left in the middle by a cancelled task
            else:
                self._idle.setdefault(node, []).append(connection)
