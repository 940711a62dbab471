"""Trees in `es.tree` and its tables, under row-level security like everything of a tenant."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg

from infra.database.interface import Connection
from infra.database.lending import Lender
from infra.database.scope import scope
from infra.tlog.merkle import Node, consistency_parts, inclusion_parts, nodes_of, proved
from infra.tlog.note import Verifier
from infra.tlog.tiles import Tile, Tiles, tiles_of
from infra.trees.interface import ANYBODY, Head, HeadEntry, NotSealed, Quorum, Tree, TreeChanged, TreeId

MOST = (1 << 63) - 1

_TREES = "SELECT kind, epoch, origin, size, published FROM es.read_trees($1)"
_HEADS = "SELECT size, root, note, sealed_at, lines FROM es.read_heads($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
_TILES = "SELECT level, number, hashes FROM es.read_tiles($1, $2, $3, $4, $5)"
_ENTRIES = "SELECT index, of_tenant, of_epoch, size, entry FROM es.read_entries($1, $2, $3, $4)"
_ENTRY = "SELECT index, of_tenant, of_epoch, size, entry FROM es.find_entry($1, $2, $3, $4, $5)"
_MAKE = "INSERT INTO es.tree (tenant_id, kind, epoch, origin) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_LOCK = """
SELECT t.size, t.origin, l.epoch FROM es.tree t JOIN es.tenant_lock l ON l.tenant_id = t.tenant_id
 WHERE t.tenant_id = $1 AND t.kind = $2 AND t.epoch = $3 FOR NO KEY UPDATE OF t
"""
_GROW = "UPDATE es.tree SET size = $4 WHERE tenant_id = $1 AND kind = $2 AND epoch = $3"
_PUT = """
INSERT INTO es.tile (tenant_id, kind, epoch, level, number, hashes)
SELECT $1, $2, $3, u.* FROM unnest($4::int[], $5::bigint[], $6::bytea[]) u (level, number, hashes)
ON CONFLICT (tenant_id, kind, epoch, level, number) DO UPDATE SET hashes = excluded.hashes
"""
_SIGN = """
INSERT INTO es.tree_head (tenant_id, kind, epoch, size, root, note) VALUES ($1, $2, $3, $4, $5, $6) RETURNING sealed_at
"""
_ENTER = """
INSERT INTO es.head_entry (tenant_id, epoch, index, of_tenant, of_epoch, size, entry)
SELECT $1, $2, u.* FROM unnest($3::bigint[], $4::int[], $5::int[], $6::bigint[], $7::text[]) u (i, t, e, s, x)
ON CONFLICT DO NOTHING
"""
_COSIGN = """
INSERT INTO es.cosignature (tenant_id, kind, epoch, size, witness, key_id, line, seen_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
"""
_PUBLISHED = """
UPDATE es.tree SET published = $4 WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 AND published < $4
"""
_LAST_ENTERED = """
SELECT coalesce(max(size), 0) FROM es.head_entry
 WHERE tenant_id = $1 AND epoch = $2 AND of_tenant = $3 AND of_epoch = $4
"""


class PostgresTrees:
    """Reads over connections of any role that may: the gateway's, the public's, the auditor's, the sealer's."""

    def __init__(self, connections: Lender) -> None:
        self._connections = connections

    async def trees(self, tenant_id: int) -> Sequence[Tree]:
        """As the port says."""
        rows = await self._fetch(tenant_id, _TREES, tenant_id)
        return [Tree(TreeId(tenant_id, row[1], row[0]), row[2], row[3], row[4]) for row in rows]

    async def newest(self, tree: TreeId, quorum: Quorum = ANYBODY) -> Head | None:
        """As the port says."""
        return _first(await self._heads(tree, (0, MOST), 1, quorum, oldest=False))

    async def at_least(self, tree: TreeId, size: int, quorum: Quorum = ANYBODY) -> Head | None:
        """As the port says."""
        return _first(await self._heads(tree, (size, MOST), 1, quorum, oldest=True))

    async def heads(self, tree: TreeId, after: int, limit: int) -> Sequence[Head]:
        """As the port says."""
        return await self._heads(tree, (after + 1, MOST), limit, ANYBODY, oldest=True)

    async def tiles(self, tree: TreeId, tiles: Collection[Tile]) -> Mapping[Tile, bytes]:
        """As the port says."""
        levels, numbers = [tile.level for tile in tiles], [tile.number for tile in tiles]
        rows = await self._fetch(tree.tenant_id, _TILES, tree.tenant_id, tree.kind, tree.epoch, levels, numbers)
        return {Tile(row[0], row[1]): row[2] for row in rows}

    async def prove_inclusion(self, tree: TreeId, index: int, size: int) -> tuple[bytes, ...]:
        """As the port says."""
        try:
            parts = inclusion_parts(index, size)
        except ValueError as error:
            raise NotSealed(str(error)) from error
        return await self._prove(tree, parts, size)

    async def prove_consistency(self, tree: TreeId, old: int, new: int) -> tuple[bytes, ...]:
        """As the port says."""
        try:
            parts = consistency_parts(old, new)
        except ValueError as error:
            raise NotSealed(str(error)) from error
        return await self._prove(tree, parts, new)

    async def find_entry(self, national: TreeId, head: Head) -> HeadEntry | None:
        """As the port says."""
        of, size = head.tree, head.size
        rows = await self._fetch(
            national.tenant_id, _ENTRY, national.tenant_id, national.epoch, of.tenant_id, of.epoch, size
        )
        return _entry(rows[0]) if rows else None

    async def entries(self, national: TreeId, after: int, limit: int) -> Sequence[HeadEntry]:
        """As the port says."""
        rows = await self._fetch(national.tenant_id, _ENTRIES, national.tenant_id, national.epoch, after, limit)
        return [_entry(row) for row in rows]

    async def cosign(self, head: Head, witness: Verifier, line: str, seen_at: datetime) -> None:
        """As the port says."""
        tree = head.tree
        key = (tree.tenant_id, tree.kind, tree.epoch, head.size)
        async with self._connections.borrow(tree.tenant_id) as borrowed, scope(borrowed, tenant=tree.tenant_id) as c:
            await c.execute(_COSIGN, *key, witness.name, witness.key_id, line, seen_at)

    async def _prove(self, tree: TreeId, parts: Sequence[Sequence[Node]], size: int) -> tuple[bytes, ...]:
        """The hashes of a proof; the last leaf is asked for too, so that no size beyond the tree's passes."""
        needed = tiles_of({*nodes_of(parts), Node(0, size - 1)}) if size else set()
        held = Tiles(await self.tiles(tree, needed))
        try:
            if size:
                held(Node(0, size - 1))
            return proved(parts, held)
        except KeyError as error:
            raise NotSealed(f"the tree does not have {size} leaves") from error

    async def _heads(
        self, tree: TreeId, sizes: tuple[int, int], limit: int, quorum: Quorum, *, oldest: bool
    ) -> list[Head]:
        names, ids = [one.name for one in quorum.witnesses], [one.key_id for one in quorum.witnesses]
        which = (tree.tenant_id, tree.kind, tree.epoch, *sizes, oldest, limit, quorum.number, names, ids)
        rows = await self._fetch(tree.tenant_id, _HEADS, *which)
        return [Head(tree, row[0], row[1], row[2], row[3], tuple(row[4])) for row in rows]

    async def _fetch(self, tenant_id: int, text: str, *arguments: object) -> "Sequence[asyncpg.Record]":
        async with self._connections.borrow(tenant_id) as connection:
            return await connection.fetch(text, *arguments)


class PostgresTreeKeeper(PostgresTrees):
    """Reads and grows trees over connections of the sealer's role: one tree at a time, its row locked."""

    @asynccontextmanager
    async def growing(self, tree: TreeId, origin: str, size: int) -> AsyncIterator["PostgresGrowth"]:
        """As the port says."""
        key = (tree.tenant_id, tree.kind, tree.epoch)
        async with (
            self._connections.borrow(tree.tenant_id) as borrowed,
            scope(borrowed, tenant=tree.tenant_id) as connection,
        ):
            if not size:
                await connection.execute(_MAKE, *key, origin)
            row = await connection.fetchrow(_LOCK, *key)
            if row is None or tuple(row) != (size, origin, tree.epoch):
                raise TreeChanged(f"{origin} does not have {size} leaves, or its epoch is over")
            yield PostgresGrowth(connection, tree, size)

    async def published(self, tree: TreeId, size: int) -> None:
        """As the port says; a mark that is lost only makes somebody publish again what is there."""
        async with (
            self._connections.borrow(tree.tenant_id) as borrowed,
            scope(borrowed, tenant=tree.tenant_id, relaxed=True) as connection,
        ):
            await connection.execute(_PUBLISHED, tree.tenant_id, tree.kind, tree.epoch, size)

    async def last_entered(self, national: TreeId, of: TreeId) -> int:
        """As the port says."""
        async with (
            self._connections.borrow(national.tenant_id) as borrowed,
            scope(borrowed, tenant=national.tenant_id) as connection,
        ):
            found: int = await connection.fetchval(
                _LAST_ENTERED, national.tenant_id, national.epoch, of.tenant_id, of.epoch
            )
        return found


class PostgresGrowth:
    """The open transaction of one tree of `size` leaves."""

    def __init__(self, connection: Connection, tree: TreeId, size: int) -> None:
        self._connection, self._tree, self._size = connection, tree, size
        self._key = (tree.tenant_id, tree.kind, tree.epoch)

    async def append(self, tiles: Mapping[Tile, bytes], size: int) -> None:
        """As the port says."""
        levels, numbers = [tile.level for tile in tiles], [tile.number for tile in tiles]
        await self._connection.execute(_PUT, *self._key, levels, numbers, list(tiles.values()))
        await self._connection.execute(_GROW, *self._key, size)
        self._size = size

    async def sign(self, root: bytes, note: str) -> Head:
        """As the port says."""
        sealed_at = await self._connection.fetchval(_SIGN, *self._key, self._size, root, note)
        return Head(self._tree, self._size, root, note, sealed_at)

    async def enter(self, entries: Sequence[HeadEntry]) -> None:
        """As the port says. Raises: TreeChanged when one of them is there already."""
        columns = zip(*((e.index, e.of.tenant_id, e.of.epoch, e.size, e.entry) for e in entries), strict=True)
        done = await self._connection.execute(
            _ENTER, self._tree.tenant_id, self._tree.epoch, *(list(column) for column in columns)
        )
        if done != f"INSERT 0 {len(entries)}":
            raise TreeChanged("somebody else has entered these heads")


def _first(heads: Sequence[Head]) -> Head | None:
    return heads[0] if heads else None


def _entry(row: "asyncpg.Record") -> HeadEntry:
    return HeadEntry(row[0], TreeId(row[1], row[2]), row[3], row[4])
