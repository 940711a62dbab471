"""The engine on a real PostgreSQL: exactly once, in order, one tenant at a time."""

import asyncio
import random
from collections.abc import Callable

import msgspec
import pytest

from domain.kernel.errors import HistoryCorrupt, Unavailable
from infra.database.interface import Role
from infra.database.scope import scope
from infra.eventstore.interface import StoredEvent
from infra.eventstore.memory import MemoryEventStore
from projections.catalogue import CONSULTATIONS, CONTRIBUTIONS, READ_MODELS, TRAIL
from projections.engine import Engine
from projections.history import History
from projections.rows import LostRowsError
from tests.projections.live import count_rows, live_rows
from tests.projections.story import (
    OTHER_TENANT,
    REGISTRY,
    TENANT,
    Story,
    attached,
    derived_id,
    drafted,
    planned,
    submitted,
    tell_at_random,
)
from tests.support.postgres import TestDatabase

MODELS = [model for model in READ_MODELS if model.only_tenant is None]
A, B = derived_id("a"), derived_id("b")


async def assert_live_is_the_fold(database, memory, tenant_id=TENANT):
    folded = await History(memory, REGISTRY).folded(READ_MODELS, tenant_id)
    for model in MODELS:
        assert await live_rows(database, model, tenant_id) == folded.folds[model.name].ordered(), model.name


async def test_live_rows_are_the_fold_of_the_log(database, memory, engine: Engine):
    await tell_at_random(Story(memory), seed=1, commands=200)

    reached = await engine.catch_up(TENANT)

    assert reached == await memory.head(TENANT)
    await assert_live_is_the_fold(database, memory)
    assert await count_rows(database, "es.parked") == 0


@pytest.mark.parametrize("seed", range(3))
async def test_batches_of_any_size_lead_to_the_same_rows(database, memory, seed):
    """Batch sizes change at random and the engine forgets what it held, as after a restart."""
    await tell_at_random(Story(memory), seed, commands=120)
    chance = random.Random(seed)
    engine = Engine(memory, REGISTRY, database, READ_MODELS, keep=10)

    head = await memory.head(TENANT)
    while engine.position(TENANT) < head:
        engine.batch = chance.choice((1, 2, 7, 60))
        await engine.step(TENANT)
        if chance.random() < 0.2:
            engine.forget(TENANT)
            await engine.step(TENANT)
    await engine.close()

    await assert_live_is_the_fold(database, memory)


async def test_delivering_twice_changes_nothing(database, memory, engine: Engine):
    """A second engine that starts from the same checkpoint is fenced: its batch is rolled back whole."""
    await tell_at_random(Story(memory), seed=4, commands=40)
    late = Engine(memory, REGISTRY, database, READ_MODELS)
    await late._take_up(TENANT)  # holds position 0
    await engine.catch_up(TENANT)

    await late.step(TENANT)

    await assert_live_is_the_fold(database, memory)
    assert await late.catch_up(TENANT) == await memory.head(TENANT)
    await assert_live_is_the_fold(database, memory)
    await late.close()


async def test_two_engines_on_one_tenant_never_double(database, memory):
    story = Story(memory)
    engines = [Engine(memory, REGISTRY, database, READ_MODELS, batch=size) for size in (3, 5)]
    stop = asyncio.Event()

    async def follow(engine: Engine) -> None:
        while not stop.is_set() or engine.position(TENANT) < await memory.head(TENANT):
            await engine.catch_up(TENANT)
            await asyncio.sleep(0)  # a log in memory never makes its reader wait

    followers = [asyncio.create_task(follow(engine)) for engine in engines]
    await tell_at_random(story, seed=5, commands=150)
    stop.set()
    await asyncio.gather(*followers)
    for engine in engines:
        await engine.close()

    await assert_live_is_the_fold(database, memory)


async def test_tenants_never_mix(database, memory, engine: Engine):
    """The same streams in two logs, told in turn: each tenant's rows are those of its own log."""
    stories = Story(memory), Story(memory, OTHER_TENANT)
    for n in range(30):
        for story in stories:
            await tell_at_random(story, seed=n, commands=2)

    await asyncio.gather(engine.catch_up(TENANT), engine.catch_up(OTHER_TENANT))

    for tenant_id in (TENANT, OTHER_TENANT):
        await assert_live_is_the_fold(database, memory, tenant_id)
        for model in MODELS:
            assert {row.tenant_id for row in await live_rows(database, model, tenant_id)} <= {tenant_id}


async def test_the_database_refuses_another_tenants_row(database, memory, engine: Engine):
    await Story(memory).tell(A, planned())
    await engine.catch_up(TENANT)
    async with database.connect(Role.PROJECTOR) as connection:
        with pytest.raises(Exception, match=r"row-level security|tenant 3 in a transaction of tenant 2"):
            async with scope(connection, tenant=TENANT):
                await connection.execute(
                    "INSERT INTO rm.tenant_directory VALUES (3, 'x', 1, '', '', '{}', '[]', false, '', '', '[]')"
                )
        async with scope(connection, tenant=OTHER_TENANT):
            assert await connection.fetchval("SELECT count(*) FROM rm.consultation_register") == 0


class Broken(MemoryEventStore):
    """A log as it must never be: `breaks` changes what is read."""

    breaks: Callable[[list[StoredEvent]], list[StoredEvent]] = staticmethod(lambda events: events)

    async def read_log(self, tenant_id: int, after: int, limit: int) -> list[StoredEvent]:
        return self.breaks(await super().read_log(tenant_id, after, limit))


@pytest.mark.parametrize(
    "breaks",
    [
        lambda events: [event for event in events if event.position != 3],
        lambda events: events[1:],
        lambda events: [msgspec.structs.replace(e, type_name="x.Y.v9") if e.position == 3 else e for e in events],
        lambda events: [msgspec.structs.replace(e, data=b'{"title": 7}') if e.position == 3 else e for e in events],
        lambda events: [msgspec.structs.replace(e, metadata=b"{}") if e.position == 3 else e for e in events],
    ],
    ids=["gap", "gap at the start", "unknown type", "payload that does not fit", "unreadable metadata"],
)
async def test_a_corrupt_history_stops_the_tenant(database, breaks):
    store = Broken((TENANT,))
    store.breaks = breaks
    story = Story(store)
    await story.tell(A, planned(), attached())
    await story.tell(B, planned(), attached())
    engine = Engine(store, REGISTRY, database, READ_MODELS)

    with pytest.raises(HistoryCorrupt):
        await engine.catch_up(TENANT)
    with pytest.raises(HistoryCorrupt):
        await History(store, REGISTRY).folded(READ_MODELS, TENANT)

    assert await count_rows(database, "rm.consultation_register") == 0
    assert await count_rows(database, "es.checkpoint", "position > 0") == 0
    await engine.close()


async def test_a_poison_event_parks_its_stream_and_no_other(database, memory, engine: Engine):
    """A second first event cannot be told by any decision; the stream stands still there, the rest goes on."""
    story = Story(memory)
    await story.tell(A, planned("A"))
    await story.tell(B, planned("B"))
    await story.tell(A, drafted(A))  # a contribution's event in a consultation's stream: its later ones are lost
    other = derived_id("contribution")
    await story.tell(other, submitted(B))  # submitted without ever being drafted
    await story.tell(other, submitted(B))
    await story.tell(B, attached())

    await engine.catch_up(TENANT)

    await assert_live_is_the_fold(database, memory)
    async with database.connect() as connection:
        parked = await connection.fetch("SELECT name, stream_id, first_position, events, error FROM es.parked")
    assert [tuple(row)[:4] for row in parked] == [("contribution_register", other, 4, 2)]
    assert "LookupError" in parked[0]["error"]
    assert len(await live_rows(database, CONSULTATIONS, TENANT)) == 2
    assert len(await live_rows(database, TRAIL, TENANT)) == 6


async def test_a_row_the_database_refuses_parks_its_stream(database, memory, engine: Engine):
    """NUL fits JSON and no PostgreSQL text: the event that brings it is found and set aside, its batch is kept."""
    story = Story(memory)
    await story.tell(A, planned("A"))
    bad = derived_id("bad")
    good = derived_id("good")
    await story.tell(bad, drafted(A, "bad"), msgspec.structs.replace(submitted(A), receipt="R\x00"))
    await story.tell(good, drafted(A, "good body"), submitted(A))

    await engine.catch_up(TENANT)

    contributions = await live_rows(database, CONTRIBUTIONS, TENANT)
    assert {row.contribution_id: row.state for row in contributions} == {bad: "drafted", good: "submitted"}
    assert (await live_rows(database, CONSULTATIONS, TENANT))[0].submitted == 2
    assert await count_rows(database, "es.parked") == 1
    rebuilt = await engine.rebuild(TENANT, CONTRIBUTIONS.name)
    assert (rebuilt.differing_rows, rebuilt.parked) == (0, 1)


async def test_a_parked_stream_comes_back_once_its_events_can_be_applied(database, memory, engine: Engine):
    story = Story(memory)
    await story.tell(A, planned("A"))
    await engine.catch_up(TENANT)
    async with database.connect() as connection:  # as an older version of the code left it
        await connection.execute(
            "DELETE FROM rm.consultation_register; INSERT INTO es.parked (tenant_id, name, stream_id, first_position,"
            f" error) VALUES ({TENANT}, 'consultation_register', '{A}', 1, 'KeyError: old code')".replace(
                "INSERT INTO es.parked", f"SET pakt.tenant = '{TENANT}'; INSERT INTO es.parked"
            )
        )
    engine.forget(TENANT)

    rebuilt = await engine.retry_parked(TENANT)

    assert set(rebuilt) == {"consultation_register"}
    assert rebuilt["consultation_register"].parked == 0
    await assert_live_is_the_fold(database, memory)
    assert await count_rows(database, "es.parked") == 0


async def test_a_model_that_comes_later_catches_up_without_the_others(database, memory):
    """Models share a pass only while they share a position."""
    await tell_at_random(Story(memory), seed=9, commands=40)
    first = Engine(memory, REGISTRY, database, [CONSULTATIONS])
    await first.catch_up(TENANT)
    await first.close()
    await tell_at_random(Story(memory), seed=10, commands=10)

    both = Engine(memory, REGISTRY, database, READ_MODELS, batch=17)
    await both.catch_up(TENANT)
    await both.close()

    await assert_live_is_the_fold(database, memory)


async def test_rows_of_an_older_version_are_rebuilt_before_anything_is_added(database, memory, engine: Engine):
    await tell_at_random(Story(memory), seed=11, commands=40)
    await engine.catch_up(TENANT)
    async with database.connect() as connection:
        await connection.execute(
            "SET session_replication_role = replica; UPDATE es.checkpoint SET version = 0 WHERE name = 'consultation_register';"
            "UPDATE rm.consultation_register SET submitted = -1"
        )
    newer = Engine(memory, REGISTRY, database, READ_MODELS)

    await newer.catch_up(TENANT)
    await newer.close()

    await assert_live_is_the_fold(database, memory)
    async with database.connect() as connection:
        assert (
            await connection.fetchval(
                "SELECT version FROM es.checkpoint WHERE name = 'consultation_register' AND tenant_id = 2"
            )
            == CONSULTATIONS.version
        )


async def test_a_read_waits_for_the_position_it_needs(memory, engine: Engine):
    position = await Story(memory).tell(A, planned())

    assert not await engine.wait_for(TENANT, ["consultation_register"], position, timeout=0.02)
    waiting = asyncio.create_task(engine.wait_for(TENANT, ["consultation_register"], position, timeout=5))
    await engine.catch_up(TENANT)

    assert await waiting
    assert not engine.progress._waiters.get(TENANT)  # nobody is left behind, whatever the wait came to
    assert await engine.wait_for(TENANT, ["consultation_register"], position, timeout=0)
    assert not await engine.wait_for(TENANT, ["no_such_model"], position, timeout=0)


async def test_a_read_in_another_process_sees_the_checkpoint(database, memory, engine: Engine):
    position = await Story(memory).tell(A, planned())
    elsewhere = Engine(memory, REGISTRY, database, READ_MODELS)
    waiting = asyncio.create_task(elsewhere.wait_for(TENANT, ["audit_trail"], position, timeout=5))

    await engine.catch_up(TENANT)

    assert await waiting
    await elsewhere.close()


async def test_a_new_epoch_goes_on_only_from_the_same_history(database, memory, engine: Engine):
    story = Story(memory)
    await story.tell(A, planned())
    await engine.catch_up(TENANT)
    log = memory._logs[TENANT].events
    await story.tell(A, attached())
    log[1] = msgspec.structs.replace(log[1], epoch=2)

    assert await engine.catch_up(TENANT) == 2

    await story.tell(B, planned())
    log[2] = msgspec.structs.replace(log[2], epoch=3)
    log[1] = msgspec.structs.replace(log[1], recorded_at=log[2].recorded_at)  # another history up to here
    with pytest.raises(HistoryCorrupt, match="rewound"):
        await engine.catch_up(TENANT)


async def test_no_database_is_said_to_be_unavailable(memory):
    engine = Engine(memory, REGISTRY, TestDatabase("postgresql://postgres@127.0.0.1:1/none"), READ_MODELS)
    await Story(memory).tell(A, planned())

    with pytest.raises(Unavailable):
        await engine.catch_up(TENANT)


async def test_a_lost_row_is_never_passed_over(database, memory, engine: Engine):
    """A database that takes fewer rows than it was given, as a distributed one might: nothing is committed."""
    async with database.connect() as connection:
        await connection.execute(
            "CREATE FUNCTION rm.lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
            "CREATE TRIGGER lose BEFORE INSERT ON rm.audit_trail FOR EACH ROW WHEN (NEW.position = 2)"
            " EXECUTE FUNCTION rm.lose()"
        )
    await Story(memory).tell(A, planned(), attached())

    with pytest.raises(LostRowsError):
        await engine.catch_up(TENANT)

    assert await count_rows(database, "es.checkpoint", "position > 0") == 0
