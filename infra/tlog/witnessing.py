"""What a log and a witness send each other (C2SP tlog-witness `add-checkpoint`)."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import Self

import msgspec

from infra.tlog.checkpoint import parse_hash
from infra.tlog.note import MOST_BYTES, Note, NoteRefused, Signature, Verifier, signature_lines
from infra.tlog.proof import MOST_HASHES, hash_lines

MOST_REQUEST_BYTES = MOST_BYTES + (4 << 10)
"""A note, and the longest proof before it."""
SIZE_TYPE = "text/x.tlog.size"
"""Content type of the answer that says which size the witness knows."""
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class AddCheckpoint(msgspec.Struct, frozen=True):
    """A checkpoint to cosign, and the proof that its tree begins with the one of `old` leaves."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        return "\n".join([f"old {self.old}", *hash_lines(self.proof)]) + f"\n\n{self.note}"

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Raises: NoteRefused for what is not such a request."""
        head, blank, note = body.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise NoteRefused("size and proof are ASCII") from error
        old = _OLD.fullmatch(first)
        if old is None or not blank or len(lines) > MOST_HASHES:
            raise NoteRefused(f"a request is `old SIZE`, at most {MOST_HASHES} hashes, an empty line and a checkpoint")
        return cls(int(old[1]), tuple(map(parse_hash, lines)), Note.parse(note))


def cosignatures(answer: str, text: str, witnesses: Iterable[Verifier]) -> dict[Signature, int]:
    """Signatures in a witness's answer that hold for the checkpoint's text, with their times; strangers' are left out.

    Raises: NoteRefused when the answer is no signature lines, or one of a known key does not hold.
    """
    known = {(one.name, one.key_id): one for one in witnesses}
    found: dict[Signature, int] = {}
    for signature in signature_lines(answer):
        verifier = known.get((signature.name, signature.key_id))
        if verifier is not None:
            found[signature] = verifier.verify(text, signature)
    return found


def origin_hash(origin: str) -> str:
    """The name under which a witness serves the checkpoint of a log."""
    return sha256(origin.encode()).hexdigest()
