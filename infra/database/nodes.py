"""Several PostgreSQL servers as one database: each tenant on one of them, what belongs to no tenant at home."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping

import asyncpg

from infra.database.administration import LOOKER, RoleRefused, looking
from infra.database.connecting import connect
from infra.database.failures import DRIVER_ERRORS, close
from infra.database.interface import (
    MAIN_NODE,
    ConnectArguments,
    Connection,
    Database,
    DatabaseError,
    NodeUnknown,
    Role,
)
from infra.database.registry import CHANNEL, LOOK_EVERY

_PLACED = "SELECT tenant_id, node FROM es.placement"

log = logging.getLogger(__name__)


class Nodes:
    """`home` is the node `main`; it says which of the `others` keep which tenants, all that it does not name it keeps.

    What is known here may be old by a moment. A node refuses appends of a tenant that it does not keep, so that nothing
    is written to the wrong one.
    """

    def __init__(self, home: Database, others: Mapping[str, Database]) -> None:
        self._databases = {MAIN_NODE: home, **others}
        self._placed: dict[int, str] = {}
        self._watching: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._looks = 0

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of all nodes, that of the home first."""
        return tuple(self._databases)

    async def start(self) -> None:
        """Reach every node and learn where the tenants are; from then on notice changes.

        Raises: DatabaseError, naming the node; for a tenant that is on a node nobody named, too.
        """
        for database in self._databases.values():
            await database.start()
        with contextlib.suppress(RoleRefused):  # nobody has migrated home yet: nobody is elsewhere
            await self.refresh()
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="placement")

    async def stop(self) -> None:
        """Release what `start` took."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None
        for database in self._databases.values():
            await database.stop()

    def dsn(self, role: Role, node: str = MAIN_NODE) -> ConnectArguments:
        """As the node says."""
        return self._databases[node].dsn(role)

    def placement(self, tenant_id: int) -> str:
        """The node that keeps the tenant, as far as known."""
        return self._placed.get(tenant_id, MAIN_NODE)

    async def refresh(self) -> None:
        """Read at home which node keeps which tenant; nobody is elsewhere while home has no schema yet.

        Raises: DatabaseError when home is away, or names a node that the settings do not.
        """
        began = self._looks
        async with self._turn:
            if self._looks > began:
                return  # somebody began to look after we asked, and has seen
            self._looks += 1
            async with looking(self) as connection:
                if await connection.fetchval("SELECT to_regclass('es.placement') IS NOT NULL"):
                    self._learn(await connection.fetch(_PLACED))

    def _learn(self, rows: list[asyncpg.Record]) -> None:
        placed = {row[0]: row[1] for row in rows if row[1] != MAIN_NODE}
        if unknown := sorted(set(placed.values()) - self._databases.keys()):
            raise NodeUnknown(unknown)
        self._placed = placed

    async def _watch(self) -> None:
        while True:
            try:
                connection = await connect(self.dsn(LOOKER))
                try:
                    await self._listen(connection)
                finally:
                    await close(connection)
            except (*DRIVER_ERRORS, TimeoutError) as error:
                log.debug("placement is not watched for now: %s", error)
            except DatabaseError as error:
                log.critical("%s", error)
            await asyncio.sleep(LOOK_EVERY)

    async def _listen(self, connection: Connection) -> None:
        """Until the connection is lost."""
        rung = asyncio.Event()
        connection.add_termination_listener(lambda _: rung.set())
        await connection.add_listener(CHANNEL, lambda *_: rung.set())
        while not connection.is_closed():
            rung.clear()
            self._learn(await connection.fetch(_PLACED))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), LOOK_EVERY)
