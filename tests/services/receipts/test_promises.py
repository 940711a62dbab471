"""What became of a promise: our own judgement and that of the standalone program are always the same."""

import hashlib
import importlib.util
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import inclusion_parts, leaf_hash, proved
from infra.tlog.note import Note, NoteRefused, Verifier, sign_note
from infra.tlog.promise import Outcome, Promise, Trust, judge
from infra.tlog.proof import TlogProof
from infra.tlog.tiles import GrowingTree, Tiles
from tests.services.receipts.conftest import SCRIPT
from tests.support.sealed import OTHER_WITNESS, WITNESS, cosign
from tests.support.trees import signer

LOG = "pakt.example/mj/1"
AT = datetime(2026, 11, 26, 13, 15, 30, 250_000, UTC)
WITHIN = timedelta(seconds=60)
DUE = datetime(2026, 11, 26, 13, 16, 31, tzinfo=UTC)
BEFORE, AFTER = DUE - timedelta(seconds=1), DUE + timedelta(seconds=1)
SIZE, POSITION = 300, 257
CODES = {Outcome.KEPT: 0, Outcome.BROKEN: 1, Outcome.NOT_DUE: 4, Outcome.UNDECIDED: 4}


def event(position: int, data: bytes = b'{"said":"yes"}') -> StoredEvent:
    stream = UUID(int=position)
    return StoredEvent(7, position, 1, stream, 1, "trial.Said.v1", AT, AT, stream, None, b"{}", data, None)


ENTRIES = [entry_of(event(n)) for n in range(1, SIZE + 1)]
OTHER_ENTRY = entry_of(event(POSITION, b'{"said":"no"}'))
PROMISE = Promise.of(LOG, POSITION, leaf_hash(ENTRIES[POSITION - 1]), AT, WITHIN)
NOTE = PROMISE.sign(signer(PROMISE.name))


def tree(size: int, entries: list[bytes] = ENTRIES) -> tuple[dict[Any, bytes], GrowingTree]:
    growing = GrowingTree()
    return growing.extend([leaf_hash(entry) for entry in entries[:size]]), growing


def checkpoint(size: int, entries: list[bytes] = ENTRIES, log: str = LOG) -> Note:
    return sign_note(Checkpoint(log, size, tree(size, entries)[1].root()).text, signer(log))


def proof(
    size: int = SIZE, entries: list[bytes] = ENTRIES, index: int = POSITION - 1, log: str = LOG, *, bare: bool = False
) -> TlogProof:
    hashes = proved(inclusion_parts(index, size), Tiles(tree(size, entries)[0]))
    return TlogProof(index, hashes, checkpoint(size, entries, log), b"" if bare else entries[index])


def forked() -> list[bytes]:
    return [*ENTRIES[: POSITION - 1], OTHER_ENTRY, *ENTRIES[POSITION:]]


TRUST = Trust((signer(LOG).verifier.public,), (WITNESS.verifier, OTHER_WITNESS.verifier))
SEEN_LATE = cosign(checkpoint(POSITION - 1), WITNESS, AFTER)
CASES: dict[str, tuple[Outcome, datetime, dict[str, Any]]] = {
    "nothing, before it is due": (Outcome.NOT_DUE, BEFORE, {}),
    "nothing, afterwards": (Outcome.UNDECIDED, AFTER, {}),
    "a proof": (Outcome.KEPT, AFTER, {"proofs": [proof()]}),
    "a proof without the entry": (Outcome.KEPT, BEFORE, {"proofs": [proof(bare=True)]}),
    "a proof from the first tree that has it": (Outcome.KEPT, AFTER, {"proofs": [proof(POSITION)]}),
    "a proof of a later epoch": (Outcome.KEPT, AFTER, {"proofs": [proof(log="pakt.example/mj/2")]}),
    "the log holds another event there": (Outcome.BROKEN, BEFORE, {"proofs": [proof(entries=forked())]}),
    "a later epoch holds another event": (
        Outcome.BROKEN,
        AFTER,
        {"proofs": [proof(entries=forked(), log="pakt.example/mj/10")]},
    ),
    "too small when a witness saw it late": (Outcome.BROKEN, AFTER, {"checkpoints": [SEEN_LATE]}),
    "a proof, and too small when seen late": (Outcome.BROKEN, AFTER, {"checkpoints": [SEEN_LATE], "proofs": [proof()]}),
    "too small, but not late": (
        Outcome.UNDECIDED,
        AFTER,
        {"checkpoints": [cosign(checkpoint(POSITION - 1), WITNESS, DUE)]},
    ),
    "too small, but nobody says when": (Outcome.UNDECIDED, AFTER, {"checkpoints": [checkpoint(POSITION - 1)]}),
    "large enough, and nobody shows the entry": (
        Outcome.UNDECIDED,
        AFTER,
        {"checkpoints": [cosign(checkpoint(SIZE), WITNESS, AFTER)]},
    ),
}


@pytest.fixture(scope="module")
def script() -> Any:
    """The standalone program as a module."""
    spec = importlib.util.spec_from_file_location("verify_receipt", SCRIPT)
    assert spec and spec.loader
    sys.modules["verify_receipt"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def flags(found: dict[str, Any]) -> list[str]:
    named = [("--checkpoint", str(note)) for note in found.get("checkpoints", ())]
    named += [("--proof", str(one)) for one in found.get("proofs", ())]
    named += [
        ("--key", str(signer(LOG).verifier)),
        ("--witness", str(WITNESS.verifier)),
        ("--witness", str(OTHER_WITNESS.verifier)),
    ]
    return [part for pair in named for part in pair]


@pytest.mark.parametrize("case", CASES)
def test_what_became_of_a_promise(case: str, verify: Any) -> None:
    outcome, now, found = CASES[case]

    assert judge(NOTE, TRUST, now, **found).outcome is outcome
    assert verify(str(NOTE), *flags(found), "--now", f"{now:%Y-%m-%dT%H:%M:%SZ}")[0] == CODES[outcome]


PUBLIC = signer(LOG).verifier.public
INSTALLATION = LOG.rsplit("/", 2)[0]
SAME_KEY = (
    str(Verifier(LOG, PUBLIC)),
    f"{LOG}+{PUBLIC.hex()}",
    str(Verifier(INSTALLATION, PUBLIC)),
    f"{INSTALLATION}+{PUBLIC.hex()}",
    PUBLIC.hex(),
)
OTHERS_KEY = (
    str(Verifier("pakt.example/kpm/1", PUBLIC)),
    str(Verifier("pakt.exam", PUBLIC)),
    str(Verifier("pakt", PUBLIC)),
    str(signer("somebody.example").verifier),
    PUBLIC.hex()[:-2] + "00",
)


@pytest.mark.parametrize("key", SAME_KEY)
def test_a_key_may_be_written_as_the_installation_lists_it(key: str, verify: Any) -> None:
    code, said = verify(str(proof()), "--key", key)

    assert (code, json.loads(said)["log"]) == (0, LOG)
    assert verify(str(NOTE), "--key", key, "--proof", str(proof()))[0] == 0


@pytest.mark.parametrize("key", OTHERS_KEY)
def test_the_key_of_another_log_is_none(key: str, verify: Any) -> None:
    assert verify(str(proof()), "--key", key)[0] in {1, 2}
    assert verify(str(NOTE), "--key", key, "--proof", str(proof()))[0] in {1, 2}


def test_a_quorum_says_how_many_must_have_seen_it(verify: Any) -> None:
    two = cosign(SEEN_LATE, OTHER_WITNESS, AFTER)
    needs = Trust(TRUST.log_keys, TRUST.witnesses, 2)

    assert judge(NOTE, needs, AFTER, checkpoints=[SEEN_LATE]).outcome is Outcome.UNDECIDED
    assert judge(NOTE, needs, AFTER, checkpoints=[two]).outcome is Outcome.BROKEN
    for note, code in ((SEEN_LATE, 4), (two, 1)):
        assert verify(str(NOTE), *flags({"checkpoints": [note]}), "--quorum", "2")[0] == code


REFUSED: dict[str, tuple[Note, dict[str, Any]]] = {
    "signed by somebody else": (PROMISE.sign(WITNESS), {}),
    "signed under the log's name": (PROMISE.sign(signer(LOG)), {}),
    "a proof of another log": (NOTE, {"proofs": [proof(log="pakt.example/md/1")]}),
    "a proof of an earlier epoch": (
        Promise.of("pakt.example/mj/2", POSITION, PROMISE.leaf, AT, WITHIN).sign(signer("pakt.example/mj/2/promise")),
        {"proofs": [proof()]},
    ),
    "a proof of another position": (NOTE, {"proofs": [proof(index=POSITION)]}),
    "a proof that proves nothing": (
        NOTE,
        {"proofs": [TlogProof(POSITION - 1, (), checkpoint(SIZE), ENTRIES[POSITION - 1])]},
    ),
    "a checkpoint of a stranger": (NOTE, {"checkpoints": [sign_note(Checkpoint(LOG, 1, bytes(32)).text, WITNESS)]}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_decides_nothing(case: str, verify: Any) -> None:
    note, found = REFUSED[case]

    with pytest.raises(NoteRefused):
        judge(note, TRUST, AFTER, **found)
    assert verify(str(note), *flags(found))[0] == 1


@pytest.mark.parametrize("line", range(7))
def test_a_changed_line_of_a_promise_is_no_promise(line: int, verify: Any) -> None:
    lines = NOTE.text.split("\n")
    lines[line] = lines[line].replace("1", "2") if "1" in lines[line] else lines[line][::-1]
    changed = Note("\n".join(lines), NOTE.signatures)

    with pytest.raises(NoteRefused):
        judge(changed, TRUST, AFTER)
    assert verify(str(changed), *flags({}))[0] in {1, 2}


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_a_changed_receipt_never_verifies(script: Any, data: st.DataObject) -> None:
    whole = str(proof()).encode() if data.draw(st.booleans()) else str(NOTE).encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(("change", "remove", "insert", "cut", "double", "swap")))
    byte = bytes([data.draw(st.integers(0, 255))])
    changed = {
        "change": whole[:at] + byte + whole[at + 1 :],
        "remove": whole[:at] + whole[at + 1 :],
        "insert": whole[:at] + byte + whole[at:],
        "cut": whole[:at],
        "double": whole[:at] + whole,
        "swap": whole[at:] + whole[:at],
    }[kind]
    if changed == whole:
        return
    assert settled(script, changed) not in {0, 4}


@given(st.binary(min_size=64, max_size=64))
@settings(max_examples=100, deadline=None)
def test_no_signature_is_made_up(script: Any, made_up: bytes) -> None:
    signature = NOTE.signatures[0]
    forged = Note(NOTE.text, (type(signature)(signature.name, signature.key_id, made_up),))

    assert settled(script, str(forged).encode()) == 1


def settled(script: Any, receipt: bytes) -> int:
    """The standalone program's exit code, in this process."""
    key = script.key_of(str(signer(LOG).verifier))
    try:
        text = receipt.decode()
        if text.startswith(script.PROOF):
            script.verify_proof(text, [key], [], 0)
            return 0
        given = type("Given", (), {"checkpoint": [], "proof": [], "now": None})
        return script.judge(script.note_of(text), [key], [], 0, given)[0]
    except script.Refused as refused:
        return refused.args[0]
    except ValueError:
        return 2


def test_the_script_is_short_and_asks_nothing_of_pakt() -> None:
    text = Path(SCRIPT).read_text()

    assert not [
        line
        for line in text.splitlines()
        if line.startswith(("import ", "from "))
        and line.split()[1].split(".")[0] in {"domain", "infra", "projections", "services"}
    ]
    assert len([line for line in text.splitlines() if line.strip()]) <= 200


def test_hashes_of_the_example_are_what_they_seem() -> None:
    assert PROMISE.leaf == hashlib.sha256(b"\0" + ENTRIES[POSITION - 1]).digest()
    assert Promise.parse(PROMISE.text) == PROMISE
    assert PROMISE.due_by == DUE
