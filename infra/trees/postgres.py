"""Trees in `es.tree` and its tables, under row-level security like everything of a tenant."""

from collections.abc import Collection, Mapping, Sequence

import asyncpg

from infra.tlog.merkle import Node, consistency_parts, inclusion_parts, nodes_of, proved
from infra.tlog.tiles import Tile, Tiles, tiles_of
from infra.trees.interface import ANYBODY, Head, HeadEntry, NotSealed, Quorum, Tree, TreeId
from infra.trees.lending import Lender

MOST = (1 << 63) - 1

_TREES = "SELECT kind, epoch, origin, size, published FROM es.read_trees($1)"
_HEADS = "SELECT size, root, note, sealed_at, lines FROM es.read_heads($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
_TILES = "SELECT level, number, hashes FROM es.read_tiles($1, $2, $3, $4, $5)"
_ENTRIES = "SELECT index, of_tenant, of_epoch, size, entry FROM es.read_entries($1, $2, $3, $4)"
_ENTRY = "SELECT index, of_tenant, of_epoch, size, entry FROM es.find_entry($1, $2, $3, $4, $5)"


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


def _first(heads: Sequence[Head]) -> Head | None:
    return heads[0] if heads else None


def _entry(row: "asyncpg.Record") -> HeadEntry:
    return HeadEntry(row[0], TreeId(row[1], row[2]), row[3], row[4])
