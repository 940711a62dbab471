"""The heads of a log as they were published, beside those that the database has.

A kit must not be poorer than what everybody could have seen: what is only outside goes into it too, and what is not the
same on both sides is said. A head is stored before it is published, so the copies are listed first.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence

import msgspec

from domain.kernel.errors import StreamNotFound
from infra.objectstore.interface import NamedObjects
from infra.tlog.note import Note, NoteRefused
from infra.trees.interface import Head, TreeId, Trees
from infra.trees.origins import copied_size, copy_name

HEADS_AT_ONCE = 500
READS_AT_ONCE = 50
MOST = (1 << 63) - 1


class Range(msgspec.Struct, frozen=True):
    """Which heads are looked at: those of `first` to `last` leaves, and those of `beyond` and more."""

    first: int
    last: int
    beyond: int

    def __contains__(self, size: int) -> bool:
        return self.first <= size <= self.last or size >= self.beyond


class Log(msgspec.Struct, frozen=True):
    """A tree by its name; up to `published` its heads are outside, from `ended` on a restore has left them behind."""

    tree: TreeId
    origin: str
    published: int
    ended: int = MOST


class Outside(msgspec.Struct, frozen=True):
    """A published head that the database does not have, or has otherwise."""

    tree: TreeId
    size: int
    note: str


class Beside(msgspec.Struct, frozen=True):
    """What only the copies hold of a log, the smallest first, and in words what is not the same on both sides."""

    outside: list[Outside]
    differing: list[str]


async def beside(copies: NamedObjects, trees: Trees, log: Log, which: Range) -> Beside:
    """Compare both sides of one log.

    Raises: Unavailable.
    """
    sizes = sorted(size for size in map(copied_size, await copies.names(log.origin)) if size in which)
    found, after = Beside([], []), which.first - 1
    while True:
        stored = await trees.heads(log.tree, after, HEADS_AT_ONCE)
        upto = stored[-1].size if len(stored) == HEADS_AT_ONCE else MOST
        here = {head.size: head.note for head in stored if head.size in which}
        await _compare(copies, log, here, sizes[bisect_right(sizes, after) : bisect_right(sizes, upto)], found)
        if upto == MOST:
            return found
        after = upto


async def heads(trees: Trees, tree: TreeId, after: int) -> AsyncIterator[Head]:
    """The stored heads of more than `after` leaves, ascending."""
    while page := await trees.heads(tree, after, HEADS_AT_ONCE):
        for head in page:
            yield head
        after = page[-1].size


async def _compare(
    copies: NamedObjects, log: Log, stored: dict[int, str], published: Sequence[int], found: Beside
) -> None:
    for begin in range(0, len(published), READS_AT_ONCE):
        some = published[begin : begin + READS_AT_ONCE]
        for size, copy in zip(some, await asyncio.gather(*(_read(copies, log, size) for size in some)), strict=True):
            text, note = _text(copy), stored.get(size)
            if note is not None and _text(note) == text:
                continue
            if text is not None:
                found.outside.append(Outside(log.tree, size, copy))
            if note is not None or size < log.ended:
                other = "another head" if note is not None else "no head"
                found.differing.append(f"{other} of {size} entries of {log.origin} in the database")
    for size in sorted(stored.keys() - set(published)):
        if size <= log.published:
            found.differing.append(f"no head of {size} entries of {log.origin} among the copies")


async def _read(copies: NamedObjects, log: Log, size: int) -> str:
    try:
        return (await copies.read(copy_name(log.origin, size))).decode(errors="replace")
    except StreamNotFound:  # taken since it was listed
        return ""


def _text(note: str) -> str | None:
    try:
        return Note.parse(note).text
    except NoteRefused:
        return None
