"""Disks of one's own that can be full, or closed for writing."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SPARE = 4096
"""Bytes that a full disk may have left."""


class Disk:
    """A file system in memory, mounted at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._balloon = folder / "balloon"

    @contextmanager
    def full(self, *, but: int = 0) -> Iterator[None]:
        """No room is left but for `but` bytes."""
        room = shutil.disk_usage(self.folder).free - but
        with self._balloon.open("wb") as balloon:
            os.posix_fallocate(balloon.fileno(), 0, max(room, 1))
        try:
            yield
        finally:
            self._balloon.unlink()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nothing can be written."""
        self._remount("ro")
        try:
            yield
        finally:
            self._remount("rw")

    def _remount(self, how: str) -> None:
        _run("mount", "-o", f"remount,{how}", str(self.folder))


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of that size; skips the test where nothing may be mounted."""
    if os.geteuid() != 0:
        pytest.skip("a disk of one's own needs root")
    folder.mkdir(parents=True)
    try:
        _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder))
    except subprocess.CalledProcessError as refused:
        pytest.skip(f"nothing may be mounted here: {refused.stderr.strip()}")
    try:
        yield Disk(folder)
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
