"""During an upgrade a projector of yesterday's version runs beside today's: newer rows stay, and nobody sees half of them."""

import asyncio
import random

import asyncpg
import pytest

from infra.database.interface import Role
from infra.database.scope import scope
from infra.eventstore.memory import MemoryEventStore
from projections.catalogue import CONSULTATIONS, READ_MODELS
from projections.connections import Connections
from projections.engine import Engine
from projections.history import History
from projections.keeping import Keeper
from projections.rebuild import RowsNewer, rebuild
from tests.projections.live import live_rows
from tests.projections.story import REGISTRY, TENANT, Story, tell_at_random

MORE = 1_000


class Later(type(CONSULTATIONS)):  # type: ignore[misc] # a subclass of what the catalogue names
    """The register as the next version of Pakt folds it: it counts from a thousand."""

    version = CONSULTATIONS.version + 1

    def apply(self, handler, key, row, event, told):
        changed = super().apply(handler, key, row, event, told)
        return changed if changed is None or row is not None else _more(changed)


def _more(row):
    return type(row)(**{name: getattr(row, name) for name in row.__struct_fields__} | {"submitted": MORE})


LATER = Later()
THEN = [model for model in READ_MODELS if model.only_tenant is None]
NOW = [LATER if model is CONSULTATIONS else model for model in THEN]


@pytest.fixture
async def connections(database):
    made = Connections(database, Role.PROJECTOR)
    yield made
    await made.close()


async def folded(memory: MemoryEventStore, models) -> dict[str, list]:
    done = await History(memory, REGISTRY).folded(models, TENANT)
    return {model.name: done.folds[model.name].ordered() for model in models}


async def shown(database) -> dict[str, list]:
    return {model.name: await live_rows(database, model, TENANT) for model in THEN}


async def test_yesterdays_engine_leaves_newer_rows_and_keeps_the_others(database, memory):
    """Both run at once, in any order, while the log grows; yesterday's had the rows first."""
    chance = random.Random(31)
    yesterday, today = (
        Engine(memory, REGISTRY, database, THEN, batch=7),
        Engine(memory, REGISTRY, database, NOW, batch=7),
    )
    await tell_at_random(Story(memory), seed=31, commands=40)
    await yesterday.catch_up(TENANT)
    await today.step(TENANT)

    for turn in range(12):
        await tell_at_random(Story(memory), seed=32 + turn, commands=6)
        await asyncio.gather(
            *(engine.step(TENANT) for engine in (yesterday, today) for _ in range(chance.randint(1, 3)))
        )
        if chance.random() < 0.3:
            yesterday.forget(TENANT)
        rows = await live_rows(database, CONSULTATIONS, TENANT)
        assert all(row.submitted >= MORE for row in rows), turn
    await yesterday.catch_up(TENANT)
    await today.catch_up(TENANT)

    assert await shown(database) == await folded(memory, NOW)
    await yesterday.close()
    await today.close()


async def test_yesterdays_rebuild_of_newer_rows_is_refused(database, memory, connections):
    await tell_at_random(Story(memory), seed=51, commands=30)
    today, yesterday = (Engine(memory, REGISTRY, database, models) for models in (NOW, THEN))
    await today.catch_up(TENANT)
    before = await shown(database)

    with pytest.raises(RowsNewer, match=r"consultation_register of tenant \d+ is kept by a newer version"):
        await yesterday.rebuild(TENANT, CONSULTATIONS.name)

    assert await yesterday.retry_parked(TENANT) == {}
    assert await shown(database) == before
    await yesterday.close()
    await today.close()


async def test_an_engine_that_knows_none_of_the_versions_does_nothing(database, memory):
    await tell_at_random(Story(memory), seed=52, commands=10)
    today, yesterday = Engine(memory, REGISTRY, database, [LATER]), Engine(memory, REGISTRY, database, [CONSULTATIONS])
    await today.catch_up(TENANT)
    before = await live_rows(database, CONSULTATIONS, TENANT)

    assert await yesterday.step(TENANT) == 0
    assert yesterday.position(TENANT) == -1

    assert await live_rows(database, CONSULTATIONS, TENANT) == before
    await yesterday.close()
    await today.close()


async def test_the_database_refuses_releases_that_do_not_look(database, memory):
    """Before this rule an engine rebuilt whatever had another version than its own."""
    today = Engine(memory, REGISTRY, database, NOW)
    await tell_at_random(Story(memory), seed=53, commands=10)
    await today.catch_up(TENANT)
    await today.close()

    async with database.connect(Role.PROJECTOR) as connection:
        with pytest.raises(asyncpg.PostgresError, match="kept by a newer version") as refused:
            async with scope(connection, tenant=TENANT):
                await connection.execute(
                    "UPDATE es.checkpoint SET version = $2, generation = generation + 1 WHERE tenant_id = $1 AND name = $3",
                    TENANT, CONSULTATIONS.version, CONSULTATIONS.name,
                )  # fmt: skip

    assert refused.value.sqlstate == "PK005"


async def test_readers_see_the_old_rows_until_the_new_ones_are_whole(database, memory, connections):
    """A reader looks again and again while rows of the next version are made: they are all old, or all new."""
    await tell_at_random(Story(memory), seed=54, commands=120)
    yesterday = Engine(memory, REGISTRY, database, THEN)
    await yesterday.catch_up(TENANT)
    await yesterday.close()
    old, new = (await folded(memory, [CONSULTATIONS]), await folded(memory, [LATER]))
    seen: list[bool] = []

    async def read(done: asyncio.Event) -> None:
        async with database.connect(Role.GATEWAY) as connection:
            while not done.is_set():
                async with scope(connection, tenant=TENANT, snapshot=True):
                    counts = await connection.fetch("SELECT submitted FROM rm.consultation_register")
                assert len(counts) == len(old[CONSULTATIONS.name])
                seen.append(all(row["submitted"] >= MORE for row in counts))
                assert seen[-1] or all(row["submitted"] < MORE for row in counts)

    done = asyncio.Event()
    reading = asyncio.create_task(read(done))
    while not seen:
        await asyncio.sleep(0.01)
    await rebuild(connections, History(memory, REGISTRY, 5), LATER, TENANT)
    looks = len(seen)
    while len(seen) == looks:
        await asyncio.sleep(0.01)
    done.set()
    await reading

    assert (seen[0], seen[-1]) == (False, True)
    assert sorted(seen) == seen
    assert await live_rows(database, LATER, TENANT) == new[LATER.name]


async def test_yesterdays_keeper_does_not_forget_a_newer_past(database, memory, connections):
    await tell_at_random(Story(memory), seed=55, commands=60)
    head, history = await memory.head(TENANT), History(memory, REGISTRY)
    today, yesterday = (Keeper(connections, history, [model], span=10) for model in (LATER, CONSULTATIONS))
    while await today.step(TENANT):
        pass

    assert not await yesterday.step(TENANT)

    async with database.connect() as connection:
        kept = "SELECT DISTINCT version, max(position) FROM past.boundary WHERE tenant_id = $1 GROUP BY 1"
        assert [tuple(row) for row in await connection.fetch(kept, TENANT)] == [(LATER.version, head - head % 10)]
