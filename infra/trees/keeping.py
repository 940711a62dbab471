"""Growing the trees of `es.tree`: one tree at a time, its row locked, in one transaction."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from infra.database.interface import Connection
from infra.database.scope import scope
from infra.tlog.note import Verifier
from infra.tlog.tiles import Tile
from infra.trees.interface import Head, HeadEntry, TreeChanged, TreeId
from infra.trees.lending import Lender

_MAKE = "INSERT INTO es.tree (tenant_id, kind, epoch, origin) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
_LOCK = "SELECT size, origin FROM es.tree WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 FOR NO KEY UPDATE"
_GROW = "UPDATE es.tree SET size = $4 WHERE tenant_id = $1 AND kind = $2 AND epoch = $3"
_TILES = """
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


class PostgresTreeKeeper:
    """Over connections of the sealer's role."""

    def __init__(self, connections: Lender) -> None:
        self._connections = connections

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
            if row is None or (row["size"], row["origin"]) != (size, origin):
                raise TreeChanged(f"{origin} does not have {size} leaves")
            yield PostgresGrowth(connection, tree, size)

    async def cosign(self, head: Head, witness: Verifier, line: str, seen_at: datetime) -> None:
        """As the port says."""
        tree = head.tree
        key = (tree.tenant_id, tree.kind, tree.epoch, head.size)
        async with self._connections.borrow(tree.tenant_id) as borrowed, scope(borrowed, tenant=tree.tenant_id) as c:
            await c.execute(_COSIGN, *key, witness.name, witness.key_id, line, seen_at)

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
        await self._connection.execute(_TILES, *self._key, levels, numbers, list(tiles.values()))
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
