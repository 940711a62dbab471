"""The Merkle tree of RFC 9162 section 2.1 over SHA-256: hashes, proofs, and their verification.

A tree of n leaves is put together from perfect subtrees. `Node(height, number)` names the one over the leaves
`number * 2**height` up to `(number + 1) * 2**height`; whoever holds such hashes can make every root and proof.
"""

import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()

_sha256 = hashlib.sha256


class Node(NamedTuple):
    """A perfect subtree: of height `height` (a leaf has 0), the `number`-th of its height, counted from 0."""

    height: int
    number: int


Lookup = Callable[[Node], bytes]
"""The hash of a perfect subtree."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash of a log entry."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return _sha256(b"\x01" + left + right).digest()


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """Root over 2**k hashes of subtrees of one height."""
    level = list(hashes)
    while len(level) > 1:
        level = [_sha256(b"\x01" + level[n] + level[n + 1]).digest() for n in range(0, len(level), 2)]
    return level[0]


def covering(begin: int, end: int) -> list[Node]:
    """The perfect subtrees that RFC 9162 puts MTH(D[begin:end]) together from, left to right.

    `begin` is a multiple of the largest power of two that is not above `end - begin`, as in every tree and proof.
    """
    found: list[Node] = []
    while begin < end:
        height = (end - begin).bit_length() - 1
        found.append(Node(height, begin >> height))
        begin += 1 << height
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over the hashes of `covering` subtrees; that of the empty tree for none."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def root_at(size: int, lookup: Lookup) -> bytes:
    """Root of the tree over the first `size` leaves."""
    return folded([lookup(node) for node in covering(0, size)])


def inclusion_parts(index: int, size: int) -> list[list[Node]]:
    """The inclusion proof of leaf `index` in the tree of `size`: for each of its hashes the subtrees to fold.

    Raises: ValueError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        msg = f"a tree of {size} leaves has no leaf {index}"
        raise ValueError(msg)
    parts: list[list[Node]] = []
    begin, end = 0, size
    while end - begin > 1:
        split = begin + _split(end - begin)
        if index < split:
            parts.append(covering(split, end))
            end = split
        else:
            parts.append(covering(begin, split))
            begin = split
    return parts[::-1]


def consistency_parts(old: int, new: int) -> list[list[Node]]:
    """The consistency proof from the tree of `old` leaves to that of `new`, as `inclusion_parts` gives one.

    Empty from the empty tree and between equal sizes. Raises: ValueError when the tree would have shrunk.
    """
    if not 0 <= old <= new:
        msg = f"no tree of {new} leaves has grown from one of {old}"
        raise ValueError(msg)
    if old in {0, new}:
        return []
    parts: list[list[Node]] = []
    begin, end, whole = 0, new, True
    while old != end:
        split = begin + _split(end - begin)
        if old <= split:
            parts.append(covering(split, end))
            end = split
        else:
            parts.append(covering(begin, split))
            begin, whole = split, False
    if not whole:
        parts.append(covering(begin, end))
    return parts[::-1]


def nodes_of(parts: Sequence[Sequence[Node]]) -> set[Node]:
    """Every subtree a proof needs."""
    return {node for part in parts for node in part}


def proved(parts: Sequence[Sequence[Node]], lookup: Lookup) -> tuple[bytes, ...]:
    """The proof's hashes, in the order of RFC 9162."""
    return tuple(folded([lookup(node) for node in part]) for part in parts)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf with hash `leaf` is the `index`-th of the tree with `size` leaves (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or not _hashes(leaf, root, *proof):
        return False
    number, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `new` leaves begins with that of `old` leaves (RFC 9162 section 2.1.4.2).

    From the empty tree everything has grown: the proof is empty, and the old root must be the empty tree's.
    """
    if not 0 <= old <= new or not _hashes(old_root, new_root, *proof):
        return False
    if old in {0, new}:
        return not proof and (old_root == new_root if old else old_root == EMPTY_ROOT)
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    first, second = path[0], path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _hashes(*hashes: bytes) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)
