"""The registers strategy_register and measure_register: what was promised, how it moved, and the traffic light."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from domain.kernel.deadline import start_of
from domain.kernel.ids import NATIONAL_TENANT
from infra.eventstore.memory import MemoryEventStore
from projections import measure_queries as q
from projections import strategy_queries as sq
from projections.catalogue import MEASURES
from projections.engine import Engine
from tests.domain.action_measures import examples as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story
from tests.support.given import NOW
from tests.support.postgres import TestDatabase

DAY = timedelta(days=1)


async def test_a_strategy_as_everybody_sees_it(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    await Story(memory, NATIONAL_TENANT).tell(x.STRATEGY, x.ADOPTED, x.DIVIDED, x.ASSIGNED, x.RECORDED, x.ENDED)
    await engine.catch_up(NATIONAL_TENANT)

    async with reading(database, NATIONAL_TENANT) as connection:
        (row,) = (await sq.strategies(connection, sq.Filter(state="ended"))).items
        assert row == await sq.strategy(connection, x.STRATEGY)
    assert [(one.code, [part.code for part in one.specific]) for one in row.objectives] == [
        ("SO1", ["1.1"]),
        ("SO2", []),
    ]
    assert [(one.code, one.lead, one.last_day) for one in row.measures] == [("1.1.1", "mflt", x.LAST)]
    assert [(one.on, one.figure, one.source) for one in row.outputs] == [("2026-02", 214, x.SOURCE)]
    assert (row.plan_known, row.note, row.ended_by) == (False, x.ADOPT.note, "7/2031")
    async with reading_in_public(database, NATIONAL_TENANT) as connection:
        (seen,) = (await sq.public_strategies(connection, sq.Filter(reference=x.REFERENCE))).items
        assert seen == await sq.public_strategy(connection, x.STRATEGY)
        assert (seen.objectives, seen.measures) == (row.objectives, row.measures)
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert await sq.public_strategy(connection, x.STRATEGY) is None


async def test_a_moved_measure_keeps_its_baseline(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    past = (x.PLANNED, x.STARTED, x.REACHED[0], x.DELAYED, x.RESCHEDULED)
    await Story(memory).tell(x.MEASURE, *past)
    await engine.catch_up(TENANT)

    (row,) = await live_rows(database, MEASURES, TENANT)

    assert (row.state, row.last_day, row.baseline_last_day) == ("active", x.RESCHEDULED.last_day, x.LAST)
    assert [(one.baseline, one.target, one.completed_on) for one in row.milestones] == [
        (x.MILESTONES[0].target, x.MILESTONES[0].target, x.REACHED[0].on),
        (x.MILESTONES[1].target, x.RESCHEDULED.milestones[0].target, None),
    ]
    assert [(one.number, one.last_day_before, one.last_day, one.reason) for one in row.revisions] == [
        (1, x.LAST, x.RESCHEDULED.last_day, x.REASON)
    ]
    assert (row.next_target, row.planned, row.currency) == (x.RESCHEDULED.milestones[0].target, 2_500_000, "EUR")
    async with reading(database, TENANT) as connection:
        for chosen, found in (
            (q.Filter(moved=True, state="active"), 1),
            (q.Filter(moved=False), 0),
            (q.Filter(text="udhezues", objective="1.1", strategy_id=x.STRATEGY), 1),
        ):
            assert len((await q.measures(connection, NOW, chosen)).items) == found
    async with reading_in_public(database, TENANT) as connection:
        seen = await q.public_measure(connection, NOW, x.MEASURE)
        assert seen is not None
        assert (seen.revisions, seen.light) == (row.revisions, "green")
        assert [one.measure_id for one in (await q.public_measures(connection, NOW)).items] == [x.MEASURE]
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.public_measures(connection, NOW)).items == []


async def test_the_light_says_one_colour_and_why(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory)
    running, done = (x.PLANNED, x.STARTED, x.REACHED[0]), (x.REACHED[1], x.COMPLETED)
    for code, past in (
        ("a", (x.PLANNED,)),
        ("b", running),
        ("c", (*running, x.AT_RISK)),
        ("d", (*running, x.DELAYED)),
        ("e", (*running, *done)),
        ("f", (*running, x.DROPPED)),
    ):
        first = replace(x.PLANNED, plan=replace(x.PLAN, code=code))
        await story.tell(x.s.measure_id(x.STRATEGY, code), first, *past[1:])
    await engine.catch_up(TENANT)

    async def lights(now: datetime, **chosen: Any) -> dict[str, tuple[str, str]]:
        async with reading(database, TENANT) as connection:
            page = await q.measures(connection, now, q.Filter(**chosen))
        return {one.code: (one.light, one.light_reason) for one in page.items}

    settled = {"e": ("green", "done"), "f": ("grey", "dropped")}
    early = {"a": ("grey", "not_started"), "b": ("green", "on_track"), "c": ("amber", "at_risk")}
    assert await lights(NOW) == settled | early | {"d": ("red", "last_day_over")}
    assert await lights(NOW, light="grey") == {"a": early["a"], "f": settled["f"]}
    missed = await lights(start_of(x.MILESTONES[0].target or x.LAST) + DAY)
    assert (missed["a"], missed["b"]) == (("amber", "milestone_over"), ("green", "on_track"))
    assert (await lights(x.STARTED.awaited.due.due_at))["b"] == ("amber", "report_overdue")
    assert (await lights(x.NEAR))["b"] == ("amber", "at_risk")
    assert {code: one for code, one in (await lights(x.OVER)).items() if code not in settled} == dict.fromkeys(
        "abcd", ("red", "last_day_over")
    )
