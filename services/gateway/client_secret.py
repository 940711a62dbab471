"""The secret of an API client: 256 random bits, in a form that scanners of code and logs know and typing errors break.

`pakt_`, 43 characters of base 62, and 6 more that are the CRC-32 of those.
"""

import hashlib
import secrets
import zlib

PREFIX = "pakt_"
BITS = 256
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LENGTH, _CHECKED = 43, 6


def new_secret() -> str:
    """A secret that nobody has had before."""
    body = _base62(secrets.randbits(BITS), _LENGTH)
    return f"{PREFIX}{body}{_check(body)}"


def digest(secret: str) -> str:
    """What is kept of it: the SHA-256, hexadecimal. Of so many random bits no slower hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_well_formed(text: str) -> bool:
    """Whether the text has the form of a secret; anything else was mistyped or made up."""
    body = text.removeprefix(PREFIX)[:_LENGTH]
    return text == f"{PREFIX}{body}{_check(body)}" and len(body) == _LENGTH and set(body) <= set(_ALPHABET)


def _check(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), _CHECKED)


def _base62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, rest = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[rest] + digits
    return digits
