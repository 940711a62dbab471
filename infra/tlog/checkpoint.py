"""Checkpoints (C2SP tlog-checkpoint): the text by which a log says how long it is and what its root is."""

import re
from typing import Self

import msgspec

from infra.tlog.merkle import HASH_BYTES
from infra.tlog.note import NoteRefused, decoded, encoded

_LINES = 3
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_LARGEST = (1 << 63) - 1
"""No log of which anybody can tell is longer; a larger number is written to be counted wrongly."""


class Checkpoint(msgspec.Struct, frozen=True):
    """A tree head: `origin` names the log, `size` counts its leaves, `root` is the hash over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text that is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """A checkpoint from a note's text; extension lines are passed over. Raises: NoteRefused."""
        *lines, last = text.split("\n")
        if last or len(lines) < _LINES or not all(lines) or not _SIZE.fullmatch(lines[1]):
            raise NoteRefused("a checkpoint is three lines: origin, size and root")
        if int(lines[1]) > _LARGEST:
            raise NoteRefused("a size is at most 2^63 - 1")
        return cls(lines[0], int(lines[1]), parse_hash(lines[2]))


def parse_hash(line: str) -> bytes:
    """A hash in base64. Raises: NoteRefused."""
    found = decoded(line)
    if len(found) != HASH_BYTES:
        raise NoteRefused(f"a hash has {HASH_BYTES} bytes")
    return found
