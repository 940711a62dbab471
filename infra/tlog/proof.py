"""Proofs to take away (C2SP tlog-proof): an index, the hashes up to the root, and the checkpoint, in one text."""

import re
from collections.abc import Iterable, Sequence
from typing import Self

import msgspec

from infra.tlog.checkpoint import Checkpoint, parse_hash
from infra.tlog.merkle import verify_inclusion
from infra.tlog.note import Note, NoteRefused, Verifier, decoded, encoded

HEAD = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


class TlogProof(msgspec.Struct, frozen=True):
    """That an entry is the `index`-th of the log whose checkpoint `note` is; `extra` is unproved data beside it."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes = b""

    def __str__(self) -> str:
        lines = [HEAD]
        if self.extra:
            lines.append(f"extra {encoded(self.extra)}")
        lines += [f"index {self.index}", *hash_lines(self.hashes)]
        return "\n".join(lines) + f"\n\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises: NoteRefused."""
        head, _, note = text.partition("\n\n")
        first, *lines = head.split("\n")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = decoded(lines.pop(0)[6:])
        index = _INDEX.fullmatch(lines[0]) if lines else None
        if first != HEAD or index is None or len(lines) > MOST_HASHES + 1:
            raise NoteRefused(f"a proof begins with {HEAD!r}, an index and at most {MOST_HASHES} hashes")
        return cls(int(index[1]), tuple(map(parse_hash, lines[1:])), Note.parse(note), extra)

    def verify(self, leaf: bytes, log: Iterable[Verifier]) -> Checkpoint:
        """The checkpoint, when one of the log's keys signed it and the entry with this leaf hash is in its tree.

        Raises: NoteRefused, saying what does not hold.
        """
        checkpoint = Checkpoint.parse(self.note.text)
        if not self.note.signed_by(one for one in log if one.name == checkpoint.origin):
            raise NoteRefused(f"the checkpoint is not signed by a known key of {checkpoint.origin}")
        if not verify_inclusion(leaf, self.index, checkpoint.size, self.hashes, checkpoint.root):
            raise NoteRefused(f"the entry is not the one at index {self.index} of {checkpoint.origin}")
        return checkpoint


def hash_lines(hashes: Sequence[bytes]) -> list[str]:
    """Hashes as C2SP texts have them: base64, one a line."""
    return [encoded(one) for one in hashes]
