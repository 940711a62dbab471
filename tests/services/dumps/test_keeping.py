"""What is taken from public view leaves the dumps too, and old dumps leave altogether."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.kernel.errors import StreamNotFound
from services.bootstrap import System
from services.dumps import building
from services.dumps.building import Behind, Builder
from services.dumps.catalogue import dataset_of
from services.dumps.dataset import NDJSON
from services.dumps.dump import EXPIRED, TAKEN, Dump
from services.dumps.keeping import KEPT_DAYS, Keeper
from services.dumps.shelf import Shelf
from tests.services.dumps.lived import TENANT, content, lived, published, today, withheld
from tests.support.system import project

CONTRIBUTIONS = dataset_of("contributions")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SEALED_WITHIN", 0.0)


async def gone(shelf: Shelf, dump: Dump) -> bool:
    """Whether no byte of its files is left."""
    return [one for one in dump.files if one.size and await shelf.objects.size(one.sha256) is not None] == []


async def test_what_is_withheld_leaves_every_dump_that_holds_it_and_no_other(system: System) -> None:
    here = await lived(system)
    builder, day = Builder(system), today(system)
    keeper = Keeper(builder.shelf, system.clock.now)
    before = await builder.build(CONTRIBUTIONS, day)
    second = await published(system, here.consultation, key="second")
    await project(system, TENANT)
    after = await builder.build(CONTRIBUTIONS, day + timedelta(days=1))
    await withheld(system, here.consultation, second)
    for _ in range(2):
        await keeper.take(CONTRIBUTIONS.name, second)
    days = await builder.shelf.days(CONTRIBUTIONS.name)
    rebuilt = await builder.build(CONTRIBUTIONS, after.day)

    assert [(one.day, one.gone, bool(one.files)) for one in days] == [
        (after.day, TAKEN, False),
        (before.day, "", True),
    ]
    assert await gone(builder.shelf, after)
    assert (rebuilt.edition, rebuilt.rows) == (3, 1)
    assert str(here.contribution).encode() in await content(system, rebuilt, NDJSON)


async def test_an_edition_that_no_longer_counts_goes_too(system: System) -> None:
    here = await lived(system)
    builder, day = Builder(system), today(system)
    second = await published(system, here.consultation, key="second")
    await project(system, TENANT)
    first = await builder.build(CONTRIBUTIONS, day)
    await withheld(system, here.consultation, second)
    counts = await builder.build(CONTRIBUTIONS, day)
    await Keeper(builder.shelf, system.clock.now).take(CONTRIBUTIONS.name, second)

    assert counts.edition == 2
    assert await builder.shelf.of_day(CONTRIBUTIONS.name, day) == counts
    assert await gone(builder.shelf, first)
    assert not await gone(builder.shelf, counts)


async def test_what_is_withheld_while_a_dump_is_built_is_not_in_it_for_long(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await lived(system)
    builder = Builder(system)
    put = builder.shelf.put

    async def late(dump: Dump) -> Dump:
        if not dump.gone:
            await withheld(system, here.consultation, here.contribution)
        return await put(dump)

    monkeypatch.setattr(builder.shelf, "put", late)
    dump = await builder.build(CONTRIBUTIONS, today(system))

    assert (dump.gone, dump.files) == (TAKEN, ())


async def test_a_dump_waits_for_registers_that_must_have_reached_a_position(system: System) -> None:
    await lived(system)
    with pytest.raises(Behind):
        await Builder(system).build(CONTRIBUTIONS, today(system), {TENANT: 10_000})


async def test_old_dumps_are_taken_away_and_say_so(system: System) -> None:
    await lived(system)
    builder, day = Builder(system), today(system)
    first = await builder.build(CONTRIBUTIONS, day - timedelta(days=KEPT_DAYS + 1))
    second = await builder.build(CONTRIBUTIONS, day - timedelta(days=KEPT_DAYS))
    for _ in range(2):
        await Keeper(builder.shelf, system.clock.now).expire(CONTRIBUTIONS.name, day)
    days = await builder.shelf.days(CONTRIBUTIONS.name)

    assert [(one.day, one.gone) for one in days] == [(second.day, ""), (first.day, EXPIRED)]
    same = [one for one in first.files if one in second.files]
    for file in first.files:
        assert (await builder.shelf.objects.size(file.sha256) is None) == (file not in same)


async def test_of_two_who_add_an_edition_at_once_both_find_the_same(system: System) -> None:
    await lived(system)
    builder, day = Builder(system), today(system)
    dump = await builder.build(CONTRIBUTIONS, day)
    other = Builder(system).shelf
    changed = replace(dump, files=dump.files[:1])

    assert await other.put(changed) == await builder.shelf.put(changed)
    assert [one.edition for one in await other.editions(CONTRIBUTIONS.name, day)] == [1, 2]
    with pytest.raises(StreamNotFound):
        dataset_of(str(UUID(int=0)))
