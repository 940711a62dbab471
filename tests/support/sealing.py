"""The sealer's parts over a test's database, put together as `services.sealer.run` does."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from infra.database.interface import Role
from infra.eventstore.interface import EventStore
from infra.eventstore.leaf import entry_of
from infra.keys.interface import SigningKeys
from infra.keys.signing import FileSigningKeys
from infra.objectstore.interface import NamedObjects
from infra.objectstore.obstore import local_named
from infra.tlog.merkle import leaf_hash, verify_consistency
from infra.tlog.tiles import root_of
from infra.trees.interface import Head, TreeId, TreeKeeper
from infra.trees.postgres import PostgresTreeKeeper
from projections.connections import Connections
from services.sealer.growing import Grower
from services.sealer.log import SealerLog
from services.sealer.national import NationalLog
from services.sealer.publisher import Publisher
from services.sealer.sealing import Sealing
from tests.support.postgres import TestDatabase

NAME = "pakt.example"


class Parts(msgspec.Struct):
    """One sealer's parts; another one's share the database, the keys and the copies."""

    log: SealerLog
    keeper: TreeKeeper
    keys: SigningKeys
    copies: NamedObjects
    grower: Grower
    sealing: Sealing
    publisher: Publisher
    national: NationalLog

    async def heads(self, tree: TreeId) -> Sequence[Head]:
        return await self.keeper.heads(tree, 0, 10_000)


@asynccontextmanager
async def sealer_parts(database: TestDatabase, folder: Path, name: str = NAME) -> AsyncIterator[Parts]:
    connections = Connections(database, Role.SEALER, 4)
    keeper, log = PostgresTreeKeeper(connections), SealerLog(connections)
    copies, keys = local_named(folder / "heads"), FileSigningKeys.open(folder / "keys")
    grower = Grower(keeper, keys, copies)
    try:
        yield Parts(
            log=log,
            keeper=keeper,
            keys=keys,
            copies=copies,
            grower=grower,
            sealing=Sealing(log, grower, name),
            publisher=Publisher(keeper, copies),
            national=NationalLog(log, keeper, grower, name),
        )
    finally:
        await connections.close()


async def hashes(store: EventStore, tenant_id: int) -> list[bytes]:
    """The leaf hashes of a whole log, made from what the store's port says."""
    found: list[bytes] = []
    while events := await store.read_log(tenant_id, len(found), 1_000):
        found += [leaf_hash(entry_of(event)) for event in events]
    return found


async def check_heads(parts: Parts, tree: TreeId, leaves: Sequence[bytes]) -> Sequence[Head]:
    """Every head has the root of the leaves, a signature that holds, a copy outside, and grew out of the one before."""
    heads = await parts.heads(tree)
    before: Head | None = None
    for head in heads:
        assert head.root == root_of(leaves[: head.size]), head.size
        assert head.cosigned.signed_by(parts.keys.verifiers(head.checkpoint.origin)), head.size
        if before is not None:
            proof = await parts.keeper.prove_consistency(tree, before.size, head.size)
            assert verify_consistency(before.size, head.size, before.root, head.root, proof)
        before = head
    return heads
