"""Following all logs: woken by commits that this process hears of, with a look at all of them as the backstop.

Who follows brings a tenant's log to its end, several tenants at once and none twice at a time; one tenant's trouble
stops no other.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Protocol

import msgspec

from domain.kernel.errors import Unavailable
from services.stopping import finishing
from services.troubles import Troubles

AFTER_OUTAGE = 0.3
AFTER_ALARM = 30.0
"""Seconds until a tenant with an alarm is attended to again; until then its log is left as it is."""


class Commits(Protocol):
    """An event store that tells of commits."""

    def on_commit(self, listener: Callable[[int, int], None]) -> None:
        """Call `listener(tenant_id, last_position)` after each commit."""
        ...


class Lag(msgspec.Struct, frozen=True):
    """How far a tenant's log is ahead of who follows it: events, and seconds since the first was noticed."""

    events: int
    seconds: float


class Follower(Protocol):
    """Who follows."""

    async def heads(self) -> Mapping[int, int]:
        """The position of the last event of every tenant's log. Raises: Unavailable."""
        ...

    def reached(self, tenant_id: int) -> int:
        """Up to which position all is known to be done; -1 when this process has not looked yet."""
        ...

    def patience(self, tenant_id: int) -> float:
        """Seconds for which what is known to be there may wait for more to come; 0 for its turn at once."""
        ...

    async def attend(self, tenant_id: int) -> None:
        """Bring the log to its end.

        Raises: Unavailable, after which it is tried again soon; any other error is an alarm.
        """
        ...

    def failed(self, tenant_id: int, error: Exception) -> str:
        """Let go of what was held of the tenant; says what people are told of the error."""
        ...

    def looked(self) -> None:
        """All logs were looked at, or the database was away."""
        ...


class Following:
    """Attends to `width` tenants at once and looks at all logs every `poll` seconds.

    `name` is who follows, `alarm` what it means that a tenant is not attended to; both are for the log.
    """

    def __init__(
        self, follower: Follower, commits: Commits, name: str, alarm: str, *, poll: float, width: int = 2
    ) -> None:
        self._follower, self._name, self._alarm = follower, name, alarm
        self._poll, self._width = poll, width
        self._log = logging.getLogger(f"pakt.{name}")
        self._troubles = Troubles(self._log)
        self._since: dict[int, float] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._paused: dict[int, float] = {}
        self._queue: asyncio.Queue[int] = asyncio.Queue()
        self._queued: set[int] = set()
        self.heads: dict[int, int] = {}
        """How far each log is known to reach."""
        self.grown_at = 0.0
        """When a log was last found to have grown, on the loop's clock."""
        self.ending = False
        """We are asked to stop: who attends to a tenant may leave the rest of its log to whoever comes next."""
        self.stopped: dict[int, str] = {}
        """Tenants that are not attended to, with the reason: an alarm for people."""
        commits.on_commit(self.grown)

    async def run(self, *beside: Coroutine[object, object, None]) -> None:
        """Follow until cancelled, and do what is `beside`. A turn that has begun may end then."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._look())
                for one in beside:
                    group.create_task(one)
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
                max(0, head - max(0, self._follower.reached(tenant_id))), now - self._since.get(tenant_id, now)
            )
            for tenant_id, head in self.heads.items()
        }

    def grown(self, tenant_id: int, position: int) -> None:
        """A log is known to reach `position`: its tenant's turn comes, once."""
        self.heads[tenant_id] = max(position, self.heads.get(tenant_id, 0))
        if self._follower.reached(tenant_id) >= position:
            return
        with contextlib.suppress(RuntimeError):  # told from outside a running loop: the next look finds it
            loop = asyncio.get_running_loop()
            self.grown_at = loop.time()
            self._since.setdefault(tenant_id, loop.time())
            if tenant_id in self._queued or self._paused.get(tenant_id, 0.0) > loop.time():
                return  # it is attended to again afterwards; a look after the pause finds it
            patience = self._follower.patience(tenant_id)
            if not patience:
                self.turn(tenant_id)
            elif tenant_id not in self._timers:
                self._timers[tenant_id] = loop.call_later(patience, self.turn, tenant_id)

    def turn(self, tenant_id: int) -> None:
        """Attend to the tenant as soon as a place is free, whether its log has grown or not."""
        timer = self._timers.pop(tenant_id, None)
        if timer is not None:
            timer.cancel()
        if tenant_id not in self._queued:
            self._queued.add(tenant_id)
            self._queue.put_nowait(tenant_id)

    async def _look(self) -> None:
        while True:
            try:
                for tenant_id, head in (await self._follower.heads()).items():
                    self.grown(tenant_id, head)
            except Unavailable as error:
                self._troubles.say(f"the database is away; the {self._name} waits for it", error)
            else:
                self._troubles.over(f"the database is away; the {self._name} waits for it")
            self._follower.looked()
            await asyncio.sleep(self._poll)

    async def _work(self) -> None:
        while True:
            tenant_id = await self._queue.get()
            before = self._state(tenant_id)
            try:
                if self._paused.get(tenant_id, 0.0) <= asyncio.get_running_loop().time():
                    await self._attend(tenant_id)
            finally:
                self._queued.discard(tenant_id)
            if self._state(tenant_id) != before:
                self.grown(tenant_id, self.heads.get(tenant_id, 0))  # what came meanwhile; else the next look tells

    def _state(self, tenant_id: int) -> tuple[int, int]:
        return self._follower.reached(tenant_id), self.heads.get(tenant_id, 0)

    async def _attend(self, tenant_id: int) -> None:
        began, found = asyncio.get_running_loop().time(), self.heads.get(tenant_id, 0)
        try:
            await finishing(self._follower.attend(tenant_id), ending=self._end)
        except Unavailable:
            self._pause(tenant_id, AFTER_OUTAGE)
        except Exception as error:  # noqa: BLE001 - the edge of the process: a tenant's trouble must not end the others
            self.stopped[tenant_id] = self._follower.failed(tenant_id, error)
            self._pause(tenant_id, AFTER_ALARM)
            self._log.critical("tenant %d: %s: %s", tenant_id, self._alarm, self.stopped[tenant_id])
        else:
            if self.stopped.pop(tenant_id, None):
                self._log.warning("tenant %d: no longer so: %s", tenant_id, self._alarm)
            self._settle(tenant_id, began, found)

    def _end(self) -> None:
        self.ending = True

    def _settle(self, tenant_id: int, began: float, found: int) -> None:
        """Since when something waits: what was there when the turn began is done, or has waited since before."""
        reached = self._follower.reached(tenant_id)
        if reached >= self.heads.get(tenant_id, 0):
            self._since.pop(tenant_id, None)
        elif reached >= found:
            self._since[tenant_id] = began

    def _pause(self, tenant_id: int, seconds: float) -> None:
        self._paused[tenant_id] = asyncio.get_running_loop().time() + seconds
