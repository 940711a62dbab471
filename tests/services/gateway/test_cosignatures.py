"""Cosignatures that a witness hands in: of our own checkpoints, by a key of the settings, and of nothing else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from domain.kernel.manifest import Scope
from infra.tlog.checkpoint import Checkpoint
from infra.tlog.note import Note, sign_note
from infra.trees.interface import Head, Quorum
from services.bootstrap import System, open_witnesses
from services.gateway.app import create_app
from tests.services.gateway.client import PROBLEM, Caller, callers, living
from tests.services.gateway.scenario import planned
from tests.support.clients import bearer, registered
from tests.support.postgres import Cluster
from tests.support.sealed import OTHER_WITNESS, WITNESS, cosign, grown, log_signer, sealed
from tests.support.system import seeded_system

BASE = "/v1/tenants/mj/log/1"
HAND_IN = f"{BASE}/cosignatures"
NOW = datetime.now(UTC)


@pytest.fixture
async def witnessing(system: System) -> AsyncIterator[Caller]:
    """A gateway that knows one witness, whom it needs for a checkpoint to be public."""
    knowing = replace(system, quorum=Quorum(1, (WITNESS.verifier,)))
    app = create_app(knowing)
    async with living(app), callers(app, system.tokens) as caller:
        yield caller


@pytest.fixture
async def set_up(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[tuple[System, Caller]]:
    """An installation whose settings name one witness, which is not asked."""
    unasked = f"- {WITNESS.verifier}"
    async with seeded_system(embedded_cluster, tmp_path, witnesses=unasked) as made:
        app = create_app(made)
        async with living(app), callers(app, made.tokens) as caller:
            yield made, caller


async def test_a_witness_of_the_settings_that_is_not_asked_hands_in_what_makes_a_checkpoint_public(
    set_up: tuple[System, Caller],
) -> None:
    system, caller = set_up
    client = bearer(system, await registered(system, Scope.WITNESS))
    await heads(system)
    async with open_witnesses(system.settings) as asked:
        assert list(asked) == []
    public = "/v1/public/log/mj/1/checkpoint"
    assert (await caller.get(public)).status_code == 404

    note = Note.parse((await caller.get(f"{BASE}/head", **client)).content)
    strange = await handed(caller, client, cosign(note, OTHER_WITNESS, NOW))
    answer = await handed(caller, client, cosign(note, WITNESS, NOW))

    assert (strange.status_code, answer.status_code) == (422, 200), answer.text
    found = Note.parse((await caller.get(public)).content)
    assert found.signed_by([WITNESS.verifier]) == {WITNESS.verifier: int(NOW.timestamp())}


async def handed(caller: Caller, client: dict[str, str], note: Note | bytes, path: str = HAND_IN) -> httpx.Response:
    content = note if isinstance(note, bytes) else str(note).encode()
    return await caller.client.post(path, content=content, headers=client | {"content-type": "text/plain"})


async def heads(system: System) -> tuple[Head, Head]:
    """Two heads of a log, the second over one event more."""
    await planned(system, "mj")
    first = await sealed(system, "mj")
    await planned(system, "mj", key="more")
    return first, await grown(system, first, "mj")


async def test_a_checkpoint_becomes_public_by_the_cosignature_handed_in(system: System, witnessing: Caller) -> None:
    _, newest = await heads(system)
    client = bearer(system, await registered(system, Scope.WITNESS))
    public = "/v1/public/log/mj/1/checkpoint"
    assert (await witnessing.get(public)).status_code == 404
    shown = await witnessing.get(f"{BASE}/head", **client)
    note = Note.parse(shown.content)
    assert Checkpoint.parse(note.text).size == newest.size

    answers = [await handed(witnessing, client, cosign(note, WITNESS, NOW)) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200], answers[0].text
    assert answers[0].content == answers[1].content
    assert (answers[0].json()["size"], list(answers[0].json()["witnesses"])) == (newest.size, [WITNESS.name])
    found = Note.parse((await witnessing.get(public)).content)
    assert found.signed_by([WITNESS.verifier]) == {WITNESS.verifier: int(NOW.timestamp())}
    later = await handed(witnessing, client, cosign(note, WITNESS, NOW + timedelta(minutes=1)))
    assert later.status_code == 200
    kept = Note.parse((await witnessing.get(public)).content)
    assert kept.signed_by([WITNESS.verifier]) == {WITNESS.verifier: int(NOW.timestamp())}  # the first stays


async def test_an_older_checkpoint_is_known_too(system: System, witnessing: Caller) -> None:
    first, _ = await heads(system)
    client = bearer(system, await registered(system, Scope.WITNESS))
    bare = Note(Note.parse(first.note).text, ())

    answer = await handed(witnessing, client, cosign(bare, WITNESS, NOW))

    assert (answer.status_code, answer.json()["size"]) == (200, first.size)


async def test_nothing_else_is_taken(system: System, witnessing: Caller) -> None:
    first, newest = await heads(system)
    client = bearer(system, await registered(system, Scope.WITNESS))
    note, said = Note.parse(newest.note), newest.checkpoint
    false = cosign(Note.parse(first.note), WITNESS, NOW).signatures[-1]
    signer = log_signer(system, "mj")

    def of(checkpoint: Checkpoint) -> Note:
        return cosign(sign_note(checkpoint.text, signer), WITNESS, NOW)

    wrong: dict[str, Note | bytes] = {
        "cosignature.witness": cosign(note, OTHER_WITNESS, NOW),
        "cosignature.size": of(Checkpoint(said.origin, said.size + 1, said.root)),
        "cosignature.text": of(Checkpoint(said.origin, said.size, b"\1" * 32)),
        "cosignature.false": note.adding([false]),
        "cosignature.time": cosign(note, WITNESS, NOW + timedelta(hours=2)),
        "cosignature.note": b"\xff",
        "cosignature.checkpoint": cosign(sign_note("hello\n", signer), WITNESS, NOW),
    }
    longest = Checkpoint(said.origin, (1 << 63) - 1, said.root)
    assert (await handed(witnessing, client, of(longest))).json()["rule"] == "cosignature.size"
    beyond = of(msgspec.structs.replace(longest, size=1 << 63))
    assert (await handed(witnessing, client, beyond)).json()["rule"] == "cosignature.checkpoint"
    for rule, content in wrong.items():
        answer = await handed(witnessing, client, content)
        assert (answer.status_code, answer.headers["content-type"]) == (422, PROBLEM), (rule, answer.text)
        assert answer.json()["rule"] == rule
    other = await handed(witnessing, client, of(Checkpoint("another.example/mj/1", said.size, said.root)))
    assert other.json()["rule"] == "cosignature.text"
    stored = await system.trees.newest(newest.tree)
    assert stored is not None
    assert stored.lines == ()
    assert (await handed(witnessing, client, b"x" * (65 << 10))).status_code == 413
    json = await witnessing.client.post(HAND_IN, content=b"{}", headers=client | {"content-type": "application/json"})
    assert json.status_code == 415


async def test_only_witnesses_with_a_grant_hand_in_and_only_where_there_is_a_log(
    system: System, witnessing: Caller
) -> None:
    _, newest = await heads(system)
    signed = cosign(Note.parse(newest.note), WITNESS, NOW)
    feeding = bearer(system, await registered(system, Scope.FEED))
    elsewhere = bearer(system, await registered(system, Scope.WITNESS, tenants=("prizren",), title="Elsewhere"))
    client = bearer(system, await registered(system, Scope.WITNESS, title="Witness"))
    officer = witnessing.bearer("mj", "administrator")

    answers = [await handed(witnessing, one, signed) for one in (feeding, elsewhere, officer)]

    assert [one.status_code for one in answers] == [403, 404, 403]
    for path in (HAND_IN.replace("/1/", "/7/"), f"{HAND_IN}?of=heads", HAND_IN.replace("mj", "mesti")):
        assert (await handed(witnessing, client, signed, path)).status_code == 404, path


@pytest.mark.parametrize("epoch", ["0", "2", str(1 << 31), str(1 << 63), "9" * 30])
async def test_a_log_of_an_epoch_that_there_is_not_is_not_there(system: System, witnessing: Caller, epoch: str) -> None:
    """However large the number is."""
    _, newest = await heads(system)
    client, at = bearer(system, await registered(system, Scope.WITNESS)), f"/v1/tenants/mj/log/{epoch}"

    shown = await witnessing.get(f"{at}/head", **client)
    taken = await handed(witnessing, client, cosign(Note.parse(newest.note), WITNESS, NOW), f"{at}/cosignatures")

    assert (shown.status_code, taken.status_code) == (404, 404), (shown.text, taken.text)
