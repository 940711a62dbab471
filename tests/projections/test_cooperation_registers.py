"""The registers working_group_register, workshop_register and memorandum_register, with the deadlines of memoranda."""

from datetime import UTC, datetime

from msgspec.structs import replace

from domain.kernel.ids import NATIONAL_TENANT, derived_id
from infra.eventstore.memory import MemoryEventStore
from projections import cooperation_queries as q
from projections import deadline_queries
from projections.catalogue import MEMORANDA, WORKING_GROUPS, WORKSHOPS
from projections.engine import Engine
from tests.domain.council import cooperating as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, Story
from tests.support.postgres import TestDatabase

GROUP, GONE, HELD, OFF, KEPT, OVER = (derived_id("cooperation", name) for name in "abcdef")
TENANT = NATIONAL_TENANT
SUMMER = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)


async def told(memory: MemoryEventStore) -> Story:
    story = Story(memory, TENANT)
    await story.tell(GROUP, *x.GROUP, x.ANA_LEFT)
    await story.tell(GONE, x.FORMED, x.DISSOLVED)
    await story.tell(HELD, x.ANNOUNCED, x.ATTENDED, x.CONCLUDED)
    await story.tell(OFF, replace(x.ANNOUNCED, level="central"), x.CALLED_OFF)
    await story.tell(KEPT, *x.IN_FORCE, x.REVIEWED)
    await story.tell(OVER, *x.IN_FORCE, x.FULFILLED, replace(x.ENDED, open=("rooms",)))
    return story


async def test_cooperation_as_everybody_sees_it(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    await told(memory)
    await engine.catch_up(TENANT)
    assert [len(await live_rows(database, one, TENANT)) for one in (WORKING_GROUPS, WORKSHOPS, MEMORANDA)] == [2] * 3
    async with reading_in_public(database, TENANT) as connection:
        group = await q.group(connection, GROUP)
        assert group is not None
        assert [(one.person_id, one.left_at is None) for one in group.members] == [(x.ANA, False), (x.BEN, True)]
        assert (group.coordinator, group.state) == (None, "formed")
        for groups, expected in ((q.GroupFilter(person_id=x.ANA), [GROUP]), (q.GroupFilter(state="dissolved"), [GONE])):
            assert [one.group_id for one in (await q.groups(connection, groups)).items] == expected

        workshop = await q.workshop(connection, HELD)
        assert workshop is not None
        assert (workshop.state, workshop.attended, workshop.files, workshop.municipality) == (
            "held",
            20,
            x.PAPERS,
            "prizren",
        )
        for workshops, found in ((q.WorkshopFilter(level="central"), [OFF]), (q.WorkshopFilter(state="held"), [HELD])):
            assert [one.workshop_id for one in (await q.workshops(connection, workshops)).items] == found

        memorandum = await q.memorandum(connection, OVER)
        assert memorandum is not None
        assert (memorandum.state, memorandum.open, memorandum.obligations[0].on) == ("ended", 1, x.FULFILLED.on)
        for chosen, ids in (
            (q.MemorandumFilter(overdue=True), [KEPT]),
            (q.MemorandumFilter(overdue=False), [OVER]),
            (q.MemorandumFilter(organisation_id=x.ORGANISATION), [OVER, KEPT]),
            (q.MemorandumFilter(organisation_id=x.OTHER), []),
        ):
            assert [one.memorandum_id for one in (await q.memoranda(connection, SUMMER, chosen)).items] == ids, chosen
        on_time = (await q.memoranda(connection, x.BEGINS, q.MemorandumFilter(overdue=True))).items
        assert on_time == []
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.groups(connection, q.GroupFilter())).items == []
        assert await q.memorandum(connection, KEPT) is None


async def test_what_memoranda_owe_by_a_day_is_a_deadline(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    await told(memory)
    await engine.catch_up(TENANT)
    async with reading(database, TENANT) as connection:
        rows = (await deadline_queries.deadlines(connection, SUMMER)).items

    stood = {(one.stream_id, one.kind): (one.state, one.overdue, len(one.moved), one.title) for one in rows}
    assert stood == {
        (KEPT, "memorandum_obligation"): ("pending", True, 0, x.TITLE),
        (KEPT, "memorandum_review"): ("pending", False, 1, x.TITLE),
        (OVER, "memorandum_obligation"): ("met", False, 0, x.TITLE),
        (OVER, "memorandum_review"): ("cancelled", False, 0, x.TITLE),
    }
