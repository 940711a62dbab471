"""The whole system over a fresh database, with the shipped institutions, rules and demo people."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from domain.catalogue import REGISTRY
from domain.kernel.command import Command
from domain.kernel.ids import derived_id
from domain.tenants.seed import demo_people
from infra.clock import Clock
from services.bootstrap import System, assemble
from services.command_handling.request import Answer, Principal, Request
from services.seeding.seed import seed
from services.settings import Settings
from tests.support.postgres import Cluster


@asynccontextmanager
async def seeded_system(cluster: Cluster, folder: Path, *, clock: Clock | None = None) -> AsyncIterator[System]:
    """A started system with everything that `pakt up` loads; no gateway, projector or worker runs by itself."""
    async with empty_system(cluster, folder, clock=clock) as system:
        await seed(system)
        yield system


@asynccontextmanager
async def empty_system(cluster: Cluster, folder: Path, *, clock: Clock | None = None) -> AsyncIterator[System]:
    """A started system without an event."""
    database = await cluster.clone()
    await database.register(*REGISTRY.names)
    try:
        async with assemble(Settings(data=folder), database=database, migrated=True, clock=clock) as system:
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
