"""Promises: what a log says of an entry before it is sealed, signed, with the time by which it will be; and their end.

A promise is a signed note of seven lines, signed by the log's key under the name `<origin>/promise`:

    pakt.localhost/mj/1/promise          the note's own origin: no checkpoint's text can begin like it
    pakt-promise/v1
    pakt.localhost/mj/1                  the log
    1742                                 position of the entry: its leaf is the 1742nd, index 1741
    eCjj…                                leaf hash, base64
    2026-11-26T13:15:30Z                 when the entry was stored, rounded down to a second
    2026-11-26T13:16:31Z                 no checkpoint that a witness sees after this is without the entry

The promise follows from the entry and the key alone: who asks twice gets the same bytes. A restored log begins a new
epoch, whose origin differs in its last part; what was promised in one epoch binds the later ones.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

import msgspec

from infra.tlog.checkpoint import Checkpoint, parse_hash
from infra.tlog.merkle import leaf_hash
from infra.tlog.note import Note, NoteRefused, Signer, Verifier, encoded, sign_note
from infra.tlog.proof import TlogProof

FORM = "pakt-promise/v1"
SUFFIX = "/promise"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_POSITION = re.compile(r"[1-9][0-9]{0,18}")
_LINES = 7


class Promise(msgspec.Struct, frozen=True):
    """That the entry with this leaf hash stands at `position` of `log` in every tree shown after `due_by`."""

    log: str
    position: int
    leaf: bytes
    promised_at: datetime
    due_by: datetime

    @classmethod
    def of(cls, log: str, position: int, leaf: bytes, stored_at: datetime, within: timedelta) -> Self:
        """The promise for an entry stored at `stored_at`, with its times on whole seconds around it."""
        at = stored_at.astimezone(UTC).replace(microsecond=0)
        return cls(log, position, leaf, at, at + within + timedelta(seconds=1))

    @property
    def name(self) -> str:
        """The name under which the log's key signs it."""
        return f"{self.log}{SUFFIX}"

    @property
    def text(self) -> str:
        """The note text that is signed."""
        hash_line = encoded(self.leaf)
        times = f"{self.promised_at.strftime(_TIME)}\n{self.due_by.strftime(_TIME)}"
        return f"{self.name}\n{FORM}\n{self.log}\n{self.position}\n{hash_line}\n{times}\n"

    def sign(self, signer: Signer) -> Note:
        """The note; `signer` signs under `name`."""
        return sign_note(self.text, signer)

    @classmethod
    def parse(cls, text: str) -> Self:
        """A promise from a note's text. Raises: NoteRefused."""
        lines = text.split("\n")
        if len(lines) != _LINES + 1 or lines[-1] or lines[1] != FORM or not _POSITION.fullmatch(lines[3]):
            raise NoteRefused(f"a promise is {_LINES} lines, the second of them {FORM!r}")
        made = cls(lines[2], int(lines[3]), parse_hash(lines[4]), _time(lines[5]), _time(lines[6]))
        if made.text != text:
            raise NoteRefused("a promise has one form only")
        return made


def _time(line: str) -> datetime:
    try:
        return datetime.strptime(line, _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise NoteRefused(f"{line[:40]!r} is not a time like 2026-11-26T13:15:30Z") from error


class Outcome(StrEnum):
    """What became of a promise, as far as the evidence goes."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_DUE = "not_due"
    UNDECIDED = "undecided"


class Verdict(msgspec.Struct, frozen=True):
    """An outcome with its reason, in a sentence."""

    outcome: Outcome
    reason: str


class Trust(msgspec.Struct, frozen=True):
    """Whose signatures count: public keys of the log (32 bytes each), and witnesses, `quorum` of which it takes."""

    log_keys: tuple[bytes, ...]
    witnesses: tuple[Verifier, ...] = ()
    quorum: int = 1

    def require(self, note: Note, name: str) -> None:
        """Nothing, when a key of the log signed the note under this name. Raises: NoteRefused."""
        if not note.signed_by(Verifier(name, key) for key in self.log_keys):
            raise NoteRefused(f"not signed by a known key of {name}")

    def seen(self, note: Note) -> list[datetime]:
        """When known witnesses saw the note, earliest first. Raises: NoteRefused for a false cosignature."""
        return sorted(datetime.fromtimestamp(at, UTC) for at in note.signed_by(self.witnesses).values() if at)


def judge(
    note: Note, trust: Trust, now: datetime, *, checkpoints: Iterable[Note] = (), proofs: Sequence[TlogProof] = ()
) -> Verdict:
    """What became of a promise, by checkpoints and proofs of its log.

    Broken is told first: by a tree with another entry at the position, or without one, that enough witnesses saw after
    the time. A proof that the entry is there ends the matter otherwise.

    Raises: NoteRefused when the promise or a piece of evidence is not what it should be: it decides nothing then.
    """
    promise = Promise.parse(note.text)
    trust.require(note, promise.name)
    kept = ""
    for proof in proofs:
        checkpoint = _checkpoint(proof.note, promise, trust)
        if proof.index != promise.position - 1:
            raise NoteRefused(f"the proof is of position {proof.index + 1}, the promise of {promise.position}")
        keys = [Verifier(checkpoint.origin, key) for key in trust.log_keys]
        leaf = leaf_hash(proof.extra) if proof.extra else promise.leaf
        proof.verify(leaf, keys)
        if leaf != promise.leaf:
            return Verdict(Outcome.BROKEN, f"position {promise.position} of {checkpoint.origin} holds another entry")
        kept = f"the tree of {checkpoint.size} entries of {checkpoint.origin} holds it"
    for shown in (*checkpoints, *(proof.note for proof in proofs)):
        checkpoint = _checkpoint(shown, promise, trust)
        late = [at for at in trust.seen(shown) if at > promise.due_by]
        if checkpoint.size < promise.position and len(late) >= max(trust.quorum, 1):
            told = f"{checkpoint.origin} had {checkpoint.size} entries when witnesses saw it at {late[-1]:{_TIME}}"
            return Verdict(Outcome.BROKEN, f"{told}, after {promise.due_by:{_TIME}}")
    if kept:
        return Verdict(Outcome.KEPT, kept)
    if now <= promise.due_by:
        return Verdict(Outcome.NOT_DUE, f"it is due by {promise.due_by:{_TIME}}")
    return Verdict(Outcome.UNDECIDED, "it takes a proof, or a checkpoint that witnesses saw after it was due")


def _checkpoint(note: Note, promise: Promise, trust: Trust) -> Checkpoint:
    """The checkpoint, when it is of the promise's log. Raises: NoteRefused."""
    found = Checkpoint.parse(note.text)
    if not _binds(promise.log, found.origin):
        raise NoteRefused(f"the checkpoint is of {found.origin}, the promise of {promise.log}")
    trust.require(note, found.origin)
    return found


def _binds(promised: str, origin: str) -> bool:
    """Whether what was promised in one log binds the other: the same, or the same in a later epoch."""
    log, _, epoch = promised.rpartition("/")
    other, _, later = origin.rpartition("/")
    numbers = (epoch + later).isascii() and epoch.isdecimal() and later.isdecimal()
    return promised == origin or (log == other and numbers and int(later) > int(epoch) > 0)
