"""Salted hashes: somebody stands for a content that nobody else knows, until the salt is shown."""

from hashlib import sha256
from uuid import UUID

from domain.kernel.canonical import canonical


def sealed(content: object, salt: str, *ids: UUID) -> str:
    """SHA-256 (hex) of the ids, the content's canonical JSON and the salt, joined by colons.

    The ids say whose it is and what about, so that nobody can hand in another's hash as their own.
    """
    said = canonical(content).decode()
    return sha256(":".join([*map(str, ids), said, salt]).encode()).hexdigest()
