"""Keys for others that follow from one of our own: nothing of them is stored, and whoever knows one knows no other."""

import hmac
import os
from pathlib import Path
from typing import Self

from infra.keys.interface import KeyRefused
from infra.keys.keyfile import read_closed, write_once

KEY_BYTES = 32


class DerivingKey:
    """A key of 32 bytes in a file, from which others are derived by HMAC-SHA256.

    It is made, readable by its owner only, when something is first derived: who only looks makes none.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._key = path, b""

    @classmethod
    def open(cls, path: Path) -> Self:
        """The key in `path`, or the one that will be made there. Raises: KeyRefused for what is no key."""
        found = cls(path)
        if path.exists():
            found._read()
        return found

    def make(self) -> None:
        """Have the key's file. Raises: KeyRefused where it is not there and cannot be made."""
        if not self._path.exists():
            write_once(self._path, os.urandom(KEY_BYTES))
        self._read()

    def derive(self, purpose: str) -> bytes:
        """32 bytes, others for every purpose. Raises: KeyRefused."""
        if not self._key:
            self.make()
        return hmac.digest(self._key, purpose.encode(), "sha256")

    def _read(self) -> None:
        key = read_closed(self._path)
        if len(key) != KEY_BYTES:
            raise KeyRefused(f"{self._path} holds {len(key)} bytes, and a key has {KEY_BYTES}")
        self._key = key
