"""Trees for tests: sealed leaf by leaf through the port, as the sealer does."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.database.interface import Role
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import COSIGNATURE, Signer, sign_note
from infra.tlog.tiles import GrowingTree
from infra.trees.interface import Head, TreeId, TreeKeeper, Trees
from infra.trees.postgres import PostgresTreeKeeper, PostgresTrees
from projections.connections import Connections
from tests.support.postgres import TestDatabase

ORIGIN = "pakt.example/tenant-2/1"
TREE = TreeId(2)


def leaves(count: int, begin: int = 0) -> list[bytes]:
    return [hashlib.sha256(b"%d" % n).digest() for n in range(begin, begin + count)]


def signer(name: str = ORIGIN) -> Signer:
    return Signer(name, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"log").digest()))


def witness(name: str) -> Signer:
    return Signer(name, Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest()), COSIGNATURE)


@asynccontextmanager
async def reading(database: TestDatabase, role: Role = Role.GATEWAY) -> AsyncIterator[Trees]:
    connections = Connections(database, role)
    try:
        yield PostgresTrees(connections)
    finally:
        await connections.close()


@asynccontextmanager
async def keeping(database: TestDatabase, size: int = 8) -> AsyncIterator[TreeKeeper]:
    connections = Connections(database, Role.SEALER, size)
    try:
        yield PostgresTreeKeeper(connections)
    finally:
        await connections.close()


async def grow(
    keeper: TreeKeeper, growing: GrowingTree, hashes: Sequence[bytes], tree: TreeId = TREE, origin: str = ORIGIN
) -> Head:
    async with keeper.growing(tree, origin, growing.size) as growth:
        await growth.append(growing.extend(hashes), growing.size)
        root = growing.root()
        note = sign_note(Checkpoint(origin, growing.size, root).text, signer(origin))
        return await growth.sign(root, str(note))
