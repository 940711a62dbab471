"""Keys for others that follow from one of our own: nothing of them is stored, and whoever knows one knows no other."""

import hmac
import os
from pathlib import Path
from typing import Self

from infra.keys.interface import KeyRefused
from infra.keys.keyfile import write_once

KEY_BYTES = 32


class DerivingKey:
    """A key of 32 bytes from which others are derived by HMAC-SHA256."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def open(cls, path: Path) -> Self:
        """The key in `path`; made there, readable by its owner only, when missing. Raises: KeyRefused."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_once(path, os.urandom(KEY_BYTES))
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise KeyRefused(f"{path} holds {len(key)} bytes, and a key has {KEY_BYTES}")
        return cls(key)

    def derive(self, purpose: str) -> bytes:
        """32 bytes, others for every purpose."""
        return hmac.digest(self._key, purpose.encode(), "sha256")
