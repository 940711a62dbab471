"""Rebuilding: the same rows as live, three times, with random page sizes and a kill inside; nobody else notices."""

import asyncio
import random

import pytest

from infra.database.interface import Role
from infra.eventstore.memory import MemoryEventStore
from projections.catalogue import CONSULTATIONS, READ_MODELS
from projections.checksum import checksum, difference
from projections.connections import Connections
from projections.engine import Engine
from projections.history import History
from projections.rebuild import rebuild
from tests.projections.live import count_rows, live_rows
from tests.projections.story import OTHER_TENANT, REGISTRY, TENANT, Story, derived_id, planned, tell_at_random

MODELS = [model for model in READ_MODELS if model.only_tenant is None]


@pytest.fixture
async def connections(database):
    made = Connections(database, Role.PROJECTOR)
    yield made
    await made.close()


async def test_a_rebuild_gives_the_live_rows(database, memory, engine: Engine, connections):
    await tell_at_random(Story(memory), seed=21, commands=150)
    await engine.catch_up(TENANT)
    chance = random.Random(21)

    for model in MODELS:
        before = await live_rows(database, model, TENANT)
        for _ in range(3):
            done = await rebuild(connections, History(memory, REGISTRY, chance.randint(1, 400)), model, TENANT)

            assert done.differing_rows == 0, model.name
            assert done.live_checksum == done.folded_checksum == checksum(before), model.name
            assert (done.position, done.rows) == (await memory.head(TENANT), len(before)), model.name
            assert await live_rows(database, model, TENANT) == before, model.name
    await tell_at_random(Story(memory), seed=22, commands=20)
    await engine.catch_up(TENANT)  # fenced by the rebuilds' generations, then on from there
    await shows_the_fold(database, memory)


async def shows_the_fold(database, memory: MemoryEventStore) -> None:
    """The rows of every model are what its log says."""
    folded = await History(memory, REGISTRY).folded(MODELS, TENANT)
    for model in MODELS:
        assert await live_rows(database, model, TENANT) == folded.folds[model.name].ordered(), model.name


async def test_a_rebuild_repairs_what_was_tampered_with(database, memory, engine: Engine, connections):
    await tell_at_random(Story(memory), seed=23, commands=300)
    await tell_at_random(Story(memory, OTHER_TENANT), seed=23, commands=50)
    for tenant_id in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant_id)
    untouched = {model.name: await live_rows(database, model, OTHER_TENANT) for model in MODELS}

    for model in MODELS:
        before = await live_rows(database, model, TENANT)
        async with database.connect() as connection:
            key = ", ".join(model.key)
            await connection.execute(
                f"DELETE FROM rm.{model.table} WHERE tenant_id = {TENANT} AND ({key}) IN"
                f" (SELECT {key} FROM rm.{model.table} WHERE tenant_id = {TENANT} ORDER BY {key} LIMIT 3)"
            )

        done = await rebuild(connections, History(memory, REGISTRY), model, TENANT)

        assert done.differing_rows == min(3, len(before)) > 0, model.name
        assert done.live_checksum != done.folded_checksum == checksum(before), model.name
        assert await live_rows(database, model, TENANT) == before, model.name
    assert untouched == {model.name: await live_rows(database, model, OTHER_TENANT) for model in MODELS}


class Stalling(MemoryEventStore):
    """Stands still in the middle of a log until told."""

    def __init__(self, *tenants: int) -> None:
        super().__init__(tenants)
        self.reads_left, self.stalled = 10**9, asyncio.Event()

    async def read_log(self, tenant_id: int, after: int, limit: int):
        self.reads_left -= 1
        if self.reads_left < 0:
            self.stalled.set()
            await asyncio.Event().wait()
        return await super().read_log(tenant_id, after, limit)


@pytest.mark.parametrize("at", [0, 0.5, 1, "point"])
async def test_a_rebuild_killed_inside_leaves_the_live_rows(database, connections, at):
    """Cancelled at the first page, in the middle, and twice while it holds the checkpoint."""
    store = Stalling(TENANT)
    await tell_at_random(Story(store), seed=24, commands=60)
    engine = Engine(store, REGISTRY, database, READ_MODELS)
    await engine.catch_up(TENANT)
    async with database.connect() as connection:
        await connection.execute(f"UPDATE rm.consultation_register SET submitted = 77 WHERE tenant_id = {TENANT}")
    before = await live_rows(database, CONSULTATIONS, TENANT)
    pages = -(-await store.head(TENANT) // 20)
    store.reads_left = pages + 1 if at == "point" else int(at * pages)

    rebuilding = asyncio.create_task(rebuild(connections, History(store, REGISTRY, 20), CONSULTATIONS, TENANT))
    await asyncio.wait_for(store.stalled.wait(), 10)
    rebuilding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rebuilding

    assert await live_rows(database, CONSULTATIONS, TENANT) == before
    store.reads_left = 10**9
    assert (await rebuild(connections, History(store, REGISTRY), CONSULTATIONS, TENANT)).differing_rows == len(before)
    await engine.catch_up(TENANT)
    await engine.close()


async def test_a_rebuild_whose_connection_is_killed_leaves_the_live_rows(database, memory, engine: Engine, connections):
    await tell_at_random(Story(memory), seed=25, commands=60)
    await engine.catch_up(TENANT)
    async with database.connect() as connection:
        await connection.execute(
            "UPDATE rm.consultation_register SET submitted = 77;"
            # the last statement of the switch ends the server's own process
            "CREATE FUNCTION rm.die() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
            " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END';"
            "CREATE TRIGGER die BEFORE UPDATE ON es.checkpoint FOR EACH ROW EXECUTE FUNCTION rm.die()"
        )
    before = await live_rows(database, CONSULTATIONS, TENANT)

    with pytest.raises(Exception, match=r"cannot be reached|terminating"):
        await rebuild(connections, History(memory, REGISTRY), CONSULTATIONS, TENANT)

    async with database.connect() as connection:
        await connection.execute("DROP TRIGGER die ON es.checkpoint")
    assert await live_rows(database, CONSULTATIONS, TENANT) == before
    assert (await rebuild(connections, History(memory, REGISTRY), CONSULTATIONS, TENANT)).differing_rows == len(before)


async def test_rebuilding_beside_a_running_engine(database, memory, connections):
    """Commands, an engine and rebuilds of every model go on at once; in the end the rows are the fold."""
    engine = Engine(memory, REGISTRY, database, READ_MODELS, batch=7)
    over = asyncio.Event()

    async def follow() -> None:
        while not over.is_set() or engine.position(TENANT) < await memory.head(TENANT):
            await engine.catch_up(TENANT)
            await asyncio.sleep(0)  # a log in memory never makes its reader wait

    async def rebuild_all() -> None:
        for _ in range(3):
            for model in MODELS:
                done = await rebuild(connections, History(memory, REGISTRY, 50), model, TENANT)
                assert done.differing_rows == 0

    following = asyncio.create_task(follow())
    rebuilding = asyncio.create_task(rebuild_all())
    await tell_at_random(Story(memory), seed=26, commands=300)
    await rebuilding
    over.set()
    await following
    await engine.close()

    await shows_the_fold(database, memory)


async def test_a_model_without_rows_is_built_up_to_the_end(database, memory, connections):
    await tell_at_random(Story(memory), seed=27, commands=60)

    done = await rebuild(connections, History(memory, REGISTRY), CONSULTATIONS, TENANT)

    assert (done.compared_at, done.position) == (0, await memory.head(TENANT))
    assert await count_rows(database, "rm.consultation_register") == done.rows > 0


async def test_effects_do_not_happen_on_a_rebuild(database, memory, engine: Engine):
    """Institutions become tenants when their event is first shown, not when the directory is built again."""
    from domain.tenants import events as tenants
    from domain.tenants.commands import Kind
    from projections.catalogue import DIRECTORY

    story = Story(memory, 1)
    await story.tell(derived_id("register"), tenants.RegisterFounded(), tenants.InstitutionRegistered(
        9, "gjakova", "GJ", Kind.MUNICIPALITY, {"sq": "Gjakova"}, ("sq",)))  # fmt: skip
    await engine.catch_up(1)
    async with database.connect() as connection:
        await connection.execute("DELETE FROM es.tenant WHERE tenant_id = 9; DELETE FROM rm.tenant_directory")

    done = await engine.rebuild(1, DIRECTORY.name)

    assert (done.differing_rows, done.rows) == (1, 1)
    assert await count_rows(database, "es.tenant", "tenant_id = 9") == 0


def test_differences_are_found_by_key():
    def row(n: int, name: str):
        return CONSULTATIONS.row(
            tenant_id=1, consultation_id=derived_id(n), state="planned", version=1, year=2026,
            title=planned(name).title, act_kind="law", planned_at=None, changed_at=None)  # fmt: skip

    stored, folded = [row(1, "a"), row(2, "b"), row(3, "c")], [row(1, "a"), row(2, "B"), row(4, "d")]

    found = difference(CONSULTATIONS, stored, folded)

    assert (found.write, found.delete, found.rows) == ([folded[1], folded[2]], [(derived_id(3),)], 3)
    assert checksum(stored) != checksum(folded)
