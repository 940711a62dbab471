"""The sealer put together from the parts of a system, and at work."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from infra.witnesses.interface import Witness
from services.bootstrap import System, open_witnesses
from services.sealer.follow import EVERY, Sealer
from services.sealer.growing import Grower
from services.sealer.log import SealerLog
from services.sealer.national import NationalLog
from services.sealer.publisher import Publisher
from services.sealer.sealing import Sealing
from services.sealer.witnesses import Witnesses


def make_sealer(system: System, *, every: float = EVERY) -> Sealer:
    """A sealer of all logs of a system; `run` it."""
    log, name = SealerLog(system.sealing), system.settings.log_name
    grower = Grower(system.keeper, system.signing, system.copies)
    publisher = Publisher(system.keeper, system.copies)
    national = NationalLog(log, system.keeper, grower, name)
    return Sealer(Sealing(log, grower, name), national, publisher, log, system.store, every=every)


def make_witnesses(system: System, sealer: Sealer, witnesses: Sequence[Witness]) -> Witnesses:
    """Who is asked to cosign every head that the sealer publishes; `run` it."""
    made = Witnesses(witnesses, system.keeper, system.keeper, system.clock, sealer.tenants)
    sealer.publisher.on_head(made.hear)
    return made


@asynccontextmanager
async def running_sealer(system: System, *, every: float = EVERY) -> AsyncIterator[asyncio.Task[None]]:
    """A sealer at work, as a task that ends with an error or never; what it was at comes again."""

    async def work(witnesses: Sequence[Witness]) -> None:
        sealer = make_sealer(system, every=every)
        async with asyncio.TaskGroup() as group:
            group.create_task(sealer.run())
            group.create_task(make_witnesses(system, sealer, witnesses).run())

    async with open_witnesses(system.settings) as witnesses:
        task = asyncio.create_task(work(witnesses), name="sealer")
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait((task,))
