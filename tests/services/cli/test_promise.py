"""`pakt audit promise`: files in, an exit code out."""

import json
from pathlib import Path

import pytest

from services.cli.__main__ import run
from tests.services.receipts.test_promises import (
    AFTER,
    BEFORE,
    NOTE,
    SEEN_LATE,
    TRUST,
    forked,
    proof,
)
from tests.support.sealed import WITNESS
from tests.support.trees import signer

KEY = str(signer("pakt.example/mj/1").verifier)


def called(folder: Path, *arguments: str, at: object = AFTER) -> int:
    (folder / "promise.note").write_text(str(NOTE))
    (folder / "late.note").write_text(str(SEEN_LATE))
    (folder / "good.tlog-proof").write_text(str(proof()))
    (folder / "other.tlog-proof").write_text(str(proof(entries=forked())))
    given = [
        str(folder / one) if one.endswith(("note", "proof")) and not one.startswith("--") else one for one in arguments
    ]
    return run(["audit", "promise", str(folder / "promise.note"), "--at", f"{at:%Y-%m-%dT%H:%M:%S}+00:00", *given])


def test_exit_codes(tmp_path: Path) -> None:
    by_hex = f"pakt.example/mj/1+{TRUST.log_keys[0].hex()}"

    assert called(tmp_path, "--key", KEY, "--proof", "good.tlog-proof") == 0
    assert called(tmp_path, "--key", by_hex, "--proof", "good.tlog-proof") == 0
    assert called(tmp_path, "--key", KEY, "--proof", "other.tlog-proof") == 1
    assert called(tmp_path, "--key", KEY, "--witness", str(WITNESS.verifier), "--checkpoint", "late.note") == 1
    assert called(tmp_path, "--key", KEY, "--checkpoint", "late.note") == 4
    assert called(tmp_path, "--key", KEY, at=BEFORE) == 4
    assert called(tmp_path, "--key", "nobody+00") == 2
    assert called(tmp_path, "--key", KEY, "--proof", "late.note") == 2
    assert called(tmp_path, "--key", KEY, "--proof", "missing.proof") == 2
    assert called(tmp_path) == 2


def test_as_json(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert called(tmp_path, "--key", KEY, "--proof", "other.tlog-proof", "--json") == 1

    told = json.loads(capfdbinary.readouterr().out)
    assert told == {"outcome": "broken", "reason": "position 257 of pakt.example/mj/1 holds another entry"}
