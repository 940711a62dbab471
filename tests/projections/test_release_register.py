"""Given events, then rows of release_register: releases that never change, and what is known behind them."""

import asyncpg
import pytest

from projections import release_queries as q
from projections.catalogue import RELEASES
from projections.engine import Engine
from projections.history import History
from tests.projections.live import live_rows, reading_in_public
from tests.projections.recorded_contracts_by_chance import RecordedContractsByChance
from tests.projections.story import OTHER_TENANT, REGISTRY, TENANT, Story


async def told(memory, tenant_id: int, turns: int) -> Story:
    story, chance = Story(memory, tenant_id), RecordedContractsByChance(tenant_id)
    for _ in range(turns):
        stream, events = chance.next()
        await story.tell(stream, *events)
    return story


async def test_a_release_never_changes_whatever_comes_after_it(database, memory, engine: Engine):
    story, chance, seen = Story(memory), RecordedContractsByChance(3), {}
    for _ in range(12):
        for _ in range(5):
            stream, events = chance.next()
            await story.tell(stream, *events)
        await engine.catch_up(TENANT)
        now = {row.entry_id: row for row in await live_rows(database, RELEASES, TENANT) if row.public}
        assert {key: now[key] for key in seen} == seen
        seen = now
    whole = (await History(memory, REGISTRY).folded([RELEASES], TENANT)).folds[RELEASES.name].ordered()

    assert len(seen) > 40
    assert await live_rows(database, RELEASES, TENANT) == whole


async def test_the_public_sees_releases_and_nothing_of_what_is_behind_them(database, memory, engine: Engine):
    for tenant_id in (TENANT, OTHER_TENANT):
        await told(memory, tenant_id, 20)
        await engine.catch_up(tenant_id)
    async with reading_in_public(database, TENANT) as connection:
        [record] = await connection.fetch("SELECT count(*), min(number), min(tenant_id) FROM release_register")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("SELECT known FROM release_register")
    own = [row for row in await live_rows(database, RELEASES, TENANT) if row.public]

    assert tuple(record) == (len(own), 1, TENANT)


@pytest.mark.parametrize("limit", [1, 7, 1_000])
async def test_every_page_goes_on_where_the_one_before_ended(database, memory, engine: Engine, limit: int):
    for tenant_id in (TENANT, OTHER_TENANT):
        await told(memory, tenant_id, 25)
        await engine.catch_up(tenant_id)
    async with reading_in_public(database, TENANT, OTHER_TENANT) as connection:
        pages, more, after = [], True, {}
        while more:
            stretch = await q.releases(connection, after, limit)
            pages.append(stretch)
            after, more = stretch.next, stretch.more
        back = await q.releases(connection, pages[-1].previous or {}, limit)
    items = [item for page in pages for item in page.items]

    assert items == sorted(items, key=lambda item: (item.recorded_at, item.tenant_id, item.position))
    assert len({(item.tenant_id, item.position) for item in items}) == len(items)
    assert back.items == pages[-2 if len(pages) > 1 else -1].items
    assert pages[0].previous is None


async def test_the_first_release_of_each_process_leads_to_all_of_it(database, memory, engine: Engine):
    await told(memory, TENANT, 40)
    await engine.catch_up(TENANT)
    async with reading_in_public(database, TENANT) as connection:
        everything = (await q.releases(connection, {}, 1_000)).items
        first = (await q.releases(connection, {}, 1_000, first=True)).items
        processes = await q.processes(connection, [one.process_id for one in first])
        [alone] = [await q.release(connection, first[0].tenant, first[0].epoch, first[0].position)]
        nothing = await q.release(connection, first[0].tenant, 9, first[0].position)
        newest = await q.newest(connection)

    assert [one.process_id for one in processes] == list(dict.fromkeys(one.process_id for one in everything))
    assert sum(len(one.releases) for one in processes) == len(everything)
    assert (alone, nothing, newest) == (first[0], None, everything[-1].recorded_at)
