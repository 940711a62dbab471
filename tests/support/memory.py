"""Where tests keep their databases and folders: in memory where there is room, for there a database is copied ten times
as fast as on a disk. What a killed process wrote is there all the same; only a machine without power would lose it."""

import os
import shutil
import tempfile
from pathlib import Path

import psutil

SHARED_MEMORY = Path("/dev/shm")
ROOM = 6 << 30
"""Bytes that are free there, and of memory: several times what all tests take at once."""


def keep_in_memory() -> None:
    """Have temporary folders of this process, of pytest and of what they start in memory, unless `TMPDIR` says where."""
    if "TMPDIR" not in os.environ and _has_room():
        os.environ["TMPDIR"] = str(SHARED_MEMORY)
        tempfile.tempdir = None  # it is asked for anew


def _has_room() -> bool:
    return (
        SHARED_MEMORY.is_dir()
        and os.access(SHARED_MEMORY, os.W_OK | os.X_OK)
        and shutil.disk_usage(SHARED_MEMORY).free >= ROOM
        and int(psutil.virtual_memory().available) >= ROOM
    )
