"""The worker's loop: look, do, wait a moment."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from infra.broker.interface import Broker
from services.bootstrap import System
from services.dumps.work import Dumping
from services.stopping import finishing
from services.troubles import Troubles
from services.work.failures import Failures
from services.work.figures import WorkFigures
from services.work.run import Working, working
from services.worker.computing import Computing
from services.worker.policies import Policies
from services.worker.retries import Retries
from services.worker.settling import Settling
from services.worker.standing import Standing
from services.worker.successions import Successions
from services.worker.timers import Timers

EVERY = 0.5
"""Seconds between two looks; a deadline is met within about as much of its time."""

MENDED = 4
"""So many looks at what is due for each at what failed."""
TOLD = 15.0
"""Seconds between two figures of how much work waits and has failed."""
NEW_DAY = 30.0
"""Seconds between two looks for a day that has begun."""

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
        parts = (self.timers, self.policies, self.computing, self.successions)
        self.settling = Settling(system, self.failures, parts)
        self.figures, self.standing = WorkFigures(system), Standing(system)
        self._troubles = Troubles(log)

    async def run(self, working: Working, every: float = EVERY) -> None:
        """Look until cancelled, and end the looks that have begun.

        What goes wrong in one part does not stop the others; it is said once and repeated.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._looking(every))
            group.create_task(self._counting(every))
            group.create_task(self._noting(working))
            group.create_task(self._mending(every))
            group.create_task(self._telling())

    async def _noting(self, working: Working) -> None:
        """The day begins for dumps too."""
        while True:
            await self._guarded("dumps", partial(self.dumping.look, working))
            await asyncio.sleep(NEW_DAY)

    async def _counting(self, every: float) -> None:
        """Values of indicators may take a while: no deadline waits for them."""
        while True:
            await self._guarded("indicators", self.computing.look)
            await asyncio.sleep(every)

    async def _mending(self, every: float) -> None:
        """What failed is tried again when its time has come, and is no failure once it is done."""
        while True:
            await self._guarded("refused reactions", self.policies.try_again)
            await self._guarded("failures that are over", self.settling.look)
            await asyncio.sleep(every * MENDED)

    async def _telling(self) -> None:
        while True:
            await self._guarded("figures of work", self.figures.look)
            await self._guarded("figures of what stands still", self.standing.look)
            await self._guarded("figures of cosignatures", self.standing.witnesses)
            await asyncio.sleep(TOLD)

    async def _looking(self, every: float) -> None:
        while True:
            await self._guarded("timers", self.timers.scan)
            await self._guarded("policies", self.policies.run_once)
            await self._guarded("successions", self.successions.look)
            await asyncio.sleep(every)  # time itself is what a timer waits for

    async def _guarded(self, part: str, look: Callable[[], Coroutine[Any, Any, int]]) -> None:
        waiting = f"{part} wait"
        try:
            await finishing(look())
        except Exception as error:  # noqa: BLE001 - the edge of a process that must go on: the next look may go well
            self._troubles.say(waiting, error)
        else:
            self._troubles.over(waiting)


@asynccontextmanager
async def running_worker(system: System, broker: Broker, every: float = EVERY) -> AsyncIterator[Worker]:
    """A worker at work; at the end it finishes the jobs it has begun."""
    worker = Worker(system, broker)
    await broker.start(worker.timers.perform, worker.timers.gave_up)
    parts = (worker.dumping, worker.retries)
    kinds, relayed = [kind for one in parts for kind in one.kinds], [one.relayed for one in parts]
    try:
        async with working(system, kinds, relayed) as background:
            worker.looking = asyncio.create_task(worker.run(background, every))
            try:
                yield worker
            finally:
                worker.looking.cancel()
                await asyncio.wait((worker.looking,))
    finally:
        await broker.stop()
        await worker.computing.close()
