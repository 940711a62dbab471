"""Issuers' keys as files of the data folder: `keys/issuers/<institution>/signing.<number>.pem`, the newest signs."""

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.keys.interface import KeyRefused
from infra.keys.signing import FileSigningKeys, make_signing_key

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")


class FileIssuerKeys:
    """A folder of keys for each institution."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: dict[str, FileSigningKeys] = {}

    def newest(self, institution: str) -> Ed25519PrivateKey:
        """As the port says. Raises: KeyRefused for a file that is open to others or holds no Ed25519 key."""
        return self._keys(institution)[0]

    def find(self, institution: str, public_key: str) -> Ed25519PrivateKey | None:
        """As the port says. Raises: KeyRefused, as `newest` does."""
        held = self._keys(institution)
        return next((key for key in held if key.public_key().public_bytes_raw().hex() == public_key), None)

    def renew(self, institution: str) -> Ed25519PrivateKey:
        """As the port says."""
        self._keys(institution)
        make_signing_key(self._place(institution))
        return self.newest(institution)

    def _keys(self, institution: str) -> tuple[Ed25519PrivateKey, ...]:
        if institution not in self._opened:
            self._opened[institution] = FileSigningKeys.open(self._place(institution))
        return self._opened[institution].private()

    def _place(self, institution: str) -> Path:
        if not _SLUG.fullmatch(institution):
            raise KeyRefused(f"{institution!r} is no institution's slug")
        return self._folder / institution
