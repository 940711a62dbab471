"""Follows all logs: a tenant is sealed a second after its first unsealed event, or as soon as 1,000 wait.

Woken by commits that this process hears of, with a look at all logs as the backstop. Any number of sealers may follow
the same tenants: the tree's row lets one of them make each seal.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

import msgspec

from domain.kernel.errors import PaktError, Unavailable
from infra.telemetry.instruments import count_head, tell_seal_lag, tell_seals_stopped
from infra.trees.interface import TreeId
from services.sealer.log import SealerLog
from services.sealer.national import NationalLog
from services.sealer.publisher import Publisher
from services.sealer.sealing import Sealing

EVERY = 1.0
"""Seconds from the first unsealed event of a tenant to its seal, at most."""
ENOUGH = 1_000
"""Unsealed events that are not waited with."""
POLL = 0.5
"""Seconds between two looks at all logs."""
AFTER_OUTAGE = 0.3
AFTER_ALARM = 30.0
"""Seconds until a log with an alarm is looked at again; until then nothing of it is signed."""

_log = logging.getLogger("pakt.sealer")


class Commits(Protocol):
    """An event store that tells of commits."""

    def on_commit(self, listener: Callable[[int, int], None]) -> None:
        """Call `listener(tenant_id, last_position)` after each commit."""
        ...


class Lag(msgspec.Struct, frozen=True):
    """How far the seal is behind a tenant's log: events, and seconds since the first was noticed."""

    events: int
    seconds: float


class Sealer:
    """Seals every tenant, `width` at once, and enters their heads into the national log."""

    def __init__(
        self,
        sealing: Sealing,
        national: NationalLog,
        publisher: Publisher,
        log: SealerLog,
        commits: Commits,
        *,
        every: float = EVERY,
        width: int = 2,
    ) -> None:
        self.sealing, self.national, self.publisher, self.log = sealing, national, publisher, log
        self._every, self._width = every, width
        self._heads: dict[int, int] = {}
        self._since: dict[int, float] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._paused: dict[int, float] = {}
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self._queued: set[int] = set()
        self._sealed: dict[TreeId, int] = {}
        self._unpublished: set[int] = set()
        self.stopped: dict[int, str] = {}
        """Tenants whose log is not signed, with the reason: an alarm for people."""
        commits.on_commit(self._grown)

    async def run(self) -> None:
        """Follow until cancelled. A seal under way is rolled back then and comes again."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._look())
                group.create_task(self._enter())
                for _ in range(self._width):
                    group.create_task(self._work())
        finally:
            for timer in self._timers.values():
                timer.cancel()

    def lags(self) -> Mapping[int, Lag]:
        """The lag per tenant, as far as known."""
        now = asyncio.get_running_loop().time()
        return {
            tenant_id: Lag(
                head - max(0, min(head, self.sealing.size(tenant_id))), now - self._since.get(tenant_id, now)
            )
            for tenant_id, head in self._heads.items()
        }

    async def tenants(self) -> Collection[int]:
        """Whose logs there are. Raises: Unavailable."""
        return (await self.log.heads()).keys()

    def _grown(self, tenant_id: int, position: int) -> None:
        """A log is known to reach `position`: its tenant's turn comes at once when enough waits, else in a while."""
        self._heads[tenant_id] = max(position, self._heads.get(tenant_id, 0))
        sealed = self.sealing.size(tenant_id)
        if sealed >= position or tenant_id in self._queued:
            return
        with contextlib.suppress(RuntimeError):  # told from outside a running loop: the next look finds it
            loop = asyncio.get_running_loop()
            self._since.setdefault(tenant_id, loop.time())
            if self._paused.get(tenant_id, 0.0) > loop.time():
                return  # a look after the pause finds it
            if sealed < 0 or position - sealed >= ENOUGH:
                self._enqueue(tenant_id)
            elif tenant_id not in self._timers:
                self._timers[tenant_id] = loop.call_later(self._every, self._enqueue, tenant_id)

    def _enqueue(self, tenant_id: int) -> None:
        timer = self._timers.pop(tenant_id, None)
        if timer is not None:
            timer.cancel()
        if tenant_id not in self._queued:
            self._queued.add(tenant_id)
            self._queue.put_nowait(tenant_id)

    async def _look(self) -> None:
        while True:
            try:
                for tenant_id, head in (await self.log.heads()).items():
                    self._grown(tenant_id, head)
                for tenant_id in self._unpublished:
                    self._enqueue(tenant_id)
            except Unavailable:
                _log.warning("the database is away; the sealer waits for it")
            for tenant_id, lag in self.lags().items():
                tell_seal_lag(tenant_id, lag.events, lag.seconds)
            tell_seals_stopped(len(self.stopped))
            await asyncio.sleep(POLL)

    async def _work(self) -> None:
        while True:
            tenant_id = await self._queue.get()
            try:
                if self._paused.get(tenant_id, 0.0) <= asyncio.get_running_loop().time():
                    await self._attend(tenant_id)
            finally:
                self._queued.discard(tenant_id)
                self._grown(tenant_id, self._heads.get(tenant_id, 0))  # what came meanwhile

    async def _attend(self, tenant_id: int) -> None:
        try:
            await self._seal(tenant_id)
        except Unavailable:
            self._pause(tenant_id, AFTER_OUTAGE)
        except Exception as error:  # noqa: BLE001 - the edge of the process: a tenant's trouble must not end the others
            self._alarm(tenant_id, error)
        else:
            if self.stopped.pop(tenant_id, None):
                _log.warning("tenant %d: its log is signed again", tenant_id)

    async def _seal(self, tenant_id: int) -> None:
        loop = asyncio.get_running_loop()
        began, found = loop.time(), self._heads.get(tenant_id, 0)
        while head := await self.sealing.seal(tenant_id):
            count_head(tenant_id, loop.time() - began)
            if head.size >= found:
                break
            await asyncio.sleep(0)
        size = self.sealing.size(tenant_id)
        if size >= self._heads.get(tenant_id, 0):
            self._since.pop(tenant_id, None)
        elif size >= found:
            self._since[tenant_id] = began
        tree = self.sealing.tree(tenant_id)
        if tree is not None:
            self._unpublished.add(tenant_id)
            await self.publisher.publish(tree, size)
            self._unpublished.discard(tenant_id)
            self._sealed[tree] = size

    async def _enter(self) -> None:
        """The national log: what was sealed since the last time, once a second."""
        while True:
            await asyncio.sleep(self._every)
            sealed, self._sealed = self._sealed, {}
            try:
                while head := await self.national.enter(sealed):
                    await self.publisher.publish(head.tree, head.size)
            except Unavailable:
                self._sealed = sealed | self._sealed
            except Exception as error:  # noqa: BLE001 - as in `_attend`
                self._sealed = sealed | self._sealed
                _log.critical("the log of heads is not signed: %s", _told(error))
                await asyncio.sleep(AFTER_ALARM)

    def _alarm(self, tenant_id: int, error: Exception) -> None:
        self.sealing.forget(tenant_id)
        self.stopped[tenant_id] = _told(error)
        self._pause(tenant_id, AFTER_ALARM)
        _log.critical("tenant %d: its log is not signed: %s", tenant_id, self.stopped[tenant_id])

    def _pause(self, tenant_id: int, seconds: float) -> None:
        self._paused[tenant_id] = asyncio.get_running_loop().time() + seconds


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, PaktError) else f"{type(error).__name__}: {error}"
