"""What the witness last cosigned, one file per log: `checkpoints/<hash of the origin>` holds the cosigned note.

The file is the state and at the same time what monitors are given.
"""

from pathlib import Path
from typing import Self

import msgspec

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import EMPTY_ROOT
from infra.tlog.note import Note, NoteRefused, Verifier
from infra.tlog.witnessing import origin_hash
from services.witness.durable import ASIDE, replace_file


class StateRefused(Exception):
    """The state folder cannot be used; going on over it could cosign a second history."""


class Held(msgspec.Struct, frozen=True):
    """The latest cosigned checkpoint of a log, and when it was cosigned (seconds since 1970)."""

    checkpoint: Checkpoint
    at: int
    note: Note | None


class Ledger:
    """The latest cosigned checkpoint of every log. For one process: whoever opens it holds the folder's lock."""

    def __init__(self, folder: Path, held: dict[str, Held]) -> None:
        self._folder = folder
        self._held = held

    @classmethod
    def open(cls, folder: Path, cosigner: Verifier) -> Self:
        """Read the folder. Raises: StateRefused when a file in it is not what this cosigner wrote there."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        held: dict[str, Held] = {}
        for path in sorted(folder.iterdir()):
            if path.name.endswith(ASIDE):
                path.unlink()  # never answered: it had not become the state
            else:
                held[path.name] = _read(path, cosigner)
        return cls(folder, held)

    def __len__(self) -> int:
        return len(self._held)

    def latest(self, origin: str) -> Held:
        """What was cosigned last of this log; the empty tree when nothing was."""
        return self._held.get(origin_hash(origin)) or Held(Checkpoint(origin, 0, EMPTY_ROOT), 0, None)

    def note(self, hashed: str) -> Note | None:
        """The cosigned checkpoint of the log whose origin has this hash."""
        found = self._held.get(hashed)
        return found.note if found else None

    def write(self, held: Held) -> None:
        """Put it on disk; `latest` does not know of it yet. Raises: OSError."""
        replace_file(self._folder / origin_hash(held.checkpoint.origin), str(held.note))

    def show(self, held: Held) -> None:
        """Let `latest` and `note` answer it from now on."""
        self._held[origin_hash(held.checkpoint.origin)] = held


def _read(path: Path, cosigner: Verifier) -> Held:
    try:
        note = Note.parse(path.read_bytes())
        checkpoint = Checkpoint.parse(note.text)
        times = note.signed_by([cosigner])
    except NoteRefused as error:
        raise StateRefused(f"{path} is damaged: {error}") from error
    if path.name != origin_hash(checkpoint.origin) or cosigner not in times:
        raise StateRefused(f"{path} was not written by {cosigner.name} for the log {checkpoint.origin}")
    return Held(checkpoint, times[cosigner], note)
