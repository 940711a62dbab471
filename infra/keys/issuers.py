"""Issuers' keys as files of the data folder: `keys/issuers/<institution>/signing.<number>.pem`, the newest signs.

Where `keys/root.secret` is, an institution's oldest key follows from it, and no file needs to be made.
"""

import re
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.keys.deriving import DerivingKey
from infra.keys.interface import KEY_BYTES, KeyRefused
from infra.keys.keyfile import ROOT
from infra.keys.signing import FileSigningKeys, make_signing_key

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,40}")


class FileIssuerKeys:
    """A folder of keys for each institution, beside the root that oldest keys follow from if it is there."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._root = folder, folder.parent / ROOT
        self._opened: dict[str, FileSigningKeys] = {}

    def newest(self, institution: str) -> Ed25519PrivateKey:
        """As the port says. Raises: KeyRefused for a file that is open to others or holds no Ed25519 key."""
        return self._keys(institution)[0]

    def find(self, institution: str, public_key: str) -> Ed25519PrivateKey | None:
        """As the port says. Raises: KeyRefused, as `newest` does."""
        held = self._keys(institution) if self._derived(institution) or self._files(institution) else ()
        return next((key for key in held if key.public_key().public_bytes_raw().hex() == public_key), None)

    def keep(self, institution: str, seed: bytes) -> None:
        """As the port says."""
        if len(seed) != KEY_BYTES:
            raise KeyRefused(f"a key of {institution} has {len(seed)} bytes, not {KEY_BYTES}")
        key = Ed25519PrivateKey.from_private_bytes(seed)
        if self.find(institution, key.public_key().public_bytes_raw().hex()) is None:
            make_signing_key(self._place(institution), key=key)

    def renew(self, institution: str) -> Ed25519PrivateKey:
        """As the port says."""
        if not self._derived(institution):
            self._keys(institution)
        make_signing_key(self._place(institution))
        return self.newest(institution)

    def _keys(self, institution: str) -> tuple[Ed25519PrivateKey, ...]:
        derived = self._derived(institution)
        if derived and not self._files(institution):
            return derived
        if institution not in self._opened:
            self._opened[institution] = FileSigningKeys.open(self._place(institution))
        return (*self._opened[institution].private(), *derived)

    def _files(self, institution: str) -> bool:
        return any(self._place(institution).glob("signing.*.pem"))

    def _derived(self, institution: str) -> tuple[Ed25519PrivateKey, ...]:
        if not self._root.exists():
            return ()
        seed = DerivingKey.open(self._root).derive(f"issuer {institution}")
        return (Ed25519PrivateKey.from_private_bytes(seed),)

    def _place(self, institution: str) -> Path:
        if not _SLUG.fullmatch(institution):
            raise KeyRefused(f"{institution!r} is no institution's slug")
        return self._folder / institution
