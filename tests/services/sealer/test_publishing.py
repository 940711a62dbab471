"""Heads leave the database in order and none is left out; the national log holds each of them once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.kernel.errors import Unavailable
from infra.eventstore.postgres import PostgresEventStore
from infra.objectstore.obstore import Named
from infra.tlog.merkle import leaf_hash, verify_inclusion
from infra.tlog.note import Note
from infra.trees.interface import HEADS, Head, TreeId
from infra.trees.origins import copy_name
from services.sealer.national import NationalLog
from services.sealer.publisher import Publisher
from tests.support.appends import command
from tests.support.postgres import TestDatabase
from tests.support.sealing import NAME, Parts, check_heads, sealer_parts

TREE = TreeId(2)
NATIONAL = TreeId(1, 1, HEADS)


class Away(Named):
    """An object store that cannot be reached after some names."""

    left = 1

    async def add(self, name: str, data: bytes) -> bool:
        if not self.left:
            raise Unavailable("object store")
        self.left -= 1
        return await super().add(name, data)


@pytest.fixture
async def parts(database: TestDatabase, tmp_path: Path) -> AsyncIterator[Parts]:
    async with sealer_parts(database, tmp_path) as made:
        yield made


async def seal(store: PostgresEventStore, parts: Parts, tenant: int = 2, count: int = 3) -> Head:
    await store.append_many([command(tenant=tenant) for _ in range(count)])
    head = await parts.sealing.seal(tenant)
    assert head is not None
    return head


async def test_every_head_is_copied_and_told_once(event_store: PostgresEventStore, parts: Parts) -> None:
    told: list[Head] = []
    parts.publisher.on_head(told.append)
    heads = [await seal(event_store, parts) for _ in range(3)]
    for head in heads:
        await parts.publisher.publish(TREE, head.size)

    assert told == heads
    for head in heads:
        assert await parts.copies.read(copy_name(head.checkpoint.origin, head.size)) == head.note.encode()
    assert await parts.copies.last_name(f"{NAME}/tenant-2/1") == copy_name(f"{NAME}/tenant-2/1", 9)
    assert [tree.published for tree in await parts.keeper.trees(2)] == [9]


async def test_after_an_outage_nothing_is_left_out(event_store: PostgresEventStore, parts: Parts) -> None:
    away = Away(parts.copies._store)  # type: ignore[attr-defined]
    publisher = Publisher(parts.keeper, away)
    heads = [await seal(event_store, parts) for _ in range(3)]
    with pytest.raises(Unavailable):
        await publisher.publish(TREE, 9)
    away.left = 9
    await publisher.publish(TREE, 9)

    assert await parts.copies.names() == [copy_name(f"{NAME}/tenant-2/1", head.size) for head in heads]


async def test_what_another_sealer_left_unpublished_is_published(event_store: PostgresEventStore, parts: Parts) -> None:
    heads = [await seal(event_store, parts) for _ in range(2)]
    told: list[Head] = []
    other = Publisher(parts.keeper, parts.copies)
    other.on_head(told.append)
    await other.publish(TREE, 6)

    assert told == heads


async def test_the_national_log_holds_every_head_once(event_store: PostgresEventStore, parts: Parts) -> None:
    heads = [await seal(event_store, parts, tenant) for tenant in (2, 3, 2, 1, 2)]
    sealed = {TreeId(2): 9, TreeId(3): 3, TreeId(1): 3}
    others = [NationalLog(parts.log, parts.keeper, parts.grower, NAME) for _ in range(4)]
    await asyncio.gather(*(other.enter(sealed) for other in others))
    await seal(event_store, parts, 3)
    for other in others:
        await other.enter(sealed | {TreeId(3): 6})
        assert await other.enter(sealed | {TreeId(3): 6}) is None

    entries = await parts.keeper.entries(NATIONAL, 0, 100)
    assert [one.index for one in entries] == list(range(6))
    assert sorted((one.of.tenant_id, one.size) for one in entries) == [(1, 3), (2, 3), (2, 6), (2, 9), (3, 3), (3, 6)]
    leaves = [leaf_hash(one.entry.encode()) for one in entries]
    national = await check_heads(parts, NATIONAL, leaves)
    assert national[-1].checkpoint.origin == f"{NAME}/heads/1"
    for head in heads:
        found = await parts.keeper.find_entry(NATIONAL, head)
        assert found is not None
        assert found.entry == Note.parse(head.note).text
        proof = await parts.keeper.prove_inclusion(NATIONAL, found.index, national[-1].size)
        assert verify_inclusion(leaves[found.index], found.index, 6, proof, national[-1].root)
