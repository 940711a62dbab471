"""A key's file: written once, readable by its owner only, whole or not at all; read only if nobody else can."""

import os
from pathlib import Path

from infra.keys.access import require_closed
from infra.keys.interface import KeyRefused

ROOT = "root.secret"
"""The file of the key that others follow from, where they have no file of their own."""
DERIVED = 0
"""Number of a tenant's key that follows from the root; those in files begin at 1."""


def key_file(tenant_id: int, number: int) -> str:
    """Name of the file that this key of the tenant is in, or follows from."""
    return ROOT if number == DERIVED else f"{tenant_id}.{number}.key"


def write_once(path: Path, key: bytes) -> bool:
    """Write the file aside, then link it; on disk before this returns. False when somebody else's stands there.

    Two processes agree on the first, and a crash leaves no half key.

    Raises: KeyRefused where nothing can be written, as in a Secret that is mounted.
    """
    try:
        return _write_once(path, key)
    except OSError as error:
        raise KeyRefused(f"{path} cannot be made ({error.strerror}): make it elsewhere and put it there") from error


def read_closed(path: Path) -> bytes:
    """What the file of a key holds. Raises: KeyRefused when it is not there or is open to others."""
    try:
        with path.open("rb") as file:
            require_closed(path, os.fstat(file.fileno()))
            return file.read()
    except OSError as error:
        raise KeyRefused(f"{path} cannot be read: {error.strerror}") from error


def _write_once(path: Path, key: bytes) -> bool:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, key)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        return False
    finally:
        aside.unlink()
        _flush(path.parent)  # a key must survive whatever it sealed or signed
    return True


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
