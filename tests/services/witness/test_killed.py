"""A witness that is killed: what it answered it still knows, and one folder never serves two."""

import signal
import threading
from pathlib import Path

import httpx
import pytest

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import verify_consistency
from infra.tlog.note import Note
from infra.tlog.witnessing import cosignatures, origin_hash
from services.witness.durable import ASIDE
from tests.services.witness.logs import ORIGIN, Log, Running

LOG = Log(2_000)
DIES_WHILE_IT_WRITES = """
import os, signal, sys
from services.cli.__main__ import main
from services.witness import {module}
whole, calls = {module}.{name}, []
def dying(*arguments):
    if {before} and len(calls) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    whole(*arguments)
    calls.append(1)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = dying
main()
"""
"""The witness with the second call of one of its functions replaced by its death, before or after."""


def latest(witness: Running) -> Checkpoint:
    answer = httpx.get(f"{witness.url}/{origin_hash(ORIGIN)}/checkpoint")
    return Checkpoint.parse(Note.parse(answer.text).text)


def add(witness: Running, old: int, new: int) -> httpx.Response:
    return httpx.post(f"{witness.url}/add-checkpoint", content=LOG.request(old, new))


@pytest.mark.crash
@pytest.mark.parametrize(
    ("module", "name", "before", "kept"),
    [
        ("ledger", "replace_file", True, 10),
        ("durable", "sync_folder", True, 20),
        ("ledger", "replace_file", False, 20),
    ],
    ids=["before it is written", "before the folder is", "written and not answered"],
)
def test_it_dies_with_a_checkpoint_at_hand(tmp_path: Path, module: str, name: str, before: bool, kept: int) -> None:
    """What was answered stands; what was not may stand, and then the log asks again from there."""
    Running(tmp_path).end()  # the key is made
    program = DIES_WHILE_IT_WRITES.format(module=module, name=name, before=before)
    witness = Running(tmp_path, program=("-c", program))
    assert add(witness, 0, 10).status_code == 200
    with pytest.raises(httpx.TransportError):
        add(witness, 10, 20)
    assert witness.wait() == -signal.SIGKILL

    again = Running(tmp_path)
    try:
        assert again.cosigner == witness.cosigner
        assert latest(again).size == kept
        conflict = add(again, 5, 20)
        assert (conflict.status_code, conflict.text) == (409, f"{kept}\n")
        answer = add(again, kept, 20)
        assert cosignatures(answer.text, LOG.checkpoint(20).text, [again.cosigner])
    finally:
        again.end()


@pytest.mark.crash
def test_it_is_killed_under_load_and_is_never_behind_what_it_answered(tmp_path: Path) -> None:
    answered: list[int] = []
    for _ in range(4):
        witness = Running(tmp_path)
        if answered:
            assert latest(witness).size >= answered[-1]
        killing = threading.Timer(0.4, witness.process.kill)
        killing.start()
        size = latest(witness).size if answered else 0
        with httpx.Client() as client:
            while True:
                try:
                    body = LOG.request(size, min(size + 1, 2_000))
                    answer = client.post(f"{witness.url}/add-checkpoint", content=body)
                except httpx.TransportError:
                    break
                assert answer.status_code == 200
                size = min(size + 1, 2_000)
                answered.append(size)
        assert witness.wait() == -signal.SIGKILL
    witness = Running(tmp_path)
    try:
        last = latest(witness)
    finally:
        witness.end()
    assert len(answered) > 20
    assert last.size >= answered[-1]
    assert last == LOG.checkpoint(last.size)
    assert verify_consistency(
        answered[0], last.size, LOG.checkpoint(answered[0]).root, last.root, LOG.proof(answered[0], last.size)
    )
    assert not list((tmp_path / "checkpoints").glob(f"*{ASIDE}"))


def test_it_stops_and_starts_with_what_it_knew(tmp_path: Path) -> None:
    first = Running(tmp_path)
    assert add(first, 0, 10).status_code == 200
    assert first.end() == 0
    second = Running(tmp_path)
    try:
        assert second.cosigner == first.cosigner
        assert latest(second) == LOG.checkpoint(10)
        assert add(second, 10, 11).status_code == 200
    finally:
        assert second.end(signal.SIGINT) == 0


def test_one_folder_serves_one_witness(tmp_path: Path) -> None:
    first = Running(tmp_path)
    try:
        with pytest.raises(AssertionError, match="another witness runs on"):
            Running(tmp_path)
    finally:
        first.end()
    assert Running(tmp_path).end() == 0
