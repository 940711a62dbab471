"""The worker's loop: look, do, wait a moment."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.kernel.errors import PaktError
from infra.broker.interface import Broker
from services.bootstrap import System
from services.worker.failures import Failures
from services.worker.policies import Policies
from services.worker.timers import Timers

EVERY = 0.5
"""Seconds between two looks; a deadline is met within about as much of its time."""

log = logging.getLogger("pakt.worker")


class Worker:
    """Timers and policies over one broker; `looking` is the running loop."""

    looking: asyncio.Task[None]

    def __init__(self, system: System, broker: Broker) -> None:
        self.failures = Failures(system.engine.connections, system.auditing)
        self.timers = Timers(system, broker, self.failures)
        self.policies = Policies(system, self.failures)

    async def look(self) -> int:
        """One look at everything; how many jobs and commands were sent.

        Raises:
            PaktError: a part cannot be reached or a log cannot be read; the next look begins where this one stopped.
        """
        return await self.timers.scan() + await self.policies.run_once()

    async def run(self, every: float = EVERY) -> None:
        """Look until cancelled; what goes wrong is logged once per kind and tried again."""
        said = ""
        while True:
            try:
                await self.look()
                said = ""
            except PaktError as error:
                if said != error.code:
                    log.warning("the worker waits: %s", error)
                said = error.code
            await asyncio.sleep(every)  # time itself is what a timer waits for


@asynccontextmanager
async def running_worker(system: System, broker: Broker, every: float = EVERY) -> AsyncIterator[Worker]:
    """A worker at work; at the end it finishes the jobs it has begun."""
    worker = Worker(system, broker)
    await broker.start(worker.timers.perform, worker.timers.gave_up)
    worker.looking = asyncio.create_task(worker.run(every))
    try:
        yield worker
    finally:
        worker.looking.cancel()
        await asyncio.wait((worker.looking,))
        await broker.stop()
