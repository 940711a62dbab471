"""The trees' port: a Merkle tree per log, its signed heads, and what witnesses said of them.

A tree is named by `TreeId`. Leaf `index` of an `events` tree is the event at position `index + 1` of the tenant's log;
leaf `index` of the national `heads` tree is the checkpoint of a tenant's head. What was sealed is never changed.
Every adapter runs the same contract suite (`tests/contracts/test_trees.py`).
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import msgspec

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Note, Verifier, signature_lines
from infra.tlog.tiles import Tile

EVENTS = "events"
HEADS = "heads"


class TreeId(msgspec.Struct, frozen=True):
    """Which tree: whose, over the tenant's events or (national tenant only) over all heads, and of which epoch."""

    tenant_id: int
    epoch: int = 1
    kind: str = EVENTS


class Tree(msgspec.Struct, frozen=True):
    """A tree as it stands. `origin` names its log for ever; heads up to size `published` stand outside the database."""

    tree: TreeId
    origin: str
    size: int
    published: int


class Head(msgspec.Struct, frozen=True):
    """A signed head: `note` is the checkpoint with the log's signature, `lines` are the cosignatures, oldest first."""

    tree: TreeId
    size: int
    root: bytes
    note: str
    sealed_at: datetime
    lines: tuple[str, ...] = ()

    @property
    def checkpoint(self) -> Checkpoint:
        """What the note says."""
        return Checkpoint.parse(Note.parse(self.note).text)

    @property
    def cosigned(self) -> Note:
        """The note with all signatures."""
        return Note.parse(self.note).adding(one for line in self.lines for one in signature_lines(line))


class HeadEntry(msgspec.Struct, frozen=True):
    """Leaf `index` of the national heads tree: the checkpoint text of the head of tree `of` with `size` leaves."""

    index: int
    of: TreeId
    size: int
    entry: str


class Quorum(msgspec.Struct, frozen=True):
    """At least `number` of these witnesses; none by default."""

    number: int = 0
    witnesses: tuple[Verifier, ...] = ()


ANYBODY = Quorum()


class TreeChanged(Exception):
    """The tree is not of the size from which somebody wanted to grow it: another sealer was there first."""


class NotSealed(LookupError):
    """The tree has no such leaf or size (yet)."""


class Trees(Protocol):
    """Reading. Every method is one round trip and reads the tiles it needs, no more."""

    async def trees(self, tenant_id: int) -> Sequence[Tree]:
        """Every tree of a tenant, of all kinds and epochs."""
        ...

    async def newest(self, tree: TreeId, quorum: Quorum = ANYBODY) -> Head | None:
        """The newest head that has this many cosignatures."""
        ...

    async def at_least(self, tree: TreeId, size: int, quorum: Quorum = ANYBODY) -> Head | None:
        """The oldest head of at least `size` leaves that has this many cosignatures."""
        ...

    async def heads(self, tree: TreeId, after: int, limit: int) -> Sequence[Head]:
        """At most `limit` heads of more than `after` leaves, ascending."""
        ...

    async def tiles(self, tree: TreeId, tiles: Collection[Tile]) -> Mapping[Tile, bytes]:
        """The hashes of those tiles that are there; a tile may hold more than a smaller tree had of it."""
        ...

    async def prove_inclusion(self, tree: TreeId, index: int, size: int) -> tuple[bytes, ...]:
        """Hashes from leaf `index` to the root of the first `size` leaves. Raises: NotSealed."""
        ...

    async def prove_consistency(self, tree: TreeId, old: int, new: int) -> tuple[bytes, ...]:
        """Hashes that prove the tree of `new` leaves to begin with that of `old`. Raises: NotSealed."""
        ...

    async def find_entry(self, national: TreeId, head: Head) -> HeadEntry | None:
        """Where the heads tree `national` holds a head."""
        ...

    async def entries(self, national: TreeId, after: int, limit: int) -> Sequence[HeadEntry]:
        """At most `limit` entries of the heads tree from index `after` on, ascending."""
        ...


class Cosigning(Trees, Protocol):
    """Reading, and storing what witnesses said, in a role that may."""

    async def cosign(self, head: Head, witness: Verifier, line: str, seen_at: datetime) -> None:
        """Store a witness's signature line, which the caller has verified; of one key the first stays."""
        ...


class Growth(Protocol):
    """One tree, locked, in one transaction: what is written becomes true together or not at all."""

    async def append(self, tiles: Mapping[Tile, bytes], size: int) -> None:
        """Write new and grown tiles; the tree has `size` leaves afterwards."""
        ...

    async def sign(self, root: bytes, note: str) -> Head:
        """Store the head of the tree as it now stands."""
        ...

    async def enter(self, entries: Sequence[HeadEntry]) -> None:
        """Store the entries of the heads tree."""
        ...


class TreeKeeper(Cosigning, Protocol):
    """Reading and writing, as the sealer."""

    def growing(self, tree: TreeId, origin: str, size: int) -> AbstractAsyncContextManager[Growth]:
        """A transaction in which the tree, made when it is new, is locked, of its log's epoch, and of `size` leaves.

        Raises: TreeChanged, when it has not.
        """
        ...

    async def published(self, tree: TreeId, size: int) -> None:
        """Remember that all heads up to `size` stand outside the database."""
        ...

    async def last_entered(self, national: TreeId, of: TreeId) -> int:
        """Size of the newest head of tree `of` that the heads tree holds; 0 when it holds none."""
        ...
