"""Tells other processes that a log has grown: NOTIFY after the commit, many commits in one, never inside an append.

A hint only. Who misses it looks at the log a moment later anyway.
"""

import asyncio
import logging

from infra.database.connecting import connect
from infra.database.failures import DRIVER_ERRORS, close
from infra.database.interface import Connection, Database, Role
from infra.eventstore.announcer import Announcer

CHANNEL = "pakt_log"
AT_MOST_EVERY = 0.01  # seconds; NOTIFY takes a lock of the whole cluster for the time of its commit
LONGEST = 7_000  # bytes of a payload; the server refuses 8,000
RECONNECT_AFTER = 0.3

log = logging.getLogger(__name__)


class Doorbell:
    """One connection that rings for this process's commits and hears those of others."""

    def __init__(self, database: Database, announcer: Announcer) -> None:
        self._database = database
        self._announcer = announcer
        self._rung: dict[int, int] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to listen and to ring."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def ring(self, tenant_id: int, position: int) -> None:
        """This process has committed up to `position`."""
        self._rung[tenant_id] = position
        self._wake.set()

    async def _run(self) -> None:
        while True:
            try:
                connection = await connect(self._database.dsn(Role.GATEWAY))
                try:
                    await connection.execute("SET synchronous_commit = off")  # a hint need not reach the disk
                    connection.add_termination_listener(lambda _: self._wake.set())
                    await connection.add_listener(CHANNEL, self._heard)
                    await self._ring_for_ever(connection)
                finally:
                    await close(connection)
            except (*DRIVER_ERRORS, TimeoutError) as error:
                log.debug("the doorbell is off: %s", error)
            await asyncio.sleep(RECONNECT_AFTER)

    async def _ring_for_ever(self, connection: Connection) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if connection.is_closed():
                return
            rung, self._rung = self._rung, {}
            payload = ""
            for tenant, position in rung.items():
                payload += f"{tenant}:{position} "
                if len(payload) > LONGEST:
                    await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
                    payload = ""
            if payload:
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
            await asyncio.sleep(AT_MOST_EVERY)

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for entry in str(payload).split():
            tenant, _, position = entry.partition(":")
            if tenant.isdecimal() and position.isdecimal():
                self._announcer.committed(int(tenant), int(position))
