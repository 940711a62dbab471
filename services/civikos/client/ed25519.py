"""Signatures by Ed25519 keys. The library is loaded when the first one is met: many programs never meet any."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def private_key(seed: bytes | None = None) -> "Ed25519PrivateKey":
    """The key of these 32 bytes, or one that nobody has had before. Raises: ValueError."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    return Ed25519PrivateKey.generate() if seed is None else Ed25519PrivateKey.from_private_bytes(seed)


def holds(public: bytes, signature: bytes, content: bytes) -> bool:
    """Whether the signature is of this key over the content. Raises: ValueError for 32 bytes that are no key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except InvalidSignature:
        return False
    return True
