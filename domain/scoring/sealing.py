"""Salted hashes: somebody stands for a content that nobody else knows, until the salt is shown."""

from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from domain.kernel.canonical import canonical


def sealed(content: object, salt: str, *ids: UUID) -> str:
    """SHA-256 (hex) of the ids, the content's canonical JSON and the salt, joined by colons.

    The ids say whose it is and what about, so that nobody can hand in another's hash as their own.
    """
    said = canonical(content).decode()
    return sha256(":".join([*map(str, ids), said, salt]).encode()).hexdigest()


def commitment(subject: UUID, person: UUID, points: Mapping[str, int], salt: str) -> str:
    """The salted hash by which somebody stands for points on what they judge that nobody knows (hexadecimal)."""
    return sealed(dict(points), salt, subject, person)
