"""Proof of what a log should not have signed: `evidence/<hash of the origin>/<size>-<hash>/` with three files.

`cosigned.note` is what the witness had cosigned, `shown.note` what it was shown then, `request.txt` how. Both notes
carry the log's signature: whoever holds its public key can check them without trusting the witness.
"""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Note
from infra.tlog.witnessing import AddCheckpoint, origin_hash
from services.witness.durable import ASIDE, sync_folder, write_file

MOST_PER_LOG = 1_000
"""Further ones are only told: a log's key must not be able to fill the disk."""
COSIGNED, SHOWN, REQUEST = "cosigned.note", "shown.note", "request.txt"


class Found(msgspec.Struct, frozen=True):
    """One piece of evidence. `two_roots`: both notes have the same size, and prove by themselves that the log lied.

    Otherwise the request did not prove that the tree had grown from the cosigned one; a log that is honest can.
    """

    origin: str
    cosigned_size: int
    shown_size: int
    two_roots: bool
    folder: str


class Evidence:
    """The folder of a witness's evidence."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, cosigned: Note, request: AddCheckpoint) -> Path | None:
        """Write both notes and the request to disk, once for each shown checkpoint; None when there is no more room."""
        shown = Checkpoint.parse(request.note.text)
        place = self._folder / origin_hash(shown.origin)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = place / f"{shown.size}-{sha256(request.note.text.encode()).hexdigest()[:32]}"
        if kept.is_dir():
            return kept
        if sum(1 for _ in place.iterdir()) >= MOST_PER_LOG:
            return None
        aside = kept.with_name(kept.name + ASIDE)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(mode=0o700)
        for name, content in ((COSIGNED, cosigned), (SHOWN, request.note), (REQUEST, request)):
            write_file(aside / name, str(content))
        sync_folder(aside)
        aside.rename(kept)
        for folder in (place, self._folder):
            sync_folder(folder)
        return kept

    def count(self) -> int:
        """How much there is."""
        return sum(1 for _ in self._places())

    def all(self) -> Iterator[Found]:
        """Everything kept, by log and size. Raises: NoteRefused when a file was changed into something else."""
        yield from sorted(map(_read, self._places()), key=lambda one: (one.origin, one.shown_size, one.folder))

    def _places(self) -> Iterator[Path]:
        return (path for path in self._folder.glob("*/*") if path.suffix != ASIDE)


def _read(folder: Path) -> Found:
    cosigned, shown = (Checkpoint.parse(Note.parse((folder / name).read_bytes()).text) for name in (COSIGNED, SHOWN))
    two_roots = cosigned.size == shown.size and cosigned.root != shown.root
    return Found(shown.origin, cosigned.size, shown.size, two_roots, str(folder))
