"""The witness over HTTP: every status of C2SP tlog-witness, and what it keeps of a second history."""

import base64
import logging
import os
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.tlog.checkpoint import Checkpoint
from infra.tlog.merkle import EMPTY_ROOT
from infra.tlog.note import Note, Signature, Signer, sign_note
from infra.tlog.witnessing import AddCheckpoint, cosignatures
from services.witness.state import State, opened
from tests.services.witness.logs import KEY, ORIGIN, Log, application

LOG = Log()
STRANGER = Ed25519PrivateKey.from_private_bytes(b"s" * 32)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with opened(tmp_path / "state", "witness.example/w1") as found:
        yield found


@pytest.fixture
async def client(state: State) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application(state))
    async with httpx.AsyncClient(transport=transport, base_url="http://witness") as made:
        yield made


async def add(client: httpx.AsyncClient, body: bytes) -> httpx.Response:
    return await client.post("/add-checkpoint", content=body)


async def monitored(client: httpx.AsyncClient, origin: str = ORIGIN) -> httpx.Response:
    return await client.get(f"/{sha256(origin.encode()).hexdigest()}/checkpoint")


def size_of(note: str) -> int:
    return Checkpoint.parse(Note.parse(note).text).size


def raw(old: int, proof: tuple[bytes, ...], text: str, *signers: Signer) -> bytes:
    return str(AddCheckpoint(old, proof, sign_note(text, *signers))).encode()


async def test_a_log_that_grows_is_cosigned_step_by_step(client: httpx.AsyncClient, state: State) -> None:
    for old, new in ((0, 1), (1, 1), (1, 7), (7, 64), (64, 65), (65, 200)):
        answer = await add(client, LOG.request(old, new))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")

        cosigned = cosignatures(answer.text, LOG.checkpoint(new).text, [state.signer.verifier])
        assert len(cosigned) == 1
        assert min(cosigned.values()) > 1_700_000_000
        seen = await monitored(client)
        assert seen.status_code == 200
        note = Note.parse(seen.text)
        assert note.text == LOG.checkpoint(new).text
        assert note.signed_by([LOG.signer.verifier, state.signer.verifier]).keys() == {
            LOG.signer.verifier,
            state.signer.verifier,
        }
        assert set(cosigned) < set(note.signatures)


async def test_an_empty_log_may_begin(client: httpx.AsyncClient) -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert (await add(client, raw(0, (), empty.text, LOG.signer))).status_code == 200
    assert (await add(client, raw(0, (), empty.text, LOG.signer))).status_code == 200
    assert (await add(client, LOG.request(0, 3))).status_code == 200


NOTE = str(LOG.note(20))
HASH = base64.b64encode(bytes(32)).decode()
MALFORMED = {
    "nothing": b"",
    "no size": f"\n{NOTE}".encode(),
    "leading zero": f"old 00\n\n{NOTE}".encode(),
    "negative": f"old -1\n\n{NOTE}".encode(),
    "another word": f"new 0\n\n{NOTE}".encode(),
    "two spaces": f"old  0\n\n{NOTE}".encode(),
    "carriage return": f"old 0\r\n\n{NOTE}".encode(),
    "no empty line": f"old 0\n{NOTE}".encode(),
    "no base64": f"old 10\n!\n\n{NOTE}".encode(),
    "a short hash": f"old 10\nAAAA\n\n{NOTE}".encode(),
    "64 hashes": f"old 10\n{HASH}\n".encode() + f"{HASH}\n".encode() * 63 + f"\n{NOTE}".encode(),
    "not ASCII": f"old 10\né\n\n{NOTE}".encode(),
    "no signature": f"old 0\n\n{LOG.checkpoint(20).text}\n".encode(),
    "no final newline": f"old 0\n\n{NOTE}"[:-1].encode(),
    "no UTF-8": b"old 0\n\n" + NOTE.encode().replace(b"pakt", b"\xff\xfe"),
    "two lines": raw(0, (), f"{ORIGIN}\n20\n", LOG.signer),
    "no root": raw(0, (), f"{ORIGIN}\n20\nAAAA\n", LOG.signer),
    "a padded size": raw(0, (), LOG.checkpoint(20).text.replace("\n20\n", "\n020\n"), LOG.signer),
    "the old above the new": raw(21, (), LOG.checkpoint(20).text, LOG.signer),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_request_is_400(client: httpx.AsyncClient, body: bytes) -> None:
    assert (await add(client, body)).status_code == 400
    assert (await monitored(client)).status_code == 404


async def test_too_long_a_request_is_413(client: httpx.AsyncClient) -> None:
    lines = "".join(str(Signature(f"other{n}.example", bytes(4), bytes(64))) for n in range(1_000))
    assert (await add(client, f"old 0\n\n{NOTE}{lines}".encode())).status_code == 413


async def test_63_hashes_and_16_signatures_are_read(client: httpx.AsyncClient) -> None:
    others = [Signer(f"other{n}.example", STRANGER) for n in range(15)]
    text = LOG.checkpoint(20).text
    assert (await add(client, raw(0, (bytes(32),) * 63, text, *others, LOG.signer))).status_code == 422
    assert (await add(client, raw(0, (), text, *others, LOG.signer))).status_code == 200
    assert [one.name for one in Note.parse((await monitored(client)).text).signatures] == [ORIGIN, "witness.example/w1"]


async def test_whom_it_does_not_trust_is_403(client: httpx.AsyncClient) -> None:
    text = LOG.checkpoint(20).text
    false = Signature(ORIGIN, LOG.signer.verifier.key_id, bytes(64))
    spoiled = Note(text, (*LOG.note(20).signatures, false))
    for body in (
        raw(0, (), text, Signer(ORIGIN, STRANGER)),
        raw(0, (), text, Signer("pakt.example", KEY)),
        raw(0, (), text, Signer("pakt.example/other/1", KEY)),
        str(AddCheckpoint(0, (), Note(text, (false,)))).encode(),
        str(AddCheckpoint(0, (), spoiled)).encode(),
        str(AddCheckpoint(0, (), Note(LOG.checkpoint(19).text, LOG.note(20).signatures))).encode(),
    ):
        assert (await add(client, body)).status_code == 403
    assert (await monitored(client)).status_code == 404


@pytest.mark.parametrize("origin", ["other.example/mj/1", "pakt.example", "pakt.example.org/mj/1", "pakt.exampl/mj/1"])
async def test_a_log_it_does_not_know_is_404(client: httpx.AsyncClient, origin: str) -> None:
    assert (await add(client, Log(20, origin=origin).request(0, 20))).status_code == 404
    assert (await monitored(client, origin)).status_code == 404


async def test_another_size_than_the_cosigned_one_is_409_and_named(client: httpx.AsyncClient) -> None:
    assert (await add(client, LOG.request(0, 20))).status_code == 200
    for old, new in ((0, 30), (10, 20), (19, 30), (0, 10)):
        answer = await add(client, LOG.request(old, new))
        assert (answer.status_code, answer.headers["content-type"]) == (409, "text/x.tlog.size")
        assert answer.content == b"20\n"


async def test_a_first_request_from_elsewhere_than_zero_is_409(client: httpx.AsyncClient) -> None:
    answer = await add(client, LOG.request(10, 20))
    assert (answer.status_code, answer.content) == (409, b"0\n")


async def test_what_has_not_grown_is_422(client: httpx.AsyncClient) -> None:
    assert (await add(client, raw(0, (), Checkpoint(ORIGIN, 0, bytes(32)).text, LOG.signer))).status_code == 422
    assert (await add(client, raw(0, (bytes(32),), LOG.checkpoint(20).text, LOG.signer))).status_code == 422
    assert (await add(client, LOG.request(0, 20))).status_code == 200
    right = LOG.proof(20, 50)
    for proof in ((), right[:-1], right[1:], (*right, bytes(32)), right[::-1], (bytes(32), *right[1:])):
        assert (await add(client, raw(20, proof, LOG.checkpoint(50).text, LOG.signer))).status_code == 422
    assert (await add(client, raw(20, (bytes(32),), LOG.checkpoint(20).text, LOG.signer))).status_code == 422
    assert size_of((await monitored(client)).text) == 20


async def test_a_second_root_of_one_size_is_422_kept_and_told(
    client: httpx.AsyncClient, state: State, caplog: pytest.LogCaptureFixture
) -> None:
    other = Log(fork=7)
    assert (await add(client, LOG.request(0, 20))).status_code == 200
    with caplog.at_level(logging.ERROR, "pakt.witness"):
        answer = await add(client, other.request(20, 20))

    assert (answer.status_code, "two roots at size 20" in answer.text) == (422, True)
    assert "ALARM" in caplog.text
    (found,) = state.evidence.all()
    assert (found.origin, found.cosigned_size, found.shown_size, found.two_roots) == (ORIGIN, 20, 20, True)
    for name, log in (("cosigned.note", LOG), ("shown.note", other)):
        path = Path(found.folder) / name
        note = Note.parse(path.read_bytes())
        assert note.text == log.checkpoint(20).text
        assert LOG.signer.verifier in note.signed_by([LOG.signer.verifier])
        assert os.stat(path).st_mode & 0o077 == 0
    assert (Path(found.folder) / "request.txt").read_bytes() == other.request(20, 20)
    assert (await client.get("/healthz")).json() == {
        "status": "alive",
        "cosigner": str(state.signer.verifier),
        "logs": 1,
        "evidence": 1,
    }
    assert Note.parse((await monitored(client)).text).text == LOG.checkpoint(20).text


async def test_a_second_root_is_kept_whatever_the_size_asked_from(client: httpx.AsyncClient, state: State) -> None:
    assert (await add(client, LOG.request(0, 20))).status_code == 200
    answer = await add(client, Log(fork=7).request(10, 20))

    assert (answer.status_code, answer.content) == (409, b"20\n")
    assert [found.two_roots for found in state.evidence.all()] == [True]


async def test_growth_of_another_history_is_422_and_kept_once(client: httpx.AsyncClient, state: State) -> None:
    assert (await add(client, LOG.request(0, 20))).status_code == 200
    for _ in range(3):
        assert (await add(client, Log(fork=7).request(20, 30))).status_code == 422
    (found,) = state.evidence.all()
    assert (found.cosigned_size, found.shown_size, found.two_roots) == (20, 30, False)
    assert (await add(client, LOG.request(20, 30))).status_code == 200


async def test_evidence_has_an_end(
    client: httpx.AsyncClient, state: State, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("services.witness.evidence.MOST_PER_LOG", 2)
    assert (await add(client, LOG.request(0, 20))).status_code == 200
    for fork in range(4):
        assert (await add(client, Log(fork=fork).request(20, 20))).status_code == 422
    assert state.evidence.count() == 2
    assert "no room" in caplog.text


async def test_logs_do_not_stand_in_for_each_other(client: httpx.AsyncClient) -> None:
    other = Log(origin="pakt.example/prizren/1", fork=0)
    assert (await add(client, LOG.request(0, 20))).status_code == 200
    assert (await add(client, other.request(0, 5))).status_code == 200
    assert size_of((await monitored(client)).text) == 20
    assert size_of((await monitored(client, "pakt.example/prizren/1")).text) == 5


async def test_only_posts_are_taken(client: httpx.AsyncClient) -> None:
    assert (await client.get("/add-checkpoint")).status_code == 405
    assert (await client.get("/nothing/checkpoint")).status_code == 404
    assert (await client.get("/..%2Fcosigner/checkpoint")).status_code == 404


async def test_a_disk_that_is_full_cosigns_nothing(
    client: httpx.AsyncClient, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("services.witness.ledger.replace_file", full)
        assert (await add(client, LOG.request(0, 20))).status_code == 503
    assert state.ledger.latest(ORIGIN).checkpoint.size == 0
    assert (await add(client, LOG.request(0, 10))).status_code == 200
