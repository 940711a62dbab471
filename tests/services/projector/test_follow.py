"""The projector: woken by commits, kept honest by looking, one tenant's trouble is nobody else's."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from infra.eventstore.memory import MemoryEventStore
from infra.eventstore.postgres import PostgresEventStore
from projections.catalogue import CONSULTATIONS, READ_MODELS
from projections.engine import Engine
from services.projector.follow import Projector
from tests.projections.live import live_rows
from tests.projections.story import OTHER_TENANT, REGISTRY, TENANT, Story, derived_id, planned, tell_at_random


@pytest.fixture
def event_types() -> tuple[str, ...]:
    return REGISTRY.names


@asynccontextmanager
async def projecting(store, database, *, poll: float = 30.0):
    """A projector whose looks are so rare that only being told can wake it."""
    engine = Engine(store, REGISTRY, database, READ_MODELS)
    projector = Projector(engine, store, poll=poll)
    await projector.start()
    try:
        yield projector
    finally:
        await projector.stop()
        await engine.close()


async def test_a_commit_in_this_process_wakes_it(database, event_store: PostgresEventStore):
    async with projecting(event_store, database) as projector:
        for n in range(5):
            position = await Story(event_store).tell(derived_id("c", n), planned())
            assert await projector.engine.wait_for(TENANT, ["consultation_register"], position, timeout=5)
        assert len(await live_rows(database, CONSULTATIONS, TENANT)) == 5
        lag = projector.lags()[TENANT]
        assert (lag.events, lag.seconds) == (0, 0.0)


async def test_looking_finds_what_nobody_told(database, event_store: PostgresEventStore):
    """Another process appended, or the commit came before the projector did."""
    await tell_at_random(Story(event_store), seed=1, commands=20)
    await tell_at_random(Story(event_store, OTHER_TENANT), seed=2, commands=5)
    elsewhere = PostgresEventStore(database)
    await elsewhere.start()
    async with projecting(elsewhere, database, poll=0.02) as projector:
        for tenant_id in (TENANT, OTHER_TENANT):
            head = await event_store.head(tenant_id)
            assert await projector.engine.wait_for(tenant_id, ["audit_trail"], head, timeout=5)
        position = await Story(event_store).tell(derived_id("later"), planned())
        assert await projector.engine.wait_for(TENANT, ["audit_trail"], position, timeout=5)
    await elsewhere.stop()


async def test_two_projectors_share_the_work_and_double_nothing(database, event_store: PostgresEventStore):
    async with projecting(event_store, database, poll=0.02), projecting(event_store, database, poll=0.02) as one:
        await tell_at_random(Story(event_store), seed=3, commands=80)
        head = await event_store.head(TENANT)
        assert await one.engine.wait_for(TENANT, [m.name for m in one.engine.models_of(TENANT)], head, timeout=10)

    folded = await one.engine.history.folded(READ_MODELS, TENANT)
    for model in one.engine.models_of(TENANT):
        assert await live_rows(database, model, TENANT) == folded.folds[model.name].ordered()


class Torn(MemoryEventStore):
    """One tenant's log cannot be read."""

    async def read_log(self, tenant_id: int, after: int, limit: int):
        events = await super().read_log(tenant_id, after, limit)
        return [msgspec.structs.replace(e, type_name="x.Y.v1") for e in events] if tenant_id == TENANT else events


async def test_a_corrupt_log_stops_its_tenant_with_an_alarm_and_no_other(database, caplog):
    store = Torn((TENANT, OTHER_TENANT))
    async with projecting(store, database) as projector:
        await Story(store).tell(derived_id("torn"), planned())
        position = await Story(store, OTHER_TENANT).tell(derived_id("whole"), planned())

        assert await projector.engine.wait_for(OTHER_TENANT, ["audit_trail"], position, timeout=5)
        assert await projector.engine.wait_for(TENANT, ["audit_trail"], 1, timeout=0.05) is False
        assert set(projector.stopped) == {TENANT}
        assert "unknown type" in projector.stopped[TENANT]
    assert "read models stand still" in caplog.text


async def test_it_goes_on_when_the_database_comes_back(database, event_store: PostgresEventStore):
    async with projecting(event_store, database, poll=0.02) as projector:
        first = await Story(event_store).tell(derived_id("first"), planned())
        assert await projector.engine.wait_for(TENANT, ["audit_trail"], first, timeout=5)
        async with database.connect() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'pakt_projector'"
                " AND datname = current_database()"
            )
        position = await Story(event_store).tell(derived_id("second"), planned())

        async with asyncio.timeout(10):
            while projector.engine.position(TENANT) < position:
                await asyncio.sleep(0.01)  # the waiter's own connection was ended as well
        assert len(await live_rows(database, CONSULTATIONS, TENANT)) == 2
