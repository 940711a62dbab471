"""Tiles of 256 hashes, the form in which a tree is kept and served (C2SP tlog-tiles).

The tile (level, number) holds the hashes of the subtrees of height `8 * level` from the `256 * number`-th on.
Full tiles never change; the last one of each level is partial and grows.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from infra.tlog.merkle import HASH_BYTES, Node, folded, perfect_root, root_at

HEIGHT = 8
WIDTH = 1 << HEIGHT
TILE_BYTES = WIDTH * HASH_BYTES
LEVELS = 64
ENTRIES = "entries"
"""Stands in a path where the level does, for the entries themselves."""
_PATH = re.compile(r"tile/([0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


class Tile(NamedTuple):
    """The `number`-th tile of a level, counted from 0."""

    level: int
    number: int


def tile_of(node: Node) -> Tile:
    """The tile whose hashes give the node's."""
    level, within = divmod(node.height, HEIGHT)
    return Tile(level, node.number >> HEIGHT - within)


def tiles_of(nodes: Collection[Node]) -> set[Tile]:
    """Every tile that the nodes need."""
    return {tile_of(node) for node in nodes}


def width(tile: Tile, size: int) -> int:
    """How many hashes the tile has in a tree of `size` leaves: 256 when full, 0 when it is not there yet."""
    return max(0, min(WIDTH, (size >> HEIGHT * tile.level) - (tile.number << HEIGHT)))


def edge_of(size: int) -> list[Tile]:
    """The partial tiles of a tree of `size` leaves, from level 0 up, without the empty ones."""
    found: list[Tile] = []
    level = 0
    while size:
        if size % WIDTH:
            found.append(Tile(level, size >> HEIGHT))
        size, level = size >> HEIGHT, level + 1
    return found


def path_of(tile: Tile, wide: int = WIDTH, *, entries: bool = False) -> str:
    """The tile's path below a log's prefix, `tile/0/x001/x234/067.p/12`."""
    digits = f"{tile.number:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[n : n + 3] for n in range(0, len(digits), 3)]
    number = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{ENTRIES if entries else tile.level}/{number}" + ("" if wide == WIDTH else f".p/{wide}")


def tile_at(path: str) -> tuple[Tile, int] | None:
    """The tile and the width that a path names; None for any path that `path_of` would not write so."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, number, wide = found.groups()
    tile, hashes = Tile(int(level), int(re.sub("[x/]", "", number))), WIDTH if wide is None else int(wide)
    canonical = tile.level < LEVELS and 0 < hashes <= WIDTH and path_of(tile, hashes) == path
    return (tile, hashes) if canonical else None


class Tiles:
    """Some tiles of a tree, as bytes: answers the hash of each subtree that they cover."""

    def __init__(self, tiles: Mapping[Tile, bytes]) -> None:
        self._tiles = tiles

    def __call__(self, node: Node) -> bytes:
        """Hash of a perfect subtree. Raises: KeyError when a tile or some of its hashes are not here."""
        tile = tile_of(node)
        within = node.height % HEIGHT
        begin = (node.number << within) % WIDTH
        hashes = self._tiles[tile][begin * HASH_BYTES : (begin + (1 << within)) * HASH_BYTES]
        if len(hashes) != HASH_BYTES << within:
            raise KeyError(tile)
        return perfect_root(split(hashes))


class GrowingTree:
    """A tree at its right edge: what is needed to append leaves, and nothing else.

    `edge` holds the partial tiles of a tree of `size` leaves (see `edge_of`).

    Raises: ValueError when the tiles are not those of such a tree.
    """

    def __init__(self, size: int = 0, edge: Mapping[Tile, bytes] | None = None) -> None:
        self.size = size
        self._edge = {tile.level: held for tile, held in (edge or {}).items()}
        expected = {tile.level: width(tile, size) * HASH_BYTES for tile in edge_of(size)}
        if {level: len(held) for level, held in self._edge.items()} != expected or set(edge or {}) != set(
            edge_of(size)
        ):
            msg = f"these are not the partial tiles of a tree of {size} leaves"
            raise ValueError(msg)

    def extend(self, leaves: Sequence[bytes]) -> dict[Tile, bytes]:
        """Append leaf hashes; the tiles that are new or have grown, full and partial ones."""
        changed: dict[Tile, bytes] = {}
        level, hashes, before = 0, b"".join(leaves), self.size
        while hashes:
            held = self._edge.pop(level, b"") + hashes
            index = before >> HEIGHT * (level + 1)
            full = len(held) // TILE_BYTES
            roots: list[bytes] = []
            for n in range(full):
                tile = held[n * TILE_BYTES : (n + 1) * TILE_BYTES]
                changed[Tile(level, index + n)] = tile
                roots.append(perfect_root(split(tile)))
            rest = held[full * TILE_BYTES :]
            if rest:
                changed[Tile(level, index + full)] = self._edge[level] = rest
            level, hashes = level + 1, b"".join(roots)
        self.size += len(leaves)
        return changed

    def root(self) -> bytes:
        """Root over all leaves so far."""
        return root_at(self.size, Tiles({tile: self._edge[tile.level] for tile in edge_of(self.size)}))


def split(hashes: bytes) -> list[bytes]:
    """The hashes one by one."""
    return [hashes[n : n + HASH_BYTES] for n in range(0, len(hashes), HASH_BYTES)]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root of the tree over these leaf hashes."""
    parts: list[bytes] = []
    begin = 0
    while begin < len(leaves):
        wide = 1 << (len(leaves) - begin).bit_length() - 1
        parts.append(perfect_root(leaves[begin : begin + wide]))
        begin += wide
    return folded(parts)
