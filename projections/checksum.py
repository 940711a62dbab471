"""One number for all rows of a read model, the same wherever they were made."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from domain.kernel.canonical import canonical
from projections.read_model import Key, R, ReadModel


def checksum(rows: Iterable[msgspec.Struct]) -> str:
    """SHA-256 (hex) over canonical JSON (RFC 8785), a line per row, rows ascending by key, times in UTC."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical(row))
        digest.update(b"\n")
    return digest.hexdigest()


class Difference(msgspec.Struct, frozen=True):
    """What turns the stored rows into the folded ones: rows to write, keys to delete."""

    write: Sequence[Any]
    delete: Sequence[Key]

    @property
    def rows(self) -> int:
        """Number of rows that differ, are missing or are too many."""
        return len(self.write) + len(self.delete)


def difference(model: ReadModel[R], stored: Iterable[R], folded: Iterable[R]) -> Difference:
    """Compare two sets of rows of one tenant by key."""
    left: Mapping[Key, R] = {model.key_of(row): row for row in stored}
    right: Mapping[Key, R] = {model.key_of(row): row for row in folded}
    return Difference(
        write=[row for key, row in right.items() if left.get(key) != row],
        delete=[key for key in left if key not in right],
    )
