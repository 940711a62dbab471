"""Where a reader keeps its place, so that it survives the reader's end, however that comes."""

import os
import tempfile
from pathlib import Path
from typing import Protocol


class Places(Protocol):
    """Keeps one text."""

    def read(self) -> str:
        """The text that was kept last, '' when there is none yet."""
        ...

    def keep(self, text: str) -> None:
        """Keep the text; when this returns it survives a crash. Raises: OSError, and the one before is still kept."""
        ...


class FilePlace:
    """One text in one file, readable by its owner alone: replaced as a whole, never written over."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> str:
        """As `Places` says."""
        return self._path.read_text("utf-8") if self._path.exists() else ""

    def keep(self, text: str) -> None:
        """As `Places` says."""
        folder = self._path.parent
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink()
            raise
        _sync(folder)


def _sync(folder: Path) -> None:
    """A name that was replaced is on disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
