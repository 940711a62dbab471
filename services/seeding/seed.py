"""Seeding: the shipped institutions, rules and calendar, and people to try Pakt as, by ordinary commands.

Without the demonstration these are institutions, calendar and rules, and the sandboxes to practise in. Each command has
an id of its own, so seeding again stores nothing. Within a tenant they go one after the other, because what governs a
tenant is decided on all that governed it before; tenants go side by side.
"""

import asyncio
from collections.abc import Collection, Iterator, Sequence

import msgspec

from domain.kernel.errors import RequestKeyReused, Unavailable
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT, derived_id
from domain.kernel.manifest import Role
from domain.organisations.seed import organisation_seed
from domain.tenants.seed import DEMO_TENANTS, SeedCommand, demo_people, seed_commands, tenant_ids
from infra.database.interface import DatabaseError
from infra.database.provision import provision_tenant
from infra.database.registry import LOOK_EVERY, Registry
from infra.database.scope import scope
from services.bootstrap import System
from services.command_handling.request import Executed, Principal, Request

SEED = Principal(derived_id("system", Role.SEED), system_role=Role.SEED)
AGAIN = 5
"""How often, as often as placements are looked at, a command is sent again that finds its node unready."""


class Seeded(msgspec.Struct, frozen=True):
    """What seeding did; `present` are commands that an earlier seeding had stored, in these words or older ones."""

    tenants: int
    stored: int
    present: int


async def seed(system: System, without: Collection[str] = (), *, demo: bool = True) -> Seeded:
    """Seed what is missing; people and organisations only for a demonstration.

    Returns at once when the last command of every tenant stands in its log.

    In the logs of the institutions named in `without` nothing is written: they are to be imported.

    Raises:
        KeyError: no institution that ships has a slug of `without`, or it is the national one.
        PaktError: a command was refused; what was stored before it stays.
        DatabaseError: a demonstration is asked for where others are appointed; nothing is stored.
    """
    if demo:
        await _require_no_others(system)
    by_tenant: dict[str, list[SeedCommand]] = {}
    for one in every_command(demo=demo):
        by_tenant.setdefault(one.tenant, []).append(one)
    for slug in without:
        if slug == NATIONAL_SLUG or slug not in tenant_ids():
            raise KeyError(slug)
        by_tenant.pop(slug, None)
    total = sum(map(len, by_tenant.values()))
    await _provision_national(system)
    stored = 0
    if not await _complete(system, by_tenant):
        stored = await _send(system, by_tenant.pop(NATIONAL_SLUG))
        await system.engine.catch_up(NATIONAL_TENANT)  # the directory makes each institution a tenant of the store
        await Registry(system.engine.connections, system.database.nodes).spread()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_send(system, of_tenant)) for of_tenant in by_tenant.values()]
        stored += sum(task.result() for task in tasks)
    return Seeded(tenants=len(tenant_ids()), stored=stored, present=total - stored)


def every_command(*, demo: bool = True) -> Iterator[SeedCommand]:
    """What is seeded, of each tenant in the order in which it is sent."""
    yield from seed_commands(DEMO_TENANTS if demo else ())
    if demo:
        yield from organisation_seed()


async def _require_no_others(system: System) -> None:
    """People of a demonstration, whose tokens lie in a file, come to no installation where people work."""
    members = (await system.handler.authority.of(NATIONAL_TENANT, fresh=True)).members.keys()
    if members and not members & {one.person_id for one in demo_people()}:
        raise DatabaseError(
            "people are appointed here, and a demonstration would appoint others beside them: say --no-demo"
        )


async def _provision_national(system: System) -> None:
    """The national tenant has no earlier log that could tell of it."""
    connections = system.engine.connections
    async with connections.borrow(NATIONAL_TENANT) as lent, scope(lent, tenant=NATIONAL_TENANT) as connection:
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM es.tenant WHERE tenant_id = $1)", NATIONAL_TENANT):
            await provision_tenant(connection, NATIONAL_TENANT, NATIONAL_SLUG, "national")


async def _complete(system: System, by_tenant: dict[str, list[SeedCommand]]) -> bool:
    ids = tenant_ids()
    found = await asyncio.gather(
        *(system.store.find_command(ids[slug], commands[-1].command_id) for slug, commands in by_tenant.items())
    )
    return all(found)


async def _send(system: System, commands: Sequence[SeedCommand]) -> int:
    stored = 0
    for one in commands:
        request = Request(
            tenant=one.tenant,
            command=one.command,
            command_id=one.command_id,
            principal=SEED,
            stream_id=one.stream_id,
        )
        try:
            executed = await _executed(system, request)
        except RequestKeyReused:  # an older version seeded it in other words; history stays as it was
            continue
        stored += not executed.replayed
    return stored


async def _executed(system: System, request: Request) -> Executed:
    """The same request again where the store says so: of several nodes one may not know yet whose an institution is.

    Raises: Unavailable where that does not pass.
    """
    for _ in range(AGAIN):
        try:
            return await system.handler.execute(request)
        except Unavailable:
            await asyncio.sleep(LOOK_EVERY)
    return await system.handler.execute(request)
