"""The log as the server sends it is the store's log: the same fields, the same rows folded from it."""

import pytest
from msgspec.structs import replace

from domain.kernel.errors import HistoryCorrupt
from infra.database.interface import Role
from infra.eventstore.interface import StoredEvent
from infra.eventstore.postgres import PostgresEventStore
from projections.catalogue import CONSULTATIONS, READ_MODELS
from projections.connections import Connections
from projections.engine import Engine
from projections.history import History, Moment
from projections.raw_log import RawLog
from tests.projections.live import live_rows
from tests.projections.story import OTHER_TENANT, REGISTRY, TENANT, Story, derived_id, planned, tell_at_random


@pytest.fixture
async def raw(database):
    reading = Connections(database, Role.GATEWAY)
    yield RawLog(reading)
    await reading.close()


async def test_every_field_is_the_stores(raw: RawLog, event_store: PostgresEventStore):
    await tell_at_random(Story(event_store), seed=41, commands=60)
    await tell_at_random(Story(event_store, OTHER_TENANT), seed=42, commands=10)

    for tenant_id in (TENANT, OTHER_TENANT):
        head = await event_store.head(tenant_id)
        stored, found = await event_store.read_log(tenant_id, 3, 1_000), await raw.read_log(tenant_id, 3, 1_000)

        assert await raw.head(tenant_id) == head == found[-1].position
        assert [StoredEvent(*(getattr(one, name) for name in StoredEvent.__struct_fields__)) for one in found] == stored
    assert [one.position for one in await raw.read_log(TENANT, 2, 4)] == [3, 4, 5, 6]
    assert not await raw.read_log(TENANT, await raw.head(TENANT), 10)


async def test_any_moment_folds_to_the_same_rows(raw: RawLog, event_store: PostgresEventStore):
    await tell_at_random(Story(event_store), seed=43, commands=80)
    middle = (await event_store.read_log(TENANT, 70, 1))[0]
    moments = (
        Moment(),
        Moment(position=middle.position),
        Moment(as_of=middle.occurred_at),
        Moment(known_at=middle.recorded_at),
        Moment(position=50, as_of=middle.occurred_at, known_at=middle.recorded_at),
    )

    for moment in moments:
        one = await History(raw, REGISTRY, page=17).folded(READ_MODELS, TENANT, moment)
        other = await History(event_store, REGISTRY).folded(READ_MODELS, TENANT, moment)

        assert one.position == other.position
        for name, fold in other.folds.items():
            assert one.folds[name].ordered() == fold.ordered()


async def test_a_missing_position_is_missed(raw: RawLog, event_store: PostgresEventStore, database):
    await tell_at_random(Story(event_store), seed=44, commands=20)
    async with database.connect() as connection:
        await connection.execute(
            "ALTER TABLE es.event DISABLE TRIGGER USER;"  # that lets nobody delete
            f"DELETE FROM es.event WHERE tenant_id = {TENANT} AND position = 5"
        )

    with pytest.raises(HistoryCorrupt, match="5"):
        await History(raw, REGISTRY).folded([CONSULTATIONS], TENANT)


async def test_a_type_registered_later_is_told_by_its_name(raw: RawLog, event_store: PostgresEventStore, database):
    story = Story(event_store)
    await story.tell(derived_id("a"), planned())
    assert len(await raw.read_log(TENANT, 0, 10)) == 1
    await database.register("new.Kind.v1")
    known = story.append(derived_id("b"), planned())
    await event_store.append(replace(known, events=(replace(known.events[0], type_name="new.Kind.v1"),)))

    assert [one.type_name for one in await raw.read_log(TENANT, 1, 10)] == ["new.Kind.v1"]
    with pytest.raises(HistoryCorrupt, match=r"new\.Kind\.v1"):
        await History(raw, REGISTRY).folded([CONSULTATIONS], TENANT)


async def test_an_engine_misses_nothing_that_came_after_it_read_ahead(raw: RawLog, event_store, database):
    """A batch is read while the one in front of it is stored: that nothing had come by then is not believed."""
    engine, story = Engine(raw, REGISTRY, database, READ_MODELS, batch=1), Story(event_store)

    for n in range(20):
        await story.tell(derived_id("c", n), planned())
        assert await engine.step(TENANT) == 1

    assert len(await live_rows(database, CONSULTATIONS, TENANT)) == 20
    await engine.close()
