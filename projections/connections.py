"""Connections in one role, kept open and lent out; no statement is spent on giving one back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from time import perf_counter
from typing import Any

import asyncpg

from domain.kernel.errors import Overloaded, Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from infra.database.connecting import connect
from infra.database.failures import DRIVER_ERRORS, LOST, close
from infra.database.interface import MAIN_NODE, Connection, Database, Role
from infra.eventstore.failures import is_unavailable
from infra.shares import Shares
from infra.telemetry.instruments import count_pool_wait

_log = logging.getLogger(__name__)
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
    """At most `size` connections per node in one role. Broken ones are replaced at the next use.

    `only` is a node at which every tenant is looked for, wherever it is kept.
    """

    def __init__(
        self, database: Database, role: Role, size: int = 2, *, cached_statements: int = 200, only: str = ""
    ) -> None:
        self._database, self._role, self._size = database, role, size
        self._cached_statements, self._only = cached_statements, only
        self._idle: dict[str, list[Connection]] = {}
        self._turns: dict[str, Turns] = {}
        self._closed = False

    def borrow(self, tenant_id: int) -> AbstractAsyncContextManager[Connection]:
        """A connection to the tenant's node, for this task alone.

        Raises: Unavailable when the node cannot be reached, or is lost inside the block; Overloaded when too many of
        the tenant wait.
        """
        return self.at(self._placed(tenant_id), tenant_id)

    def over(self, tenants: Collection[int]) -> AbstractAsyncContextManager[Connection]:
        """A connection to where read models tell of all of these tenants: the node that keeps them, or home.

        Raises: as `borrow`.
        """
        return self.at(self.node_over(tenants), min(tenants, default=NATIONAL_TENANT))

    def node_over(self, tenants: Collection[int]) -> str:
        """The node that `over` leads to."""
        nodes = {self._placed(tenant_id) for tenant_id in tenants}
        return nodes.pop() if len(nodes) == 1 else MAIN_NODE

    def by_node(self, tenants: Collection[int]) -> list[list[int]]:
        """The tenants, those of one node together."""
        found: dict[str, list[int]] = {}
        for tenant_id in tenants:
            found.setdefault(self._placed(tenant_id), []).append(tenant_id)
        return list(found.values())

    async def everywhere(self, statement: str, /, *args: Any) -> list[asyncpg.Record]:
        """What every node answers of the tenants that it keeps: rows whose first column is a tenant.

        A node that is away, unless it is home, is left out: its tenants' trouble is not the others'.

        Raises: Unavailable when home is away.
        """
        found: list[asyncpg.Record] = []
        for node in self._database.nodes:
            try:
                async with self.at(node) as connection:
                    rows = await connection.fetch(statement, *args)
            except Unavailable as error:
                if node == MAIN_NODE:
                    raise
                _log.warning("node %s is away: %s", node, error)
            else:
                found += [row for row in rows if self._database.placement(row[0]) == node]
        return found

    @asynccontextmanager
    async def at(self, node: str, tenant_id: int = NATIONAL_TENANT) -> AsyncIterator[Connection]:
        """A connection to a node, for this task alone, which waits in the tenant's row. Raises: as `borrow`."""
        asked = perf_counter()
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

    def _placed(self, tenant_id: int) -> str:
        return self._only or self._database.placement(tenant_id)

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
