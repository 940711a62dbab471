"""Dumps as background work: each day once, and again without what was taken from view."""

import asyncio
from datetime import timedelta

import pytest

from domain.kernel.ids import NATIONAL_TENANT
from infra.work.interface import Again, Done, Work
from services.bootstrap import System
from services.dumps import building
from services.dumps import work as dumps
from services.dumps.catalogue import dataset_of
from services.dumps.dataset import NDJSON
from services.dumps.dump import TAKEN
from services.dumps.work import DUMP, TAKE, Dumping, work_of
from services.work.run import working
from tests.services.dumps.lived import SANDBOX, TENANT, content, lived, published, today, withheld
from tests.support.system import project

CHOSEN = tuple(dataset_of(name) for name in ("contributions", "plans"))
WITHIN = 60.0


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SEALED_WITHIN", 0.0)
    monkeypatch.setattr(dumps, "DATASETS", CHOSEN)
    monkeypatch.setattr(dumps, "SETTLE", 0.0)
    monkeypatch.setattr(dumps, "SOON", 0.05)


async def test_what_a_day_lacks_is_built_once(system: System) -> None:
    await lived(system)
    dumping = Dumping(system)
    async with working(system, dumping.kinds, [dumping.relayed], every=0.02) as running, asyncio.timeout(WITHIN):
        assert await dumping.look(running) == len(CHOSEN)
        while [one for one in CHOSEN if await dumping.shelf.of_day(one.name, today(system)) is None]:
            await asyncio.sleep(0.05)
        assert await dumping.look(running) == 0
    other = Dumping(system)

    assert await other.lacking() == []
    assert [len(await dumping.shelf.editions(one.name, today(system))) for one in CHOSEN] == [1, 1]


async def test_a_young_process_has_other_things_to_do(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dumps, "SETTLE", 60.0)

    assert await Dumping(system).lacking() == []


async def test_what_is_withheld_leaves_todays_dump_by_itself(system: System) -> None:
    here = await lived(system)
    second = await published(system, here.consultation, key="second")
    await project(system, TENANT)
    dumping, day = Dumping(system), today(system)
    assert await dumping.dump(work_of("contributions", day)) == Done()
    before = await dumping.shelf.of_day("contributions", day)
    assert before is not None and before.rows == 2

    async with working(system, dumping.kinds, [dumping.relayed], every=0.02), asyncio.timeout(WITHIN):
        await withheld(system, here.consultation, second)
        while (now := await dumping.shelf.of_day("contributions", day)) is None or not now.files or now == before:
            await asyncio.sleep(0.05)

    assert now.rows == 1
    assert str(second).encode() not in await content(system, now, NDJSON)
    assert [one.gone for one in await dumping.shelf.editions("contributions", day)] == ["", TAKEN, ""]
    for file in before.files:
        assert await dumping.shelf.objects.size(file.sha256) is None


async def test_registers_that_are_behind_are_waited_for_and_an_old_day_is_not_built(system: System) -> None:
    here = await lived(system)
    dumping, day = Dumping(system), today(system)
    await dumping.dump(work_of("contributions", day))
    late = Work(1, TAKE, f"contributions {TENANT} 10000 {here.contribution}")
    past, unknown = work_of("plans", day - timedelta(days=1)), Work(NATIONAL_TENANT, DUMP, f"nothing {day}")

    assert isinstance(await dumping.take(late), Again)
    assert (await dumping.dump(past), await dumping.dump(unknown)) == (Done(), Done())
    assert await dumping.shelf.of_day("plans", day - timedelta(days=1)) is None


async def test_what_a_sandbox_withholds_is_in_no_dump(system: System) -> None:
    here = await lived(system)
    await withheld(system, here.consultation, here.contribution)
    dumping, tenants = Dumping(system), (await system.handler.authority.national()).institutions
    events = await system.store.read_log(tenants[TENANT].tenant_id, 0, 500)
    taken = [one for one in events if one.type_name in (dumping.relayed.types or ())]

    assert [work.subject.split(" ")[:2] for work in await dumping.follow(tenants[TENANT].tenant_id, taken)] == [
        ["contributions", TENANT]
    ]
    assert await dumping.follow(tenants[SANDBOX].tenant_id, taken) == ()
