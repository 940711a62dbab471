"""The past: by position, by when things happened, by when they were recorded; the same queries on the same rows."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.consultations import events as e
from domain.kernel.text import text
from infra.database.interface import Role
from infra.eventstore.memory import MemoryEventStore
from projections import audit_queries, consultation_queries
from projections.as_of import Past
from projections.catalogue import CONSULTATIONS, READ_MODELS, ROLL_UPS
from projections.consultation_queries import Filter
from projections.engine import Engine
from projections.history import NOW as TODAY
from projections.history import History, Moment
from projections.public_register import public_consultations
from tests.projections.live import live_rows, reading
from tests.projections.story import (
    NOW,
    OTHER_TENANT,
    REGISTRY,
    TENANT,
    Story,
    attached,
    derived_id,
    opened,
    planned,
    tell_at_random,
)

A, B = derived_id("A"), derived_id("B")
MODELS = [model for model in READ_MODELS if model.only_tenant is None]


@pytest.fixture
def recorded_at() -> list[datetime]:
    """What the clock of the store shows next."""
    return [datetime(2026, 4, 1, tzinfo=UTC)]


@pytest.fixture
def memory(recorded_at) -> MemoryEventStore:
    return MemoryEventStore((1, 2, 3), clock=lambda: recorded_at[0])


@pytest.fixture
async def past(database, memory):
    made = Past(database, Role.GATEWAY, History(memory, REGISTRY, page=20))
    yield made
    await made.close()


async def test_every_position_shows_what_an_engine_showed_there(database, memory, past: Past):
    await tell_at_random(Story(memory), seed=31, commands=40)
    head = await memory.head(TENANT)
    engine = Engine(memory, REGISTRY, database, READ_MODELS, batch=1)

    for position in range(1, head + 1):
        await engine.step(TENANT)
        if position % 9 and position != head:
            continue
        async with reading(database, TENANT) as live:
            shown = await consultation_queries.consultations(live, NOW)
            trail = await audit_queries.audit_trail(live)
        async with past.at(Moment(position=position), MODELS, [TENANT]) as then:
            assert await consultation_queries.consultations(then, NOW) == shown
            assert await audit_queries.audit_trail(then) == trail
    await engine.close()


async def test_valid_time_and_recorded_time(memory, past: Past, recorded_at):
    """History told later: it had happened by March, and nobody knew it before April."""
    story = Story(memory)
    await story.tell(A, planned(), at=NOW)
    recorded_at[0] = datetime(2026, 5, 1, tzinfo=UTC)
    await story.tell(B, planned(), at=NOW - timedelta(days=30), source="us", source_id="1")
    await story.tell(B, opened(NOW - timedelta(days=29)), at=NOW - timedelta(days=29), source="us", source_id="1")
    await story.tell(A, opened(NOW + timedelta(days=10)), at=NOW + timedelta(days=10))

    async def states(moment: Moment) -> dict:
        async with past.at(moment, [CONSULTATIONS], [TENANT]) as connection:
            page = await consultation_queries.consultations(connection, NOW)
            return {item.consultation_id: item.state for item in page.items}

    assert await states(TODAY) == {A: "open", B: "open"}
    assert await states(Moment(as_of=NOW)) == {A: "planned", B: "open"}
    assert await states(Moment(as_of=NOW - timedelta(days=30))) == {B: "planned"}
    assert await states(Moment(as_of=NOW - timedelta(days=31))) == {}
    assert await states(Moment(known_at=datetime(2026, 4, 2, tzinfo=UTC))) == {A: "planned"}
    assert await states(Moment(as_of=NOW, known_at=datetime(2026, 4, 2, tzinfo=UTC))) == {A: "planned"}
    assert await states(Moment(position=2)) == {A: "planned", B: "planned"}
    assert await states(Moment(position=0)) == {}
    assert await states(Moment(position=99)) == {A: "open", B: "open"}


async def test_looking_back_changes_nothing_and_leaves_nothing(database, memory, past: Past, recorded_at):
    engine = Engine(memory, REGISTRY, database, READ_MODELS)
    await tell_at_random(Story(memory), seed=32, commands=30)
    await engine.catch_up(TENANT)
    before = {model.name: await live_rows(database, model, TENANT) for model in MODELS}

    async def look(position: int) -> int:
        async with past.at(Moment(position=position), MODELS, [TENANT]) as connection:
            return len((await audit_queries.audit_trail(connection, limit=200)).items)

    assert await asyncio.gather(*(look(position) for position in range(8))) == list(range(8))
    with pytest.raises(RuntimeError, match="by the reader"):
        async with past.at(Moment(position=3), MODELS, [TENANT]) as connection:
            raise RuntimeError("by the reader")
    assert await look(5) == 5
    assert {model.name: await live_rows(database, model, TENANT) for model in MODELS} == before
    async with database.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM pg_class WHERE relpersistence = 't'") == 0
    await engine.close()


async def test_the_publics_past_over_tenants(database, memory, engine):
    past = Past(database, Role.PUBLIC, History(memory, REGISTRY))
    await Story(memory).tell(A, planned(), attached(), opened())
    await Story(memory).tell(derived_id("secret"), planned("Fshehtë"))
    await Story(memory, OTHER_TENANT).tell(B, planned(), opened(), e.ConsultationWithdrawn(reason=text(sq="x")))
    for tenant in (TENANT, OTHER_TENANT):
        await engine.catch_up(tenant)

    async with past.at(
        Moment(as_of=NOW + timedelta(days=1)), [CONSULTATIONS], [TENANT, OTHER_TENANT], shared=True
    ) as then:
        page = await public_consultations(then, NOW, Filter())
        assert {(item.consultation_id, item.tenant, item.state) for item in page.items} == {
            (A, "tenant-2", "open"), (B, "tenant-3", "withdrawn")}  # fmt: skip
        assert len(await then.fetch("SELECT FROM consultation_register")) == 2
        for made in ROLL_UPS.values():
            await made(then, NOW)
    await past.close()
