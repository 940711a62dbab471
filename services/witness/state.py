"""A witness's folder: one process at a time, one key under one name for ever.

`keys/signing.1.pem` is the private key, `cosigner` the public one with its name, `checkpoints/` the ledger, `evidence/`
what speaks against a log. An old copy of the folder must not be started again: it has forgotten what it cosigned since.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from infra.keys.interface import KeyRefused
from infra.keys.signing import make_signing_key, read_signing_key
from infra.tlog.note import COSIGNATURE, NoteRefused, Signer, Verifier
from services.witness.durable import replace_file, sync_folder
from services.witness.evidence import Evidence
from services.witness.ledger import Ledger, StateRefused


class State(msgspec.Struct, frozen=True):
    """An opened folder."""

    signer: Signer
    ledger: Ledger
    evidence: Evidence


@contextmanager
def opened(folder: Path, name: str) -> Iterator[State]:
    """The folder, locked for this process; made, with a new key under `name`, when it is not there.

    Raises: StateRefused when another process has it, it is damaged, or its key is under another name.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder / "lock"):
        signer = _signer(folder, name)
        ledger = Ledger.open(folder / "checkpoints", signer.verifier)
        yield State(signer, ledger, evidence_of(folder))


def evidence_of(folder: Path) -> Evidence:
    """The folder's evidence; needs no lock to read."""
    return Evidence(folder / "evidence")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """A lock that the process's end releases, however it ends."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateRefused(f"another witness runs on {path.parent}") from error
        yield
    finally:
        os.close(descriptor)


def _signer(folder: Path, name: str) -> Signer:
    public, keys = folder / "cosigner", folder / "keys"
    try:
        known = Verifier.parse(public.read_text()) if public.exists() else None
        if known is None:
            return _new_signer(folder, name)
        made = Signer(known.name, read_signing_key(keys / "signing.1.pem"), COSIGNATURE)
    except (KeyRefused, NoteRefused) as error:
        raise StateRefused(f"the key in {folder} cannot be used: {error}") from error
    if made.verifier != known or name not in {"", known.name}:
        raise StateRefused(f"the key in {folder} is {known}; a witness under another name or key needs another folder")
    return made


def _new_signer(folder: Path, name: str) -> Signer:
    """A key for an empty folder. A folder that has cosigned before has lost its key, and with it its right to go on."""
    if any((folder / "checkpoints").glob("*")):
        raise StateRefused(f"{folder} holds checkpoints and no key")
    if not name:
        raise StateRefused("the first start needs the name under which the witness signs: --name NAME")
    keys = folder / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    if not (keys / "signing.1.pem").exists():
        make_signing_key(keys)
    made = Signer(name, read_signing_key(keys / "signing.1.pem"), COSIGNATURE)
    replace_file(folder / "cosigner", f"{made.verifier}\n")
    sync_folder(folder)
    return made
