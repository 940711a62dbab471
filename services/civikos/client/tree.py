"""The Merkle tree of a log (RFC 9162 section 2.1), grown leaf by leaf: whoever grows it themselves needs no proof."""

import hashlib
from collections.abc import Iterable

import msgspec


class Peaks(msgspec.Struct, frozen=True):
    """A tree of `size` leaves by its perfect subtrees from left to right: all there is to keep in order to grow it."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def extended(self, leaves: Iterable[bytes]) -> "Peaks":
        """The tree with more leaves, which are given by their hashes."""
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            hashes.append(leaf)
            complete = size  # each trailing one is a subtree of the same height as the one just made
            while complete & 1:
                right = hashes.pop()
                hashes.append(_node(hashes.pop(), right))
                complete >>= 1
            size += 1
        return Peaks(size, tuple(hashes))

    @property
    def root(self) -> bytes:
        """Hash over all leaves."""
        if not self.hashes:
            return hashlib.sha256().digest()
        *left, found = self.hashes
        for one in reversed(left):
            found = _node(one, found)
        return found


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
