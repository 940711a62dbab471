"""Whose a certificate is, without saying it: the name is hashed with a salt that only she and her key can open."""

import unicodedata
from hashlib import sha256


def plain_name(said: str) -> str:
    """A name as it is hashed: composed, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", said).split())


def hashed_name(said: str, salt: str) -> str:
    """The hash of a name as Open Badges 3.0 has it (IdentityHash)."""
    return "sha256$" + sha256((plain_name(said) + salt).encode()).hexdigest()
