"""Drawing lots by a published seed: whoever knows seed and candidates draws the same again."""

from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID


def drawn(seed: str, candidates: Iterable[UUID], about: str = "") -> tuple[UUID, ...]:
    """The candidates in the order of their lots; `about` tells several draws by one seed apart.

    A candidate's lot is the SHA-256 of `seed`, `about` and its id (lower case, with dashes), joined by colons.
    """
    return tuple(sorted(candidates, key=lambda one: lot(seed, one, about)))


def lot(seed: str, candidate: UUID, about: str = "") -> str:
    """The lot of one candidate, hexadecimal; the lowest comes first."""
    return sha256(f"{seed}:{about}:{candidate}".encode()).hexdigest()
