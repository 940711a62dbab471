"""Background work in a process: it notes what follows from events, and does what is due."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from infra.work.interface import Work
from services.bootstrap import System
from services.work.kinds import Kind
from services.work.performing import EVERY, WIDTH, Performing
from services.work.relay import Relay, Relayed, Sender

TOLD_WITHIN = 5.0
"""Seconds a message may take where several processes hear messages."""


class Working:
    """What runs: `done` ends when it is cancelled, or with the error that ended it."""

    done: asyncio.Future[None]

    def __init__(self, system: System, sender: Sender) -> None:
        self._system, self._sender = system, sender

    async def add(self, works: Sequence[Work]) -> Sequence[Work]:
        """Note work of one tenant that follows from no event, and tell of it; answers what was not there."""
        added = await self._system.works.add(works)
        self._sender.tell(added)
        return added


@asynccontextmanager
async def working(
    system: System,
    kinds: Sequence[Kind],
    relayed: Sequence[Relayed] = (),
    *,
    width: int = WIDTH,
    every: float = EVERY,
) -> AsyncIterator[Working]:
    """Work of these kinds being done, `width` pieces at once; what has begun may end at the end."""
    queues = {kind.queue for kind in kinds}

    async def tenants() -> Collection[int]:
        return (await system.engine.heads()).keys()

    rested = TOLD_WITHIN if system.queues.shared else 0.0
    performing = Performing(system.works, tenants, kinds, width=width, rested=rested)
    sender = Sender(system.queues, kinds)
    for queue in queues:
        await system.queues.perform(queue, performing.take, performing.missed)
    running = Working(system, sender)
    running.done = asyncio.ensure_future(_run(system, performing, sender, relayed, every))
    try:
        yield running
    finally:
        running.done.cancel()
        await asyncio.wait((running.done,))
        for queue in queues:
            await system.queues.close(queue)


async def _run(
    system: System, performing: Performing, sender: Sender, relayed: Sequence[Relayed], every: float
) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(performing.run(every))
        group.create_task(sender.run())
        if relayed:
            group.create_task(Relay(system, relayed, sender).run())
