"""What the witness decides about a checkpoint, in the order of C2SP tlog-witness, and why it refuses."""

import asyncio
import logging
from collections import defaultdict

from infra.clock import Clock
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import EMPTY_ROOT, verify_consistency
from infra.tlog.note import Note, NoteRefused, Signature, Signer
from infra.tlog.witnessing import AddCheckpoint
from services.witness.evidence import Evidence
from services.witness.known_logs import KnownLogs
from services.witness.ledger import Held, Ledger

log = logging.getLogger("pakt.witness")


class Refused(Exception):
    """A checkpoint that is not cosigned; the message says why."""


class Malformed(Refused):
    """Not a request, or one whose old size is above the checkpoint's."""


class UnknownLog(Refused):
    """No key is known for this origin."""


class Untrusted(Refused):
    """Signed by no key of the log, or falsely by one of them."""


class Inconsistent(Refused):
    """Not proved to have grown from what was cosigned before."""


class Conflict(Refused):
    """The request begins at another size than the one cosigned last, which is `size`."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the checkpoint cosigned last has size {size}")
        self.size = size


class Witness:
    """One cosigner over its ledger. Any number of requests may come at once: those about one log take turns."""

    def __init__(self, signer: Signer, known: KnownLogs, ledger: Ledger, evidence: Evidence, clock: Clock) -> None:
        self._signer = signer
        self._logs = known
        self._ledger = ledger
        self._evidence = evidence
        self._clock = clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def add(self, body: bytes) -> Signature:
        """The cosignature of the request's checkpoint, which is on disk as the log's latest by then.

        Raises:
            Refused: one of its kinds; nothing was cosigned.
            OSError: the state cannot be written; nothing was cosigned.
        """
        try:
            request = AddCheckpoint.parse(body)
            shown = Checkpoint.parse(request.note.text)
        except NoteRefused as error:
            raise Malformed(str(error)) from error
        trusted = self._trusted(request.note, shown.origin)
        if request.old > shown.size:
            raise Malformed(f"the old size {request.old} is above the checkpoint's {shown.size}")
        # A caller that hangs up must not let the next one in while the disk is still being written.
        return await asyncio.shield(self._in_turn(request, shown, trusted))

    def _trusted(self, note: Note, origin: str) -> Note:
        """The note with the signatures of the log's known keys and no others."""
        keys = self._logs.of(origin)
        if not keys:
            raise UnknownLog(f"no key is known for the log {origin}")
        try:
            signed = {(one.name, one.key_id) for one in note.signed_by(keys)}
        except NoteRefused as error:
            raise Untrusted(str(error)) from error
        if not signed:
            raise Untrusted(f"the checkpoint is signed by no known key of {origin}")
        return Note(note.text, tuple(one for one in note.signatures if (one.name, one.key_id) in signed))

    async def _in_turn(self, request: AddCheckpoint, shown: Checkpoint, trusted: Note) -> Signature:
        async with self._turns[shown.origin]:
            held = self._ledger.latest(shown.origin)
            await self._check(request, shown, held)
            at = max(int(self._clock.now().timestamp()), held.at)  # a clock set back must not date the later earlier
            signature = self._signer.sign(trusted.text, at)
            new = Held(shown, at, trusted.adding([signature]))
            await asyncio.to_thread(self._ledger.write, new)
            self._ledger.show(new)
            return signature

    async def _check(self, request: AddCheckpoint, shown: Checkpoint, held: Held) -> None:
        """Raises: Conflict or Inconsistent. A second history is kept as evidence, whatever the answer."""
        known = held.checkpoint
        two_roots = held.note is not None and shown.size == known.size and shown.root != known.root
        if two_roots:
            await self._keep(request, held)
        if request.old != known.size:
            raise Conflict(known.size)
        if two_roots:
            raise Inconsistent(f"{shown.origin} has two roots at size {shown.size}: both are kept as evidence")
        if shown.size == 0 and shown.root != EMPTY_ROOT:
            raise Inconsistent("a log without entries has the root of the empty tree")
        if not verify_consistency(known.size, shown.size, known.root, shown.root, request.proof):
            if known.size and shown.size > known.size:
                await self._keep(request, held)
            raise Inconsistent(f"the tree of {shown.size} is not proved to have grown from the cosigned {known.size}")

    async def _keep(self, request: AddCheckpoint, held: Held) -> None:
        if held.note is None:
            return
        kept = await asyncio.to_thread(self._evidence.keep, held.note, request)
        log.error(
            "ALARM: the log %s was shown with another history than the one cosigned at size %d: %s",
            held.checkpoint.origin,
            held.checkpoint.size,
            kept or "no room for more evidence",
        )
