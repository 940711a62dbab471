"""Whoever holds a count sheet counts again, alone; whatever was changed, left out or voted wrongly is found."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from domain.council.election_parts import counted
from domain.council.events import election as e
from domain.kernel.event import Event
from domain.kernel.ids import derived_id
from infra.eventstore.interface import StoredEvent
from infra.eventstore.leaf import entry_of
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import Node, inclusion_parts, leaf_hash, node_hash, proved
from infra.tlog.note import sign_note
from infra.tlog.tiles import root_of
from tests.domain.council import voting as x
from tests.support.given import STREAM
from tests.support.trees import ORIGIN, signer

PROGRAM = Path("services/audit/standalone/count_votes.py")
CAST_AT = x.NAMED_UNTIL.due_at + timedelta(days=1)
SEALED_AT = x.VOTED_UNTIL.due_at
KEY = str(signer().verifier)
Sheet = dict[str, Any]


def stored(position: int, stream: UUID, event: Event, cast_at: datetime) -> StoredEvent:
    at = cast_at if isinstance(event, e.BallotCast) else SEALED_AT
    return StoredEvent(
        tenant_id=1,
        position=position,
        epoch=1,
        stream_id=stream,
        version=1,
        type_name=event.TOPIC,
        occurred_at=at,
        recorded_at=at,
        command_id=derived_id("test", "command", position),
        subject_id=None,
        metadata=b"{}",
        data=msgspec.json.encode(event),
        pii=None,
    )


def sheet(
    ballots: Sequence[e.BallotCast] = x.BALLOTS,
    told: e.ElectionCounted | None = None,
    *,
    shown: Sequence[int] = (),
    cast_at: datetime = CAST_AT,
) -> Sheet:
    """A log of an election under one checkpoint; of its ballots those `shown`, all where none are named."""
    result = counted(STREAM, x.VOTING_OPENED.candidates, x.votes(*ballots), x.OPENED.seats)
    told = told or e.ElectionCounted(ballots=len(ballots), seed=result.seed, tallies=result.tallies)
    events: list[tuple[UUID, Event]] = [(STREAM, x.OPENED), (STREAM, x.VOTING_OPENED)]
    events += [(derived_id("ballot", n), one) for n, one in enumerate(ballots)]
    log = [stored(n, *one, cast_at) for n, one in enumerate((*events, (STREAM, told)), 1)]
    leaves = [leaf_hash(entry_of(one)) for one in log]
    note = sign_note(Checkpoint(ORIGIN, len(log), root_of(leaves)).text, signer())
    kept = [one for one in log if not shown or one.type_name != e.BallotCast.TOPIC or one.position - 2 in shown]
    return {"election_id": str(STREAM), "checkpoint": str(note), "events": [entry(one, leaves) for one in kept]}


def entry(event: StoredEvent, leaves: Sequence[bytes]) -> dict[str, Any]:
    def node(asked: Node) -> bytes:
        if asked.height == 0:
            return leaves[asked.number]
        left, right = Node(asked.height - 1, 2 * asked.number), Node(asked.height - 1, 2 * asked.number + 1)
        return node_hash(node(left), node(right))

    hashes = proved(inclusion_parts(event.position - 1, len(leaves)), node)
    encoded = [base64.b64encode(one).decode() for one in (entry_of(event), *hashes)]
    return {"index": event.position - 1, "entry": encoded[0], "hashes": encoded[1:]}


def run(told: Any, folder: Path, *arguments: str) -> tuple[int, str]:
    path = folder / "sheet.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, path, *arguments], capture_output=True, text=True, check=False
    )
    assert done.stderr == "", done.stderr
    return done.returncode, done.stdout.strip()


def test_what_was_published_comes_out_again(tmp_path: Path) -> None:
    mine = x.BALLOTS[1].receipt

    assert run(sheet(), tmp_path, "--key", KEY, "--receipt", mine) == (0, "equal")
    assert run(sheet(()), tmp_path) == (0, "equal")
    other = str(signer("other.example/log").verifier)
    assert run(sheet(), tmp_path, "--key", other) == (1, "the checkpoint is not signed by that key")


def without_proof(told: Sheet) -> Sheet:
    said = base64.b64decode(told["events"][3]["entry"])
    told["events"][3]["entry"] = base64.b64encode(said.replace(x.BEN.hex.encode()[:8], x.CEM.hex.encode()[:8])).decode()
    return told


def moved(told: Sheet) -> Sheet:
    told["events"][2]["index"] += 1
    return told


def unsigned(told: Sheet) -> Sheet:
    lines = told["checkpoint"].split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    told["checkpoint"] = "\n".join(lines)
    return told


@pytest.mark.parametrize("change", [without_proof, moved, unsigned])
def test_what_the_log_does_not_hold_is_found(change: Callable[[Sheet], Sheet], tmp_path: Path) -> None:
    code, said = run(change(sheet()), tmp_path)

    assert (code, "the log does not hold this entry" in said) == (1, True)


ONE, TWO, THREE = x.BALLOTS
BALLOTED = {
    "twice": ((ONE, TWO, replace(ONE, receipt=TWO.receipt)), "voted twice"),
    "too many": ((ONE, TWO, replace(THREE, candidates=(x.ANA, x.BEN, x.CEM))), "names 3 candidates"),
    "one twice": ((ONE, TWO, replace(THREE, candidates=(x.ANA, x.ANA))), "names somebody twice"),
    "a stranger": ((ONE, TWO, replace(THREE, candidates=(x.OTHER,))), "who is no candidate"),
    "elsewhere": ((ONE, TWO, replace(THREE, election_id=x.OTHER)), "of another election"),
}


@pytest.mark.parametrize(("ballots", "said"), BALLOTED.values(), ids=BALLOTED)
def test_a_ballot_that_should_not_count_is_found(ballots: tuple[e.BallotCast, ...], said: str, tmp_path: Path) -> None:
    code, found = run(sheet(ballots), tmp_path)

    assert (code, said in found) == (1, True), found


def test_a_late_ballot_is_found(tmp_path: Path) -> None:
    code, said = run(sheet(cast_at=x.VOTED_UNTIL.due_at), tmp_path)

    assert (code, said) == (1, "ballot at position 3: not while votes were cast")


def test_a_ballot_left_out_is_found(tmp_path: Path) -> None:
    short = sheet(shown=(1, 2))
    assert run(short, tmp_path) == (1, "2 ballots, published 3")

    hidden = sheet((ONE, TWO))
    assert run(hidden, tmp_path) == (0, "equal")
    assert run(hidden, tmp_path, "--receipt", THREE.receipt) == (
        1,
        f"the ballot of receipt {THREE.receipt} was left out",
    )


FIRST, SECOND, THIRD = x.RESULT.tallies
COUNTS = {
    "votes": (replace(x.COUNTED, tallies=(replace(FIRST, votes=2), SECOND, THIRD)), "place 1: found"),
    "order": (replace(x.COUNTED, tallies=(FIRST, THIRD, SECOND)), "place 2: found"),
    "elected": (replace(x.COUNTED, tallies=(FIRST, SECOND, replace(THIRD, elected=True))), "place 3: found"),
    "seed": (replace(x.COUNTED, seed="0" * 64), "the receipts make the seed"),
    "somebody more": (replace(x.COUNTED, tallies=(*x.RESULT.tallies, FIRST)), "3 candidates, published 4"),
    "a ballot more": (replace(x.COUNTED, ballots=4), "3 ballots, published 4"),
}


@pytest.mark.parametrize(("told", "said"), COUNTS.values(), ids=COUNTS)
def test_a_count_that_does_not_follow_from_the_ballots_is_found(
    told: e.ElectionCounted, said: str, tmp_path: Path
) -> None:
    code, found = run(sheet(told=told), tmp_path)

    assert (code, said in found) == (1, True), found


@pytest.mark.parametrize("told", ["", "[]", "{}", '{"checkpoint": "a", "events": []}', '{"checkpoint": 1}'])
def test_what_is_no_count_sheet(told: str, tmp_path: Path) -> None:
    assert run(told, tmp_path)[0] == 2


def test_what_is_not_sealed_yet(tmp_path: Path) -> None:
    assert run({"checkpoint": "", "events": []}, tmp_path)[0] == 4
