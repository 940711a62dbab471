"""A key's file: written once, readable by its owner only, whole or not at all."""

import os
from pathlib import Path


def write_once(path: Path, key: bytes) -> bool:
    """Write the file aside, then link it; on disk before this returns. False when somebody else's stands there.

    Two processes agree on the first, and a crash leaves no half key.
    """
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
