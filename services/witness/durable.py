"""Files that are there whole or not at all, whenever the process or the machine ends."""

import os
from pathlib import Path

ASIDE = ".aside"


def replace_file(path: Path, content: str) -> None:
    """Write the file so that it is on disk when this returns; until then the old one stands. For one writer a path."""
    aside = path.with_name(path.name + ASIDE)
    write_file(aside, content)
    aside.replace(path)
    sync_folder(path.parent)


def write_file(path: Path, content: str) -> None:
    """Write the file's bytes to disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content.encode())
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Write the names in the folder to disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
