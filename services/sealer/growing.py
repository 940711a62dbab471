"""A tree at its right edge, taken up from the database with everything that can be checked there, and grown."""

from collections.abc import Sequence

import msgspec

from domain.kernel.errors import HistoryCorrupt
from domain.kernel.message import N_
from infra.keys.interface import SigningKeys
from infra.objectstore.interface import NamedObjects
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import HASH_BYTES
from infra.tlog.note import Note, NoteRefused, sign_note
from infra.tlog.tiles import WIDTH, GrowingTree, Tile, edge_of
from infra.trees.interface import Head, HeadEntry, TreeId, TreeKeeper
from infra.trees.origins import copied_size


class Held(msgspec.Struct):
    """A tree that this process may grow; `last` is the hash of its last leaf, empty when it has none."""

    tree: TreeId
    origin: str
    growing: GrowingTree
    last: bytes = b""


class Grower:
    """Takes trees up and grows them: one transaction, the tree's row locked, its head signed inside."""

    def __init__(self, keeper: TreeKeeper, keys: SigningKeys, copies: NamedObjects) -> None:
        self._keeper, self._keys, self._copies = keeper, keys, copies

    async def take_up(self, tree: TreeId, origin: str) -> Held:
        """The tree as it stands.

        Raises:
            HistoryCorrupt: its name, tiles and newest head do not fit each other, or a copy of a head outside the
                database says otherwise. Such a tree must not be signed.
            Unavailable: the database or the object store cannot be asked.
        """
        while True:
            size = await self._size(tree, origin)
            try:
                held = await self._edge(tree, origin, size)
                await self._fits_head(held)
                await self._fits_copies(held)
            except HistoryCorrupt:
                if await self._size(tree, origin) == size:
                    raise
            else:
                return held  # else it grew while it was looked at

    async def grow(self, held: Held, leaves: Sequence[bytes], entries: Sequence[HeadEntry] = ()) -> Head:
        """Append leaves, and the entries they are of in the heads tree. Whatever fails, `held` is of no use then.

        Raises: TreeChanged when another sealer was first.
        """
        growing = held.growing
        async with self._keeper.growing(held.tree, held.origin, growing.size) as growth:
            await growth.append(growing.extend(leaves), growing.size)
            if entries:
                await growth.enter(entries)
            checkpoint = Checkpoint(held.origin, growing.size, growing.root())
            note = sign_note(checkpoint.text, self._keys.signer(held.origin))
            head = await growth.sign(checkpoint.root, str(note))
        held.last = leaves[-1]
        return head

    async def _size(self, tree: TreeId, origin: str) -> int:
        stored = next((one for one in await self._keeper.trees(tree.tenant_id) if one.tree == tree), None)
        if stored is not None and stored.origin != origin:
            raise HistoryCorrupt(
                N_("The log {origin} would now be named {other}: a log keeps its name."),
                origin=stored.origin,
                other=origin,
            )
        return 0 if stored is None else stored.size

    async def _edge(self, tree: TreeId, origin: str, size: int) -> Held:
        if not size:
            return Held(tree, origin, GrowingTree())
        last = Tile(0, (size - 1) // WIDTH)
        tiles = await self._keeper.tiles(tree, {*edge_of(size), last})
        try:
            growing = GrowingTree(size, {tile: tiles[tile] for tile in edge_of(size)})
            end = tiles[last]
        except (KeyError, ValueError) as error:
            raise _broken(origin, size) from error
        return Held(tree, origin, growing, end[-HASH_BYTES:])

    async def _fits_head(self, held: Held) -> None:
        newest, size = await self._keeper.newest(held.tree), held.growing.size
        if newest is None and not size:
            return
        if newest is None or (newest.size, newest.root) != (size, held.growing.root()):
            raise _broken(held.origin, size)
        if not says(newest.note, held.origin, size, newest.root):
            raise _broken(held.origin, size)

    async def _fits_copies(self, held: Held) -> None:
        """A copy beyond the tree's end, or another root at it: the database was rewound, or another was sealed."""
        last, size = await self._copies.last_name(held.origin), held.growing.size
        if last is not None and copied_size(last) > size:
            raise HistoryCorrupt(
                N_("{origin}: a head of {copied} leaves was published, the tree has {size}: begin a new epoch."),
                origin=held.origin,
                copied=copied_size(last),
                size=size,
            )
        if last is not None and copied_size(last) == size:
            copy = await self._copies.read(last)
            if not says(copy, held.origin, size, held.growing.root()):
                raise forked(held.origin, size)


def forked(origin: str, size: int) -> HistoryCorrupt:
    """The alarm that there are two histories."""
    return HistoryCorrupt(
        N_("{origin}: another head of {size} leaves stands outside the database."), origin=origin, size=size
    )


def _broken(origin: str, size: int) -> HistoryCorrupt:
    return HistoryCorrupt(
        N_("{origin}: the tree of {size} leaves was changed: tiles and signed head do not fit."),
        origin=origin,
        size=size,
    )


def says(note: str | bytes, origin: str, size: int, root: bytes) -> bool:
    """Whether a note is a checkpoint of exactly this."""
    try:
        return Checkpoint.parse(Note.parse(note).text) == Checkpoint(origin, size, root)
    except NoteRefused:
        return False
