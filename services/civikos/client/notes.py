"""Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint), and cosignatures on them (tlog-cosignature).

A checkpoint is three lines, origin, size and root, below them a blank line and signatures of named Ed25519 keys. The
installation signs each log under the log's origin; a witness signs the text together with the time at which it saw it.
"""

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Self

import msgspec

from services.civikos.client.ed25519 import holds
from services.civikos.client.errors import NotProved

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNATURE, COSIGNATURE = 0x01, 0x04
_DASH = "\u2014 "
_ID_BYTES, _TIME_BYTES, _HASH_BYTES = 4, 8, 32
_LINES = 3


class Checkpoint(msgspec.Struct, frozen=True):
    """What a log says of itself; `text` is what was signed, `signatures` are its lines, unchecked."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]
    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, note: str) -> Self:
        """A signed note that holds a checkpoint. Raises: NotProved for anything else."""
        text, blank, below = note.rpartition("\n\n")
        lines = text.split("\n")
        if not blank or not below.endswith("\n") or len(lines) < _LINES or not lines[1].isdecimal():
            raise NotProved("a checkpoint is origin, size and root, a blank line, and signatures")
        root = decoded(lines[2])
        if len(root) != _HASH_BYTES:
            raise NotProved("a root has 32 bytes")
        signatures = tuple(_signature(line) for line in below.splitlines())
        return cls(f"{text}\n", signatures, lines[0], int(lines[1]), root)

    def signed_by(self, public: bytes) -> bool:
        """Whether the key has signed this checkpoint under its origin."""
        wanted = (self.origin, key_id(self.origin, SIGNATURE, public))
        return any(
            (name, used) == wanted and holds(public, signed, self.text.encode())
            for name, used, signed in self.signatures
        )


class Cosigner:
    """A witness's key under its name, such as `civikos.example/w1`."""

    def __init__(self, name: str, private: "Ed25519PrivateKey") -> None:
        self.name, self._private = name, private
        self._public = private.public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        """By which others verify its cosignatures: name, key id, and kind with key."""
        used = key_id(self.name, COSIGNATURE, self._public).hex()
        return f"{self.name}+{used}+{encoded(bytes([COSIGNATURE]) + self._public)}"

    def cosign(self, checkpoint: Checkpoint, at: int) -> str:
        """The signature line for a checkpoint that was seen `at` (seconds since 1970)."""
        signed = self._private.sign(f"cosignature/v1\ntime {at}\n{checkpoint.text}".encode())
        raw = key_id(self.name, COSIGNATURE, self._public) + at.to_bytes(_TIME_BYTES, "big") + signed
        return f"{_DASH}{self.name} {encoded(raw)}\n"


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Four bytes that bind name, kind and key (C2SP signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:_ID_BYTES]


def encoded(raw: bytes) -> str:
    """Base64 as C2SP texts have it."""
    return base64.b64encode(raw).decode()


def decoded(text: str) -> bytes:
    """Bytes of base64. Raises: NotProved."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotProved(f"{text[:80]!r} is not base64") from error


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, signed = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not name:
        raise NotProved(f"{line[:80]!r} is not a signature line")
    raw = decoded(signed)
    return name, raw[:_ID_BYTES], raw[_ID_BYTES:]
