"""What is sealed is what was appended; whatever was changed since is not signed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.kernel.errors import HistoryCorrupt
from infra.eventstore.postgres import PostgresEventStore
from infra.tlog.tiles import root_of
from infra.trees.interface import TreeId
from infra.trees.origins import copy_name
from services.sealer.sealing import Sealing
from tests.support.appends import command
from tests.support.postgres import TestDatabase
from tests.support.sealing import NAME, Parts, check_heads, hashes, sealer_parts

TREE = TreeId(2)
ORIGIN = f"{NAME}/tenant-2/1"


@pytest.fixture
async def parts(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Parts]:
    async with sealer_parts(database, tmp_path) as made:
        yield made


async def append(store: PostgresEventStore, count: int, tenant: int = 2) -> None:
    await store.append_many([command(tenant=tenant) for _ in range(count)])


async def attack(database: TestDatabase, *statements: str) -> None:
    """Change what may not be changed, as a superuser without triggers."""
    async with database.connect() as connection:
        await connection.execute("SET session_replication_role = replica")
        for table in ("event", "tile", "tree_head", "tree"):
            await connection.execute(f"ALTER TABLE es.{table} DISABLE TRIGGER ALL")
        for statement in statements:
            await connection.execute(statement)


async def test_each_seal_holds_what_was_appended_since(event_store: PostgresEventStore, parts: Parts) -> None:
    for count in (1, 255, 3, 500):
        await append(event_store, count)
        head = await parts.sealing.seal(2)
        assert head is not None
        assert head.checkpoint.origin == ORIGIN

    leaves = await hashes(event_store, 2)
    assert [head.size for head in await check_heads(parts, TREE, leaves)] == [1, 256, 259, 759]
    assert await parts.sealing.seal(2) is None
    assert await parts.heads(TreeId(3)) == []


async def test_a_long_log_is_sealed_page_by_page(event_store: PostgresEventStore, parts: Parts) -> None:
    await append(event_store, 700)
    while await parts.sealing.seal(2, 300):
        pass

    assert [head.size for head in await check_heads(parts, TREE, await hashes(event_store, 2))] == [300, 600, 700]


async def test_a_sealer_that_starts_goes_on_where_the_last_one_ended(
    event_store: PostgresEventStore, parts: Parts
) -> None:
    for count in (300, 212, 1):
        await append(event_store, count)
        assert await Sealing(parts.log, parts.grower, NAME).seal(2) is not None

    assert len(await check_heads(parts, TREE, await hashes(event_store, 2))) == 3


async def test_many_sealers_make_one_tree(event_store: PostgresEventStore, parts: Parts) -> None:
    sealers = [Sealing(parts.log, parts.grower, NAME) for _ in range(4)]
    for _ in range(20):
        await append(event_store, 7)
        await asyncio.gather(*(sealer.seal(2) for sealer in sealers))

    heads = await check_heads(parts, TREE, await hashes(event_store, 2))
    assert heads[-1].size == 140


CHANGES = {
    "data": "UPDATE es.event SET data = '{\"x\": 1}' WHERE tenant_id = 2 AND position = 5",
    "meta": "UPDATE es.event SET meta = '{}' WHERE tenant_id = 2 AND position = 5",
    "pii": "UPDATE es.event SET pii = 'x' WHERE tenant_id = 2 AND position = 5",
    "type": "UPDATE es.event SET type_id = type_id + 1 WHERE tenant_id = 2 AND position = 5",
    "time": "UPDATE es.event SET occurred_at = occurred_at + interval '1 microsecond' WHERE tenant_id = 2 AND position = 5",
    "removed": "DELETE FROM es.event WHERE tenant_id = 2 AND position = 5",
}


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("change", CHANGES)
async def test_the_last_sealed_event_is_looked_at_again(
    database: TestDatabase, event_store: PostgresEventStore, parts: Parts, change: str, restarted: bool
) -> None:
    await append(event_store, 5)
    await parts.sealing.seal(2)
    await append(event_store, 2)
    await attack(database, CHANGES[change])
    sealing = Sealing(parts.log, parts.grower, NAME) if restarted else parts.sealing

    with pytest.raises(HistoryCorrupt, match="5"):
        await sealing.seal(2)
    assert len(await parts.heads(TREE)) == 1


@pytest.mark.parametrize("first", [5, 6, 7])
async def test_a_tail_that_was_cut_or_has_a_gap_is_not_signed(
    database: TestDatabase, event_store: PostgresEventStore, parts: Parts, first: int
) -> None:
    await append(event_store, 5)
    await parts.sealing.seal(2)
    await append(event_store, 4)
    last = 9 if first == 5 else first
    await attack(database, f"DELETE FROM es.event WHERE tenant_id = 2 AND position BETWEEN {first} AND {last}")

    with pytest.raises(HistoryCorrupt, match=str(first)):
        await parts.sealing.seal(2)
    assert len(await parts.heads(TREE)) == 1


SEALED = {
    "a tile": "UPDATE es.tile SET hashes = sha256('x') || substring(hashes FROM 33) WHERE tenant_id = 2 AND level = 0",
    "a tile's end": "UPDATE es.tile SET hashes = substring(hashes FROM 1 FOR 128) WHERE tenant_id = 2 AND level = 0",
    "a tile gone": "DELETE FROM es.tile WHERE tenant_id = 2",
    "the root": "UPDATE es.tree_head SET root = sha256('x') WHERE tenant_id = 2",
    "the note": "UPDATE es.tree_head SET note = replace(note, E'/1\\n5\\n', E'/1\\n4\\n') WHERE tenant_id = 2",
    "the head gone": "DELETE FROM es.tree_head WHERE tenant_id = 2",
    "the size": "UPDATE es.tree SET size = 4 WHERE tenant_id = 2",
    "the name": "UPDATE es.tree SET origin = 'pakt.other/tenant-2/1' WHERE tenant_id = 2",
}


@pytest.mark.parametrize("change", SEALED)
async def test_a_tree_that_was_changed_is_not_taken_up(
    database: TestDatabase, event_store: PostgresEventStore, parts: Parts, change: str
) -> None:
    await append(event_store, 5)
    await parts.sealing.seal(2)
    await append(event_store, 1)
    await attack(database, SEALED[change])

    with pytest.raises(HistoryCorrupt):
        await Sealing(parts.log, parts.grower, NAME).seal(2)


@pytest.mark.parametrize(("size", "text"), [(5, "another head"), (9, "begin a new epoch")])
async def test_a_copy_outside_that_says_otherwise_stops_the_signing(
    event_store: PostgresEventStore, parts: Parts, size: int, text: str
) -> None:
    await append(event_store, 5)
    await parts.sealing.seal(2)
    await parts.copies.add(copy_name(ORIGIN, size), b"another history")

    with pytest.raises(HistoryCorrupt, match=text):
        await Sealing(parts.log, parts.grower, NAME).seal(2)
    if size == 5:
        with pytest.raises(HistoryCorrupt, match=text):
            await parts.publisher.publish(TREE, 5)


async def test_another_name_of_the_installation_does_not_rename_a_log(
    event_store: PostgresEventStore, parts: Parts
) -> None:
    await append(event_store, 5)
    await parts.sealing.seal(2)

    with pytest.raises(HistoryCorrupt, match=r"pakt\.other"):
        await Sealing(parts.log, parts.grower, "pakt.other").seal(2)


async def test_a_new_epoch_is_a_new_tree_over_the_whole_log(
    database: TestDatabase, event_store: PostgresEventStore, parts: Parts
) -> None:
    await append(event_store, 5)
    await parts.sealing.seal(2)
    await append(event_store, 2)
    async with database.connect() as connection:
        await connection.execute("UPDATE es.tenant_lock SET epoch = 2 WHERE tenant_id = 2")
    await append(event_store, 3)
    while await parts.sealing.seal(2) or parts.sealing.size(2) < 10:
        pass

    leaves = await hashes(event_store, 2)
    [old] = await check_heads(parts, TREE, leaves)
    [new] = await check_heads(parts, TreeId(2, 2), leaves)
    assert (old.size, new.size, new.root) == (5, 10, root_of(leaves))
    assert new.checkpoint.origin == f"{NAME}/tenant-2/2"


async def test_an_epoch_that_has_not_begun_is_an_alarm(
    database: TestDatabase, event_store: PostgresEventStore, parts: Parts
) -> None:
    await append(event_store, 5)
    await attack(database, "UPDATE es.event SET epoch = 2 WHERE tenant_id = 2 AND position = 4")

    with pytest.raises(HistoryCorrupt, match="position 4"):
        await parts.sealing.seal(2)
