"""What a projector does where there are several nodes: it tells them of the tenants, and keeps home whole."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from domain.kernel.errors import Unavailable
from infra.database.registry import Registry
from projections.keeping import Keeper
from projections.national import NationalEngine
from projections.read_model import ReadModel
from services.bootstrap import System
from services.following import Commits
from services.projector.follow import Projector
from services.troubles import Troubles

EVERY = 0.5
"""Seconds between two looks at the registry."""

_log = logging.getLogger("pakt.projector")


class Elsewhere:
    """The commits of tenants that are kept by another node than home."""

    def __init__(self, commits: Commits, engine: NationalEngine) -> None:
        self._commits, self._engine = commits, engine

    def on_commit(self, listener: Callable[[int, int], None]) -> None:
        """As `Commits` says."""

        def told(tenant_id: int, position: int) -> None:
            if self._engine.is_elsewhere(tenant_id):
                listener(tenant_id, position)

        self._commits.on_commit(told)


def projecting_nodes(system: System, models: Sequence[ReadModel[Any]]) -> list[Coroutine[Any, Any, None]]:
    """What runs beside the projector of every tenant on its own node."""
    engine = NationalEngine(system.engine, system.database)
    keeper = Keeper(engine.connections, engine.history, models)
    national = Projector(engine, Elsewhere(system.store, engine), keeper=keeper, told_as="national")
    return [_until_cancelled(national, engine), _spreading(system)]


async def _until_cancelled(national: Projector, engine: NationalEngine) -> None:
    try:
        await national.run()
    finally:
        await engine.close()


async def _spreading(system: System) -> None:
    registry, troubles = Registry(system.engine.connections, system.database.nodes), Troubles(_log)
    while True:
        try:
            await registry.spread()
        except Unavailable as error:
            troubles.say("a node is away and hears nothing of new tenants", error)
        else:
            troubles.over("a node is away and hears nothing of new tenants")
        await asyncio.sleep(EVERY)
