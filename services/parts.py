"""What may run as a process of its own: how each part is put to work, and stopped with what is at hand finished."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from services.part_names import Part

if TYPE_CHECKING:
    from services.bootstrap import System


@asynccontextmanager
async def _gateway(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from services.gateway.app import create_app  # noqa: PLC0415
    from services.serving import serving  # noqa: PLC0415

    settings = system.settings
    async with serving(create_app(system), settings.host, settings.port, grace=settings.stop_within) as running:
        yield running


@asynccontextmanager
async def _projector(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from projections.catalogue import READ_MODELS  # noqa: PLC0415
    from projections.keeping import Keeper  # noqa: PLC0415
    from services.projector.follow import Projector  # noqa: PLC0415

    keeper = Keeper(system.engine.connections, system.engine.history, READ_MODELS)
    work = [Projector(system.engine, system.store, keeper=keeper).run()]
    if len(system.database.nodes) > 1:
        from services.projector.nodes import projecting_nodes  # noqa: PLC0415 - one node has no others

        work += projecting_nodes(system, READ_MODELS)
    running = asyncio.ensure_future(_together(work))
    try:
        yield running
    finally:
        running.cancel()
        await asyncio.wait((running,))


async def _together(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)


@asynccontextmanager
async def _worker(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from services.bootstrap import open_broker  # noqa: PLC0415
    from services.worker.run import running_worker  # noqa: PLC0415

    async with running_worker(system, open_broker(system.settings)) as worker:
        yield worker.looking


@asynccontextmanager
async def _sealer(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from services.sealer.run import running_sealer  # noqa: PLC0415

    async with running_sealer(system) as running:
        yield running


@asynccontextmanager
async def _egress(system: "System") -> AsyncIterator[asyncio.Future[Any]]:
    from services.egress.run import running_egress  # noqa: PLC0415

    async with running_egress(system) as running:
        yield running


ORDER = (Part.PROJECTOR, Part.WORKER, Part.SEALER, Part.EGRESS, Part.GATEWAY)
"""The gateway begins last and ends first."""
START = {
    Part.GATEWAY: _gateway,
    Part.PROJECTOR: _projector,
    Part.WORKER: _worker,
    Part.SEALER: _sealer,
    Part.EGRESS: _egress,
}
