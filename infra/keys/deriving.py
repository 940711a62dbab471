"""Keys for others that follow from one of our own: nothing of them is stored, and whoever knows one knows no other."""

import hmac
import os
from pathlib import Path
from typing import Self

from infra.keys.interface import KeyRefused
from infra.keys.keyfile import write_once

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

    def derive(self, purpose: str) -> bytes:
        """32 bytes, others for every purpose. Raises: KeyRefused."""
        if not self._key:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._path.exists():
                write_once(self._path, os.urandom(KEY_BYTES))
            self._read()
        return hmac.digest(self._key, purpose.encode(), "sha256")

    def _read(self) -> None:
        key = self._path.read_bytes()
        if len(key) != KEY_BYTES:
            raise KeyRefused(f"{self._path} holds {len(key)} bytes, and a key has {KEY_BYTES}")
        self._key = key
