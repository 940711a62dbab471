"""Signed notes (C2SP signed-note): a text, and signatures of named Ed25519 keys below it.

A key is named by its owner's name and a key id that binds name, kind and public key. `SIGNATURE` signs the text as it
stands; `COSIGNATURE` (C2SP tlog-cosignature) signs it together with the time at which it was seen.
"""

import base64
import hashlib
from collections.abc import Iterable
from typing import Self

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE = 0x01
COSIGNATURE = 0x04
KEY_BYTES = 32
MOST_BYTES = 64 << 10
"""A note is read up to this size."""
_DASH = "\u2014 "
_ID_BYTES = 4
_TIME_BYTES = 8
_SIGNED_BYTES = 64


class NoteRefused(ValueError):
    """A note that is not one, or that no key we know has signed."""


class Signature(msgspec.Struct, frozen=True):
    """One signature line: whose, by which key, and the signed bytes behind the key id."""

    name: str
    key_id: bytes
    signed: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {encoded(self.key_id + self.signed)}\n"


class Verifier(msgspec.Struct, frozen=True):
    """A public key with its owner's name; `kind` is SIGNATURE or COSIGNATURE."""

    name: str
    public: bytes
    kind: int = SIGNATURE

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """A key in the form `name+id+base64`. Raises: NoteRefused."""
        name, _, rest = vkey.strip().partition("+")
        stated, _, key = rest.partition("+")
        material = decoded(key)
        if len(material) != 1 + KEY_BYTES or material[0] not in (SIGNATURE, COSIGNATURE):
            raise NoteRefused(f"{vkey!r} is not a verifier key of a kind known here")
        made = cls(_named(name), material[1:], material[0])
        if made.key_id.hex() != stated:
            raise NoteRefused(f"the key id of {vkey!r} is not that of its key")
        return made

    @property
    def key_id(self) -> bytes:
        """Four bytes that bind name, kind and key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encoded(bytes([self.kind]) + self.public)}"

    def verify(self, text: str, signature: Signature) -> int:
        """Seconds since 1970 at which a cosigner saw the text; 0 for a plain signature. Raises: NoteRefused."""
        timed = _TIME_BYTES if self.kind == COSIGNATURE else 0
        if len(signature.signed) != timed + _SIGNED_BYTES:
            raise NoteRefused(f"a signature of {self.name} has the wrong length")
        at = int.from_bytes(signature.signed[:timed], "big")
        message = cosigned(text, at) if timed else text.encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature.signed[timed:], message)
        except (InvalidSignature, ValueError) as error:
            raise NoteRefused(f"a signature of {self.name} is not of its key") from error
        return at


class Signer(msgspec.Struct, frozen=True):
    """A private key under a name."""

    name: str
    private: Ed25519PrivateKey
    kind: int = SIGNATURE

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        """What others check its signatures with."""
        return Verifier(_named(self.name), self.private.public_key().public_bytes_raw(), self.kind)

    def sign(self, text: str, at: int = 0) -> Signature:
        """Sign a note's text; a cosigner says with `at` (seconds since 1970) when it saw it."""
        if self.kind == COSIGNATURE:
            signed = at.to_bytes(_TIME_BYTES, "big") + self.private.sign(cosigned(text, at))
        else:
            signed = self.private.sign(text.encode())
        return Signature(self.name, self.verifier.key_id, signed)


class Note(msgspec.Struct, frozen=True):
    """A text that ends with a newline, and its signatures, none of them checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: str | bytes) -> Self:
        """Raises: NoteRefused for what is not a signed note."""
        if len(note) > MOST_BYTES:
            raise NoteRefused(f"a note is at most {MOST_BYTES} bytes long")
        try:
            read = note if isinstance(note, str) else note.decode()
        except UnicodeDecodeError as error:
            raise NoteRefused("a note is UTF-8") from error
        if any(letter < " " and letter != "\n" for letter in read):
            raise NoteRefused("a note has no control characters")
        text, blank, lines = read.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise NoteRefused("a note is a text, an empty line and signature lines")
        return cls(text + "\n", signature_lines(lines))

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    def signed_by(self, verifiers: Iterable[Verifier]) -> dict[Verifier, int]:
        """The known keys that signed, each with its time (see `Verifier.verify`).

        Signatures of unknown keys are passed over. Raises: NoteRefused when one of a known key does not hold.
        """
        known = {(one.name, one.key_id): one for one in verifiers}
        found: dict[Verifier, int] = {}
        for signature in self.signatures:
            verifier = known.get((signature.name, signature.key_id))
            if verifier is not None:
                found[verifier] = verifier.verify(self.text, signature)
        return found

    def adding(self, signatures: Iterable[Signature]) -> "Note":
        """The note with more signatures; of one key the first stays."""
        by_key = {(one.name, one.key_id): one for one in (*reversed(tuple(signatures)), *reversed(self.signatures))}
        return Note(self.text, tuple(reversed(by_key.values())))


def sign_note(text: str, *signers: Signer) -> Note:
    """A note of this text, which ends with a newline. Raises: ValueError for another text."""
    if not text.endswith("\n") or any(letter < " " and letter != "\n" for letter in text):
        msg = "a note's text ends with a newline and has no other control characters"
        raise ValueError(msg)
    return Note(text, tuple(signer.sign(text) for signer in signers))


def signature_lines(lines: str) -> tuple[Signature, ...]:
    """Signature lines as a note or a witness's answer has them. Raises: NoteRefused."""
    found: list[Signature] = []
    for line in lines.splitlines():
        name, _, signed = line.removeprefix(_DASH).partition(" ")
        raw = decoded(signed)
        if not line.startswith(_DASH) or len(raw) <= _ID_BYTES:
            raise NoteRefused(f"{line[:80]!r} is not a signature line")
        found.append(Signature(_named(name), raw[:_ID_BYTES], raw[_ID_BYTES:]))
    if not found:
        raise NoteRefused("a note has at least one signature")
    return tuple(found)


def cosigned(text: str, at: int) -> bytes:
    """What a cosigner signs of a checkpoint's text (C2SP tlog-cosignature, Ed25519)."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _named(name: str) -> str:
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise NoteRefused(f"{name!r} cannot name a key")
    return name


def encoded(raw: bytes) -> str:
    """Base64 as C2SP texts have it."""
    return base64.b64encode(raw).decode()


def decoded(text: str) -> bytes:
    """The bytes that `encoded` writes so.

    Raises: NoteRefused, also when bits after the last byte are not zero (RFC 4648, section 3.5): of one signed text
    there would be several spellings.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NoteRefused(f"{text[:80]!r} is not base64") from error
    if encoded(raw) != text:
        raise NoteRefused(f"{text[:80]!r} is not how its bytes are written in base64")
    return raw
