"""The whole system over a fresh database, with the shipped institutions, rules and demo people."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

from domain.catalogue import REGISTRY
from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from domain.tenants.seed import demo_people
from infra.clock import Clock
from services.bootstrap import System, assemble
from services.command_handling.request import Answer, Principal, Request
from services.seeding.seed import seed
from services.settings import Settings
from tests.support.postgres import Cluster, TestDatabase

Filling = Callable[[System], Awaitable[object]]


class Filled(NamedTuple):
    """A database with what tests begin with, and the folder with its keys."""

    database: TestDatabase
    folder: Path


_FILLED: WeakKeyDictionary[Cluster, dict[tuple[Filling, datetime | None], Filled]] = WeakKeyDictionary()
"""What each server has to copy, by the time at which it was filled where a test has a time of its own."""


def seeded_system(
    cluster: Cluster, folder: Path, *, clock: Clock | None = None, **options: Any
) -> AbstractAsyncContextManager[System]:
    """A started system with everything that `pakt up` loads; no gateway, projector or worker runs by itself."""
    return filled_system(cluster, folder, seed, clock=clock, **options)


@asynccontextmanager
async def filled_system(
    cluster: Cluster, folder: Path, fill: Filling, *, clock: Clock | None = None, **options: Any
) -> AsyncIterator[System]:
    """A started system with what `fill` puts into it, which it does once for each time that tests begin at.

    Every test has a copy; `options` are settings of its own.
    """
    known, key = _FILLED.setdefault(cluster, {}), (fill, None if clock is None else clock.now())
    if key not in known:
        known[key] = await _filled(cluster, fill, clock)
    shutil.copytree(known[key].folder, folder, dirs_exist_ok=True)
    async with _assembled(cluster, await cluster.clone(known[key].database), folder, clock, **options) as system:
        yield system


async def _filled(cluster: Cluster, fill: Filling, clock: Clock | None) -> Filled:
    folder = Path(tempfile.mkdtemp(prefix="filled-", dir=cluster.folder))
    database = await cluster.clone()
    await database.register(*REGISTRY.names)
    async with assemble(Settings(data=folder), database=database, migrated=True, clock=clock) as system:
        await fill(system)
    cluster.keep(database)
    return Filled(database, folder)


@asynccontextmanager
async def empty_system(cluster: Cluster, folder: Path, *, clock: Clock | None = None) -> AsyncIterator[System]:
    """A started system without an event."""
    database = await cluster.clone()
    await database.register(*REGISTRY.names)
    async with _assembled(cluster, database, folder, clock) as system:
        yield system


@asynccontextmanager
async def _assembled(
    cluster: Cluster, database: TestDatabase, folder: Path, clock: Clock | None, **options: Any
) -> AsyncIterator[System]:
    try:
        settings = Settings(data=folder, **options)
        async with assemble(settings, database=database, migrated=True, clock=clock) as system:
            yield system
    finally:
        await cluster.drop(database)


def official(tenant: str, role: str) -> Principal:
    """The demo person who holds that role there."""
    return next(Principal(one.person_id) for one in demo_people() if (one.tenant, one.role) == (tenant, role))


async def send(
    system: System, tenant: str, role: str, command: Command, stream_id: UUID | None = None, *, key: object = ""
) -> Answer:
    """Let a demo official send a command; the same command twice on one stream needs another `key`."""
    command_id = derived_id("test", tenant, command.name, stream_id, repr(command), key)
    request = Request(tenant, command, command_id, official(tenant, role), stream_id=stream_id)
    return (await system.handler.execute(request)).answer


async def project(system: System, tenant: str) -> int:
    """Bring the tenant's read models up to date; the position they show."""
    return await system.engine.catch_up((await system.handler.authority.tenant(tenant)).tenant_id)
