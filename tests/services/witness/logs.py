"""Logs as a witness meets them: trees that grow, fork and lie; and witnesses, in this process and as one of their own."""

import signal
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.clock import SystemClock
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import consistency_parts, leaf_hash, proved, root_at
from infra.tlog.note import Note, Signer, Verifier, sign_note
from infra.tlog.tiles import GrowingTree, Tile, Tiles
from infra.tlog.witnessing import AddCheckpoint
from services.witness.app import create_app
from services.witness.known_logs import KnownLogs
from services.witness.state import State
from services.witness.witness import Witness
from tests.support.running import ROOT

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PREFIX = Signer("pakt.example", KEY).verifier
ORIGIN = "pakt.example/mj/1"


class Log:
    """A log of `size` leaves; two logs agree up to the first leaf whose salt differs."""

    def __init__(self, size: int = 200, *, origin: str = ORIGIN, fork: int | None = None, key: Ed25519PrivateKey = KEY):
        self.signer = Signer(origin, key)
        salts = [b"x" if fork is not None and n >= fork else b"" for n in range(size)]
        tiles: dict[Tile, bytes] = GrowingTree().extend([leaf_hash(b"%d" % n + salt) for n, salt in enumerate(salts)])
        self.tiles = Tiles(tiles)

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.signer.name, size, root_at(size, self.tiles))

    def note(self, size: int) -> Note:
        return sign_note(self.checkpoint(size).text, self.signer)

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return proved(consistency_parts(old, new), self.tiles)

    def request(self, old: int, new: int) -> bytes:
        return str(AddCheckpoint(old, self.proof(old, new), self.note(new))).encode()


def application(state: State, *prefixes: Verifier):
    """The witness's application over an opened folder."""
    witness = Witness(state.signer, KnownLogs([], prefixes or [PREFIX]), state.ledger, state.evidence, SystemClock())
    return create_app(witness, state.ledger, state.evidence, str(state.signer.verifier))


class Running:
    """A witness as a process of its own."""

    def __init__(
        self,
        folder: Path,
        *,
        name: str = "witness.example/w1",
        prefix: Verifier = PREFIX,
        program: tuple[str, ...] = ("-m", "services.cli"),
    ) -> None:
        call = ["witness", "--state", str(folder), "--name", name, "--port", "0"]
        self.process = subprocess.Popen(
            [sys.executable, *program, *call, "--prefix", str(prefix)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        told = dict(line.split() for line in self._lines(2))
        self.cosigner, self.url = Verifier.parse(told["cosigner"]), told["ready"]

    def _lines(self, count: int) -> list[str]:
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline() for _ in range(count)]
        assert all(lines), self.process.communicate()[1]
        return lines

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        with self.process:
            return self.process.wait(30)
