"""A few connections of our own, kept open and opened again when the database comes back.

A pool resets the session at every release, one more round trip each; and who holds a lane here never waits for one.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import TypeAlias

import asyncpg

from domain.kernel.errors import Overloaded
from infra.database.connecting import CONNECT_WITHIN, connect
from infra.database.failures import DRIVER_ERRORS, close
from infra.database.interface import Connection, Database, Role
from infra.eventstore.failures import PART, is_unavailable, leaves_in_doubt, unavailable

FIRST_PAUSE = 0.01  # seconds between attempts to reconnect, doubling
LONGEST_PAUSE = 0.3
PATIENCE = 3.0  # seconds for which callers wait for a lost database before they are told
ANSWER_WITHIN = 30.0  # seconds for one call; a server that dies in an odd moment may leave one without an answer

_SYNC = "SELECT"
"""Asked when statements are prepared: the driver ends with the next call only what preparing began, and until then the
server counts the time of a statement. The first append after a quiet minute would be beyond it."""

log = logging.getLogger(__name__)

Statement: TypeAlias = "asyncpg.prepared_stmt.PreparedStatement[asyncpg.Record]"


class Lane:
    """One connection and its prepared statements, by the given texts' order."""

    __slots__ = ("connection", "statements")

    def __init__(self, connection: Connection, statements: list[Statement]) -> None:
        self.connection = connection
        self.statements = statements


class Lanes:
    """`count` lanes to one node in one role. `free` holds those nobody uses; `on_free` tells of one that came back."""

    def __init__(
        self,
        database: Database,
        role: Role,
        node: str,
        count: int,
        texts: tuple[str, ...] = (),
        *,
        most_waiting: int = 10_000,
    ) -> None:
        self._database = database
        self._role = role
        self._node = node
        self._count = count
        self._texts = texts
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting: list[asyncio.Future[None]] = []
        self._closed = False
        self.most_waiting = most_waiting
        self.free: list[Lane] = []
        self.out = False
        """Whether the database has been away for longer than callers are made to wait."""
        self.on_free: Callable[[], None] = lambda: None
        self.on_out: Callable[[], None] = lambda: None

    async def open(self) -> None:
        """Connect all lanes.

        Raises:
            Unavailable: the database does not let us in.
        """
        try:
            self.free = [await self._connect() for _ in range(self._count)]
        except (*DRIVER_ERRORS, TimeoutError) as error:
            log.warning("cannot connect as %s: %s", self._role, error)
            raise unavailable() from error

    async def close(self) -> None:
        """Close the lanes that are free and stop reconnecting; lanes in use close when they are given back."""
        self._closed = self.out = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        free, self.free = self.free, []
        for lane in free:
            await close(lane.connection)
        self._wake_takers()

    def give(self, lane: Lane) -> None:
        """Put a lane back; a broken one is replaced in the background."""
        if self._closed:
            self._spawn(close(lane.connection))
        elif lane.connection.is_closed():
            self._spawn(self._replace())
        else:
            self._returned(lane)

    def pop(self) -> Lane | None:
        """A free lane that is not known to be broken, or None. Whoever gets one gives it back."""
        while self.free:
            lane = self.free.pop()
            if not lane.connection.is_closed():
                return lane
            self._spawn(self._replace())
        return None

    @contextlib.asynccontextmanager
    async def take(self) -> AsyncIterator[Connection]:
        """A connection for one call outside a transaction.

        Raises:
            Unavailable: the database is away, or went away during the call.
            Overloaded: too many wait.
        """
        while (lane := self.pop()) is None:
            if self.out or self._closed:
                raise unavailable()
            await self._turn()
        try:
            yield lane.connection
        except asyncio.CancelledError:
            lane.connection.terminate()  # what it was asked may never be answered
            raise
        except (*DRIVER_ERRORS, TimeoutError) as error:
            if leaves_in_doubt(error):
                lane.connection.terminate()
            if is_unavailable(error):
                raise unavailable() from error
            raise
        finally:
            self.give(lane)

    async def _turn(self) -> None:
        """Return when a lane may be free, or none will be for a while."""
        if len(self._waiting) >= self.most_waiting:
            raise Overloaded(PART)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled():  # told, and gone in the same moment: the turn is the next one's
                self._wake_taker()
            raise

    def _returned(self, lane: Lane) -> None:
        self.out = False
        self.free.append(lane)
        self._wake_taker()
        self.on_free()

    def _wake_taker(self) -> None:
        while self._waiting:
            waiter = self._waiting.pop(0)
            if not waiter.done():
                waiter.set_result(None)
                return

    def _wake_takers(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def _replace(self) -> None:
        loop = asyncio.get_running_loop()
        pause, since = FIRST_PAUSE, loop.time()
        while not self._closed:
            try:
                lane = await self._connect()
            except Exception as error:  # noqa: BLE001 - whatever a dying server makes the driver say, the lane comes back
                log.debug("not reconnected yet: %r", error)
            else:
                self._returned(lane)
                return
            if not self.out and loop.time() - since > PATIENCE and not self.free:
                log.warning("the database has been away for %.0f s", PATIENCE)
                self.out = True
                self._wake_takers()
                self.on_out()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _connect(self) -> Lane:
        arguments = self._database.dsn(self._role, self._node)
        connection = await connect(arguments)
        try:
            statements = [await connection.prepare(text, timeout=CONNECT_WITHIN) for text in self._texts]
            await connection.execute(_SYNC)
            return Lane(connection, statements)
        except BaseException:
            connection.terminate()
            raise

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
