"""The registers member_register, nomination_call_register and nomination_register."""

from datetime import date

from msgspec.structs import replace

from domain.kernel.ids import NATIONAL_TENANT, derived_id
from domain.platforms.events.member import member_id
from infra.eventstore.memory import MemoryEventStore
from projections import member_queries, nomination_queries
from projections.catalogue import MEMBERS, NOMINATION_CALLS, NOMINATIONS
from projections.engine import Engine
from tests.domain.platforms import examples as x
from tests.projections.live import live_rows, reading, reading_in_public
from tests.projections.story import OTHER_TENANT, TENANT, Story
from tests.support.postgres import TestDatabase

A, B = (derived_id("nomination", name) for name in "ab")


async def test_members_of_every_directory(database: TestDatabase, engine: Engine, memory: MemoryEventStore) -> None:
    story = Story(memory, NATIONAL_TENANT)
    await story.tell(x.MEMBER, x.LISTED, x.AMENDED)
    theirs = member_id(x.OTHER_CLIENT, "1")
    other = {"client_id": x.OTHER_CLIENT, "number": "1"}
    await story.tell(theirs, replace(x.LISTED, **other), replace(x.DELISTED, **other))
    back = member_id(x.CLIENT, "2")
    again = [replace(event, number="2") for event in (x.LISTED, x.DELISTED, x.RELISTED)]
    await story.tell(back, *again)
    await engine.catch_up(NATIONAL_TENANT)

    rows = {row.member_id: row for row in await live_rows(database, MEMBERS, NATIONAL_TENANT)}
    moved, gone, returned = rows[x.MEMBER], rows[theirs], rows[back]
    assert (moved.organisation_id, moved.title, moved.identifier) == (x.OTHER, "Forumi", x.OTHERS_NUMBER)
    assert (moved.joined_on, moved.version, moved.state) == (date(2020, 1, 1), 2, "listed")
    assert (gone.state, gone.title, gone.organisation_id) == ("delisted", x.FACTS.title, x.ORGANISATION)
    assert (returned.state, returned.title, returned.listed_at) == ("listed", x.RENAMED.title, returned.changed_at)
    q = member_queries
    async with reading(database, NATIONAL_TENANT) as connection:
        for chosen, expected in (
            (q.Filter(), {x.MEMBER, theirs, back}),
            (q.Filter(client_id=x.CLIENT), {x.MEMBER, back}),
            (q.Filter(state="delisted"), {theirs}),
            (q.Filter(organisation_id=x.OTHER), {x.MEMBER}),
            (q.Filter(number="2"), {back}),
        ):
            assert {one.member_id for one in (await q.members(connection, chosen)).items} == expected
        assert await q.member(connection, back) == returned


async def test_calls_are_everybodys_and_nominations_the_institutions(
    database: TestDatabase, engine: Engine, memory: MemoryEventStore
) -> None:
    story = Story(memory)
    await story.tell(x.CALL, x.ASKED, x.ENDED)
    await story.tell(A, x.NOMINATED, x.ACCEPTED)
    await story.tell(B, replace(x.NOMINATED, client_id=x.OTHER_CLIENT))
    await engine.catch_up(TENANT)

    q = nomination_queries
    [call] = await live_rows(database, NOMINATION_CALLS, TENANT)
    named = {row.nomination_id: row for row in await live_rows(database, NOMINATIONS, TENANT)}
    assert (call.state, call.places, call.until, call.reason) == ("ended", 1, date(2026, 3, 31), x.ENDED.reason)
    assert (named[A].state, named[A].decided_at) == ("accepted", named[A].changed_at)
    assert (named[B].state, named[B].decided_at, named[B].organisation_name) == (
        "nominated",
        None,
        x.NOMINATED.organisation_name,
    )
    async with reading(database, TENANT) as connection:
        assert await q.nomination_call(connection, x.CALL) == call
        assert (await q.nomination_calls(connection, q.CallFilter(state="asked"))).items == []
        for chosen, expected in (
            (q.Filter(call_id=x.CALL), {A, B}),
            (q.Filter(client_id=x.OTHER_CLIENT), {B}),
            (q.Filter(state="accepted"), {A}),
            (q.Filter(organisation_id=x.OTHER), set()),
        ):
            assert {one.nomination_id for one in (await q.nominations(connection, chosen)).items} == expected
        assert await q.nomination(connection, A) == named[A]
    async with reading_in_public(database, TENANT) as connection:
        wanted = q.CallFilter(concerns=x.GROUP, purpose="working_group")
        assert [one.call_id for one in (await q.public_nomination_calls(connection, wanted)).items] == [x.CALL]
        assert await q.public_nomination_call(connection, x.CALL) is not None
    async with reading_in_public(database, OTHER_TENANT) as connection:
        assert (await q.public_nomination_calls(connection)).items == []
