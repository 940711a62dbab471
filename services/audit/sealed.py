"""One tree against what it is of: leaves, tiles of every level, roots of every head, signatures, copies outside."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from domain.kernel.errors import StreamNotFound
from infra.database.interface import Connection
from infra.objectstore.interface import NamedObjects
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import HASH_BYTES
from infra.tlog.note import Note, NoteRefused, Verifier, signature_lines
from infra.tlog.tiles import HEIGHT, WIDTH, GrowingTree, Tile, split, width
from infra.trees.interface import Tree, TreeId, Trees
from infra.trees.origins import copied_size, copy_name
from services.audit.faults import Faults
from services.audit.leaves import PAGE, Leaves, Page
from services.epochs import Declared

_TREES = "SELECT kind, epoch, origin, size, published FROM es.tree WHERE tenant_id = $1 ORDER BY kind, epoch"
_HEADS = """
SELECT size, root, note FROM es.tree_head WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 ORDER BY size
"""
_LEAVES = """
SELECT number, hashes FROM es.tile
 WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 AND level = 0 AND number >= $4 AND number < $5
"""
_UPPER = "SELECT level, number, hashes FROM es.tile WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 AND level > 0"
_BEYOND = """
SELECT number FROM es.tile WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 AND level = 0
   AND (number < 0 OR number >= $4) ORDER BY number LIMIT 100
"""
_COSIGNATURES = """
SELECT size, witness, key_id, line FROM es.cosignature WHERE tenant_id = $1 AND kind = $2 AND epoch = $3 ORDER BY size
"""

Progress = Callable[[int], None]
Lost = Callable[[TreeId, Checkpoint], bool]


class StoredHead(msgspec.Struct, frozen=True):
    """A row of `es.tree_head`."""

    size: int
    root: bytes
    note: str


class Keys(msgspec.Struct, frozen=True):
    """Whose signatures are believed: the log's keys by its origin, and the witnesses'."""

    log: Callable[[str], Sequence[Verifier]]
    witnesses: tuple[Verifier, ...]


async def trees_of(connection: Connection, tenant_id: int) -> list[Tree]:
    """The trees of a tenant as the transaction sees them."""
    rows = await connection.fetch(_TREES, tenant_id)
    return [Tree(TreeId(tenant_id, row[1], row[0]), row[2], row[3], row[4]) for row in rows]


class TreeCheck:
    """Checks one tree page by page; what does not hold goes to `faults`."""

    def __init__(self, connection: Connection, tree: Tree, leaves: Leaves, faults: Faults) -> None:
        self._connection, self._tree, self._leaves, self._faults = connection, tree, leaves, faults
        self._key = (tree.tree.tenant_id, tree.tree.kind, tree.tree.epoch)
        self._growing = GrowingTree()
        self._upper: dict[Tile, bytes] = {}
        self.heads: list[StoredHead] = []
        self._next = 0
        self._differing: list[int] = []

    async def run(self, length: int, told: Progress) -> None:
        """Check the leaves up to `length`, of which the tree has its first ones; `told` hears how many are done."""
        self.heads = [StoredHead(*row) for row in await self._connection.fetch(_HEADS, *self._key)]
        size = self._tree.size
        for begin in range(0, max(length, size), PAGE):
            made = await self._leaves.page(begin, min(begin + PAGE, length)) if begin < length else ()
            if begin < size:
                self._grow(await self._sealed(begin, min(begin + PAGE, size), made))
            told(min(begin + PAGE, length))
        await self._leaves.whole()
        await self._check_upper()
        if self._next < len(self.heads) or (self.heads[-1].size if self.heads else 0) != size:
            last = self.heads[-1].size if self.heads else 0
            self._faults.add(
                "tree", min(last, size) or None, f"the tree has {size} leaves, its last head {last}", field="size"
            )

    async def _sealed(self, begin: int, end: int, made: Page) -> list[bytes]:
        """The leaf hashes that the level 0 tiles hold, compared with those made anew; where none is, the latter."""
        first, last = begin // WIDTH, -(-end // WIDTH)
        rows = await self._connection.fetch(_LEAVES, *self._key, first, last)
        tiles = {row[0]: row[1] for row in rows}
        held: list[bytes] = []
        for number in range(first, last):
            expected = width(Tile(0, number), self._tree.size)
            hashes = split(tiles.get(number, b""))
            if len(hashes) != expected:
                self._faults.add(
                    "tile",
                    number * WIDTH + 1,
                    f"tile 0/{number} has {len(hashes)} of {expected} hashes",
                    field="hashes",
                )
            at = number * WIDTH - begin
            instead = [one or bytes(HASH_BYTES) for one in made[at : at + expected]]
            held += (hashes + instead[len(hashes) :] + [bytes(HASH_BYTES)] * expected)[:expected]
        self._compare(begin, held, made)
        return held

    def _compare(self, begin: int, held: Sequence[bytes], made: Page) -> None:
        part = "event" if self._tree.tree.kind == "events" else "entry"
        for index, (sealed, now) in enumerate(zip(held, made, strict=False), begin):
            if now is not None and now != sealed:
                self._differing.append(index)
                self._faults.add(part, index + 1, f"the {part} is not the one whose hash was sealed")

    def _grow(self, leaves: Sequence[bytes]) -> None:
        """Let the tree grow from head to head, and compare each root."""
        done = 0
        begin = self._growing.size
        while self._next < len(self.heads) and self.heads[self._next].size <= begin + len(leaves):
            head = self.heads[self._next]
            self._extend(leaves[done : head.size - begin])
            done = head.size - begin
            if self._growing.root() != head.root:
                self._faults.add(
                    "head", head.size, f"the root of {head.size} leaves is not that of the tree", field="root"
                )
            self._next += 1
        self._extend(leaves[done:])

    def _extend(self, leaves: Sequence[bytes]) -> None:
        if leaves:
            grown = self._growing.extend(leaves)
            self._upper |= {tile: hashes for tile, hashes in grown.items() if tile.level}

    async def _check_upper(self) -> None:
        rows = await self._connection.fetch(_UPPER, *self._key)
        stored = {Tile(row[0], row[1]): row[2] for row in rows}
        for tile in sorted(self._upper.keys() | stored.keys()):
            made, held = self._upper.get(tile, b""), stored.get(tile, b"")
            if made != held:
                at = next((n for n, (a, b) in enumerate(zip(split(made), split(held), strict=False)) if a != b), 0)
                begin = (tile.number * WIDTH + at) << HEIGHT * tile.level
                end = begin + (1 << HEIGHT * tile.level)
                position = 1 + next((index for index in self._differing if begin <= index < end), begin)
                self._faults.add(
                    "tile", position, f"tile {tile.level}/{tile.number} is not that of the tree", field="hashes"
                )
        for (number,) in await self._connection.fetch(_BEYOND, *self._key, -(-self._tree.size // WIDTH)):
            self._faults.add("tile", None, f"tile 0/{number} is none of the tree's", field="number")

    async def signatures(self, keys: Keys) -> None:
        """Every head's text and signature, every cosignature of a witness that is known."""
        origin, known = self._tree.origin, keys.log(self._tree.origin)
        texts: dict[int, str] = {}
        for head in self.heads:
            try:
                note = Note.parse(head.note)
                texts[head.size] = note.text
                if Checkpoint.parse(note.text) != Checkpoint(origin, head.size, head.root):
                    self._faults.add("head", head.size, "the note says something else than its row", field="note")
                if not note.signed_by(known):
                    self._faults.add("signature", head.size, f"no known key of {origin} has signed it", field="note")
            except NoteRefused as error:
                self._faults.add("signature", head.size, str(error), field="note")
        witnesses = {(one.name, one.key_id): one for one in keys.witnesses}
        for size, name, key_id, line in await self._connection.fetch(_COSIGNATURES, *self._key):
            try:
                [signature] = signature_lines(line)
                if (signature.name, signature.key_id) != (name, key_id):
                    self._faults.add("cosignature", size, f"{name} is not who the line names", field="witness")
                elif (name, key_id) in witnesses and size in texts:
                    witnesses[name, key_id].verify(texts[size], signature)
            except (NoteRefused, ValueError) as error:
                self._faults.add("cosignature", size, str(error), field="line")

    async def copies(self, copies: NamedObjects, trees: Trees, declared: Declared) -> None:
        """Every published head stands outside the database as it does inside, and none that the tree has not.

        `trees` tells what was sealed since the snapshot that everything else is read from, `declared` which heads a
        restore has left behind.
        """
        origin, published = self._tree.origin, self._tree.published
        for head in self.heads:
            if head.size > published:
                break
            try:
                copy = await copies.read(copy_name(origin, head.size))
            except StreamNotFound:
                self._faults.add("copy", head.size, "the head is not where it was published")
                continue
            if _text(copy) != _text(head.note.encode()):
                self._faults.add("copy", head.size, "the published head is another one")
        last = await copies.last_name(origin)
        if last is not None and copied_size(last) > self._tree.size:
            now = {one.tree: one.size for one in await trees.trees(self._tree.tree.tenant_id)}
            if now.get(self._tree.tree, 0) >= copied_size(last):
                return
            if declared.names(self._tree.tree, _checkpoint(await copies.read(last))):
                return
            detail = f"a head of {copied_size(last)} leaves was published, the tree has {self._tree.size}"
            self._faults.add("copy", self._tree.size + 1, detail)

    def entered(self, entries: Mapping[tuple[TreeId, int], str], lost: Lost) -> None:
        """Every entry of the national log about this tree is one of its heads, text for text.

        Of what was seen beyond its end `lost` knows whether the log has been set back to that end.
        """
        texts = {head.size: _text(head.note.encode()) for head in self.heads}
        for (tree, size), entry in entries.items():
            if tree == self._tree.tree and size > self._tree.size and lost(tree, Checkpoint.parse(entry)):
                continue
            if tree == self._tree.tree and texts.get(size) != entry:
                self._faults.add("head", size, "the log of heads holds another head of this size, or it is gone here")


def _checkpoint(note: bytes) -> Checkpoint | None:
    try:
        return Checkpoint.parse(Note.parse(note).text)
    except NoteRefused:
        return None


def _text(note: bytes) -> str | None:
    """The signed text: a head may be signed again by a newer key of the log's."""
    try:
        return Note.parse(note).text
    except NoteRefused:
        return None
