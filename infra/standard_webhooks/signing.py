"""The sender's side of Standard Webhooks 1.0.0: who sent a message, and when, shown by signatures beside it.

What is signed is `id.timestamp.body`, the body byte for byte as it is sent. `v1` is HMAC-SHA256 under a secret that
both sides know, `v1a` is Ed25519 by a key of which the receiver knows the public half. While a secret is being replaced
a message bears a signature under each, and a receiver takes the one that it can check.
"""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from typing import Protocol, Self

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SECRET_PREFIX = "whsec_"  # noqa: S105 - says what follows
PUBLIC_PREFIX = "whpk_"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
LEAST_BYTES, MOST_BYTES = 24, 64
"""Length of a shared secret."""


class Signing(Protocol):
    """What makes one signature."""

    def sign(self, content: bytes) -> str:
        """Version, comma and base64, as they stand in the header."""
        ...


class SharedSecret(msgspec.Struct, frozen=True):
    """A secret that sender and receiver know; its text is `whsec_` and base64, its representation tells nothing."""

    key: bytes

    def __post_init__(self) -> None:
        if not LEAST_BYTES <= len(self.key) <= MOST_BYTES:
            msg = f"a shared secret is {LEAST_BYTES} to {MOST_BYTES} bytes long, this one {len(self.key)}"
            raise ValueError(msg)

    @classmethod
    def parse(cls, text: str) -> Self:
        """A secret as its receiver was given it, with or without the prefix. Raises: ValueError."""
        try:
            return cls(base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True))
        except binascii.Error as error:
            msg = "a shared secret is base64"
            raise ValueError(msg) from error

    def __str__(self) -> str:
        return SECRET_PREFIX + base64.b64encode(self.key).decode()

    def __repr__(self) -> str:
        return "SharedSecret(***)"

    def sign(self, content: bytes) -> str:
        """A signature `v1`."""
        return f"v1,{base64.b64encode(hmac.digest(self.key, content, 'sha256')).decode()}"


class SigningKey:
    """An Ed25519 key of the sender's, made of 32 bytes that nobody else knows."""

    def __init__(self, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public(self) -> str:
        """What the receiver checks signatures with: `whpk_` and base64."""
        return PUBLIC_PREFIX + base64.b64encode(self._private.public_key().public_bytes_raw()).decode()

    def sign(self, content: bytes) -> str:
        """A signature `v1a`."""
        return f"v1a,{base64.b64encode(self._private.sign(content)).decode()}"


def signed_headers(message_id: str, at: int, body: bytes, signing: Iterable[Signing]) -> Mapping[str, str]:
    """The headers of one attempt at the time `at` (seconds since 1970), a signature by each in their order.

    Raises: ValueError for an id with a full stop, which would leave open where the id ends.
    """
    if "." in message_id or not message_id.isascii() or not message_id.isprintable():
        msg = f"{message_id!r} is no id of a message"
        raise ValueError(msg)
    content = b"%b.%d.%b" % (message_id.encode(), at, body)
    return {ID: message_id, TIMESTAMP: str(at), SIGNATURE: " ".join(one.sign(content) for one in signing)}
