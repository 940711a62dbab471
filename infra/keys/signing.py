"""Signing keys as PKCS#8 PEM files of the data folder, readable by their owner only: `keys/signing.<number>.pem`.

The newest number signs, all of them verify. A file given from outside (a mounted secret) signs in place of the newest.
"""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from infra.keys.interface import KeyRefused
from infra.keys.keyfile import read_closed, write_once
from infra.tlog.note import Signer, Verifier


class FileSigningKeys:
    """The keys of one folder, the newest last; there is always one. A key that is added later is noticed."""

    def __init__(self, folder: Path, secret: Path | None = None) -> None:
        self._folder, self._secret = folder, secret
        self._seen: object = None
        self._keys: tuple[Ed25519PrivateKey, ...] = ()

    @classmethod
    def open(cls, folder: Path, secret: Path | None = None) -> "FileSigningKeys":
        """The keys in `folder`; without any, and without a `secret` file, one is made.

        Raises: KeyRefused for a file that is open to others or holds no Ed25519 key.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _numbers(folder) and secret is None:
            make_signing_key(folder, only=1)  # of two processes that start here at once, both get the one key
        keys = cls(folder, secret)
        keys._read()  # what is wrong is said at the start, not at the first signature
        return keys

    def signer(self, name: str) -> Signer:
        """As the port says."""
        return Signer(name, self._read()[-1])

    def verifiers(self, name: str) -> tuple[Verifier, ...]:
        """As the port says."""
        return tuple(Signer(name, key).verifier for key in reversed(self._read()))

    def private(self) -> tuple[Ed25519PrivateKey, ...]:
        """The keys themselves, the newest first."""
        return tuple(reversed(self._read()))

    def _read(self) -> tuple[Ed25519PrivateKey, ...]:
        paths = [_path(self._folder, number) for number in _numbers(self._folder)]
        if self._secret is not None:
            paths.append(self._secret)
        stands = [(path, path.stat().st_mtime_ns) for path in paths]
        if stands != self._seen:
            self._keys, self._seen = tuple(map(read_signing_key, paths)), stands
        return self._keys


def make_signing_key(folder: Path, only: int = 0, key: Ed25519PrivateKey | None = None) -> int:
    """Make the next key of the folder, on disk before this returns; answers its number.

    `only` asks for the key of that number: made by somebody else meanwhile, it is theirs. `key` is one that is there
    already, made elsewhere.
    """
    while True:
        number = only or max(_numbers(folder), default=0) + 1
        made = key or Ed25519PrivateKey.generate()
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        if write_once(_path(folder, number), pem) or only:
            return number


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """The key of a PKCS#8 PEM file. Raises: KeyRefused."""
    try:
        key = load_pem_private_key(read_closed(path), password=None)
    except (ValueError, TypeError) as error:
        raise KeyRefused(f"{path} holds no readable key: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path} holds no Ed25519 key")
    return key


def _path(folder: Path, number: int) -> Path:
    return folder / f"signing.{number}.pem"


def _numbers(folder: Path) -> list[int]:
    names = (path.name.split(".") for path in folder.glob("signing.*.pem"))
    return sorted(int(parts[1]) for parts in names if parts[1].isdecimal())
