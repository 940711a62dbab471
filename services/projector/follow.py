"""Follows all logs: woken by commits that this process hears of, with a look at all of them as the backstop.

Any number of projectors may follow the same tenants; the checkpoint lets one of them store each batch.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from domain.kernel.errors import PaktError, Unavailable
from projections.engine import Engine
from projections.keeping import Keeper, NotKept
from projections.observer import Silent
from services.projector.telling import Telling, tell_lags

POLL = 0.1
"""Seconds between two looks at all logs."""
AFTER_OUTAGE = 0.3
AFTER_CORRUPT = 30.0
"""Seconds until a log that could not be read is tried again; until then its read models stand still."""

QUIET = 1.0
"""Seconds without a commit after which the past is kept."""
MUCH = 50
"""Spans that wait when the past is kept even though commits come."""

_log = logging.getLogger("pakt.projector")


class Commits(Protocol):
    """An event store that tells of commits."""

    def on_commit(self, listener: Callable[[int, int], None]) -> None:
        """Call `listener(tenant_id, last_position)` after each commit."""
        ...


class Lag(msgspec.Struct, frozen=True):
    """How far a tenant's read models are behind: events not projected, and seconds since the first was noticed."""

    events: int
    seconds: float


class Projector:
    """Runs an engine for every tenant. `width` tenants are projected at once; a keeper works while nothing comes in."""

    def __init__(
        self, engine: Engine, commits: Commits, *, poll: float = POLL, width: int = 2, keeper: Keeper | None = None
    ) -> None:
        self.engine, self._keeper = engine, keeper
        self._grown_at = 0.0
        if isinstance(engine.observer, Silent):
            engine.observer = Telling()
        self._poll, self._width = poll, width
        self._heads: dict[int, int] = {}
        self._behind_since: dict[int, float] = {}
        self._paused: dict[int, float] = {}
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self._queued: set[int] = set()
        self._task: asyncio.Task[None] | None = None
        self.stopped: dict[int, str] = {}
        """Tenants whose log could not be read, with the error: an alarm for people."""
        commits.on_commit(self._grown)

    async def start(self) -> None:
        """Begin to follow in the background."""
        self._task = asyncio.create_task(self.run(), name="projector")

    async def stop(self) -> None:
        """Stop; a batch under way is rolled back and comes again."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def run(self) -> None:
        """Follow until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            if self._keeper is not None:
                group.create_task(self._keep(self._keeper))
            for _ in range(self._width):
                group.create_task(self._work())

    def lags(self) -> Mapping[int, Lag]:
        """The lag per tenant, as far as known."""
        now = asyncio.get_running_loop().time()
        return {
            tenant_id: Lag(max(0, head - max(0, self.engine.position(tenant_id))), self._seconds(tenant_id, now))
            for tenant_id, head in self._heads.items()
        }

    def _seconds(self, tenant_id: int, now: float) -> float:
        return now - self._behind_since[tenant_id] if tenant_id in self._behind_since else 0.0

    def _grown(self, tenant_id: int, position: int) -> None:
        """A log is known to reach `position`: its tenant waits for its turn, once."""
        self._heads[tenant_id] = max(position, self._heads.get(tenant_id, 0))
        if self.engine.position(tenant_id) >= position:
            return
        with contextlib.suppress(RuntimeError):  # told from outside a running loop: the next look finds it
            self._grown_at = asyncio.get_running_loop().time()
            self._behind_since.setdefault(tenant_id, asyncio.get_running_loop().time())
        if tenant_id not in self._queued:
            self._queued.add(tenant_id)
            self._queue.put_nowait(tenant_id)

    async def _look(self) -> None:
        while True:
            try:
                for tenant_id, head in (await self.engine.heads()).items():
                    self._grown(tenant_id, head)
            except Unavailable:
                _log.warning("the database is away; the projector waits for it")
            tell_lags({tenant_id: (lag.events, lag.seconds) for tenant_id, lag in self.lags().items()})
            await asyncio.sleep(self._poll)

    async def _keep(self, keeper: Keeper) -> None:
        """Keep the past while it is quiet, and when much of it waits."""
        while True:
            await asyncio.sleep(QUIET)
            for tenant_id, head in list(self._heads.items()):
                while due := keeper.due(tenant_id, head):
                    busy = asyncio.get_running_loop().time() - self._grown_at < QUIET
                    if (busy and due < MUCH) or not await self._kept(keeper, tenant_id):
                        break

    async def _kept(self, keeper: Keeper, tenant_id: int) -> bool:
        try:
            return await keeper.step(tenant_id)
        except (PaktError, NotKept) as error:
            _log.warning("tenant %d: the past is not kept for now: %s", tenant_id, type(error).__name__)
            return False

    async def _work(self) -> None:
        while True:
            tenant_id = await self._queue.get()
            self._queued.discard(tenant_id)  # from here on a commit queues it again
            if self._paused.get(tenant_id, 0.0) <= asyncio.get_running_loop().time():
                await self._project(tenant_id)

    async def _project(self, tenant_id: int) -> None:
        try:
            reached = await self.engine.catch_up(tenant_id)
        except Unavailable:
            self._pause(tenant_id, AFTER_OUTAGE)
        except Exception as error:  # noqa: BLE001 - the edge of the process: a tenant's trouble must not end the others
            self._alarm(tenant_id, error)
        else:
            self.stopped.pop(tenant_id, None)
            if reached >= self._heads.get(tenant_id, 0):
                self._behind_since.pop(tenant_id, None)

    def _alarm(self, tenant_id: int, error: Exception) -> None:
        self.stopped[tenant_id] = str(error) if isinstance(error, PaktError) else type(error).__name__
        self._pause(tenant_id, AFTER_CORRUPT)
        _log.critical("tenant %d: the read models stand still: %s", tenant_id, self.stopped[tenant_id])

    def _pause(self, tenant_id: int, seconds: float) -> None:
        self._paused[tenant_id] = asyncio.get_running_loop().time() + seconds
