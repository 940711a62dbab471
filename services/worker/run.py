"""The worker's loop: look, do, wait a moment."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from domain.kernel.errors import PaktError
from infra.broker.interface import Broker
from services.bootstrap import System
from services.dumps.work import Dumping
from services.work.failures import Failures
from services.work.run import Working, working
from services.worker.computing import Computing
from services.worker.policies import Policies
from services.worker.retries import Retries
from services.worker.successions import Successions
from services.worker.timers import Timers

EVERY = 0.5
"""Seconds between two looks; a deadline is met within about as much of its time."""

NEW_DAY = 30.0
"""Seconds between two looks for a day that has begun."""
DUMPS_AT_ONCE = 1

log = logging.getLogger("pakt.worker")


class Worker:
    """Timers, policies, successions, computed indicators and dumps; `looking` is the running loop."""

    looking: asyncio.Task[None]

    def __init__(self, system: System, broker: Broker) -> None:
        self.dumping = Dumping(system)
        self.failures = Failures(system.engine.connections, system.auditing)
        self.timers = Timers(system, broker, self.failures)
        self.policies = Policies(system, self.failures)
        self.computing = Computing(system, self.failures)
        self.successions = Successions(system, self.failures)
        self.retries = Retries(system, self.failures, self.policies)

    async def run(self, working: Working, every: float = EVERY) -> None:
        """Look until cancelled. What goes wrong in one part does not stop the others; it is said once and repeated."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._looking(every))
            group.create_task(self._counting(every))
            group.create_task(self._noting(working))

    async def _noting(self, working: Working) -> None:
        """The day begins for dumps too."""
        said: dict[str, str] = {}
        while True:
            await self._guarded("dumps", partial(self.dumping.look, working), said)
            await asyncio.sleep(NEW_DAY)

    async def _counting(self, every: float) -> None:
        """Values of indicators may take a while: no deadline waits for them."""
        said: dict[str, str] = {}
        while True:
            await self._guarded("indicators", self.computing.look, said)
            await asyncio.sleep(every)

    async def _looking(self, every: float) -> None:
        said: dict[str, str] = {}
        while True:
            await self._guarded("timers", self.timers.scan, said)
            await self._guarded("policies", self.policies.run_once, said)
            await self._guarded("successions", self.successions.look, said)
            await asyncio.sleep(every)  # time itself is what a timer waits for

    async def _guarded(self, part: str, look: Callable[[], Awaitable[int]], said: dict[str, str]) -> None:
        try:
            await look()
        except PaktError as error:
            if said.get(part) != error.code:
                log.warning("%s wait: %s", part, error)
            said[part] = error.code
        except Exception as error:  # the edge of a process that must go on: the next look may go well
            if said.get(part) != type(error).__name__:
                log.exception("%s failed", part)
            said[part] = type(error).__name__
        else:
            said.pop(part, None)


@asynccontextmanager
async def running_worker(system: System, broker: Broker, every: float = EVERY) -> AsyncIterator[Worker]:
    """A worker at work; at the end it finishes the jobs it has begun."""
    worker = Worker(system, broker)
    await broker.start(worker.timers.perform, worker.timers.gave_up)
    dumping, retries = worker.dumping, worker.retries
    try:
        async with (
            working(system, dumping.kinds, [dumping.relayed], width=DUMPS_AT_ONCE) as background,
            working(system, retries.kinds, [retries.relayed]),
        ):
            worker.looking = asyncio.create_task(worker.run(background, every))
            try:
                yield worker
            finally:
                worker.looking.cancel()
                await asyncio.wait((worker.looking,))
    finally:
        await broker.stop()
        await worker.computing.close()
