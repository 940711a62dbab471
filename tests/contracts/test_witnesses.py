"""The witnesses' port: what is returned holds, and nothing that a witness answers harms who asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from infra.tlog.note import COSIGNATURE, Note, Signer, Verifier
from infra.tlog.witnessing import AddCheckpoint
from infra.witnesses.http import HttpWitness
from infra.witnesses.interface import Address, OtherSize, WitnessFailed, WitnessRefused, addresses
from services.witness.state import opened
from tests.services.witness.logs import KEY, ORIGIN, Log, Running, application

LOG = Log()
SIGNER = Signer("witness.example/w1", KEY, COSIGNATURE)
STRANGER = Signer("stranger.example", KEY, COSIGNATURE)


def asking(old: int, new: int, log: Log = LOG) -> AddCheckpoint:
    return AddCheckpoint(old, log.proof(old, new), log.note(new))


@asynccontextmanager
async def witness(folder: Path) -> AsyncIterator[HttpWitness]:
    with opened(folder, "witness.example/w1") as state:
        transport = httpx.ASGITransport(application(state))
        async with httpx.AsyncClient(transport=transport) as client:
            yield HttpWitness(Address("http://witness", state.signer.verifier), client)


async def test_it_cosigns_and_shows_what_it_cosigned(tmp_path: Path) -> None:
    async with witness(tmp_path) as one:
        assert await one.latest(ORIGIN) is None
        for old, new in ((0, 20), (20, 20), (20, 50)):
            given = await one.add(asking(old, new))
            note = Note.parse(str(LOG.note(new)) + given.line)
            assert note.signed_by([one.verifier]) == {one.verifier: given.at}
        latest = await one.latest(ORIGIN)
    assert latest is not None
    assert latest.text == LOG.checkpoint(50).text


async def test_it_says_which_size_it_knows(tmp_path: Path) -> None:
    async with witness(tmp_path) as one:
        await one.add(asking(0, 20))
        with pytest.raises(OtherSize) as told:
            await one.add(asking(0, 50))
    assert told.value.size == 20


async def test_it_says_why_it_refuses(tmp_path: Path) -> None:
    async with witness(tmp_path) as one:
        await one.add(asking(0, 20))
        for status, request in (
            (422, asking(20, 20, Log(fork=3))),
            (404, asking(0, 20, Log(origin="other.example/1"))),
            (403, AddCheckpoint(20, (), Note(LOG.checkpoint(20).text, (SIGNER.sign(""),)))),
            (400, AddCheckpoint(21, (), LOG.note(20))),
        ):
            with pytest.raises(WitnessRefused) as told:
                await one.add(request)
            assert told.value.status == status


def scripted(answer: Callable[[httpx.Request], httpx.Response]) -> HttpWitness:
    """A witness that answers whatever it likes."""

    def streamed(request: httpx.Request) -> httpx.Response:
        made = answer(request)
        return httpx.Response(made.status_code, headers=made.headers, stream=httpx.ByteStream(made.content))

    client = httpx.AsyncClient(transport=httpx.MockTransport(streamed))
    return HttpWitness(Address("http://witness", SIGNER.verifier), client, seconds=0.3)


TEXT = LOG.checkpoint(20).text
DATED = SIGNER.sign(TEXT, 1_700_000_000)
SIZED = {"content-type": "text/x.tlog.size"}
BAD_ANSWERS = {
    "nothing": httpx.Response(200, text=""),
    "no line": httpx.Response(200, text="thanks\n"),
    "no UTF-8": httpx.Response(200, content=b"\xff\xfe"),
    "only a stranger's": httpx.Response(200, text=str(STRANGER.sign(TEXT, 1_700_000_000))),
    "of another text": httpx.Response(200, text=str(SIGNER.sign(LOG.checkpoint(21).text, 1_700_000_000))),
    "without its time": httpx.Response(200, text=str(SIGNER.sign(TEXT, 0))),
    "too long": httpx.Response(200, text=str(DATED) * 1_000),
    "redirect": httpx.Response(307, headers={"location": "http://elsewhere/add-checkpoint"}),
    "server error": httpx.Response(500, text="x"),
    "service unavailable": httpx.Response(503, text="x"),
    "too many requests": httpx.Response(429, text="x"),
    "created": httpx.Response(201, text=str(DATED)),
    "no size": httpx.Response(409, text="many\n", headers=SIZED),
    "a negative size": httpx.Response(409, text="-1\n", headers=SIZED),
    "a huge size": httpx.Response(409, text="9" * 5_000, headers=SIZED),
    "other digits": httpx.Response(409, text="\u0663\n", headers=SIZED),
}


@pytest.mark.parametrize("answer", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
async def test_what_is_no_answer_of_a_witness(answer: httpx.Response) -> None:
    asked: list[str] = []

    def one(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return answer

    with pytest.raises(WitnessFailed):
        await scripted(one).add(asking(0, 20))
    with pytest.raises(WitnessFailed):
        await scripted(one).latest(ORIGIN)
    assert {url.split("/")[2] for url in asked} == {"witness"}
    assert len(asked) == 2


async def test_a_stranger_beside_the_known_signature_is_left_out() -> None:
    both = httpx.Response(200, text=f"{STRANGER.sign(TEXT, 5)}{DATED}")
    given = await scripted(lambda _: both).add(asking(0, 20))
    assert (given.line, given.at) == (str(DATED), 1_700_000_000)


async def test_a_conflict_without_a_size_is_a_refusal() -> None:
    with pytest.raises(WitnessRefused, match="409 x y"):
        await scripted(lambda _: httpx.Response(409, text="x\ny")).add(asking(0, 20))


async def test_a_checkpoint_of_another_log_is_not_taken() -> None:
    other = Log(origin="pakt.example/prizren/1")
    note = other.note(20).adding([SIGNER.sign(other.checkpoint(20).text, 5)])
    with pytest.raises(WitnessFailed, match="no checkpoint of"):
        await scripted(lambda _: httpx.Response(200, text=str(note))).latest(ORIGIN)
    with pytest.raises(WitnessFailed, match="no checkpoint of"):
        await scripted(lambda _: httpx.Response(200, text=str(LOG.note(20)))).latest(ORIGIN)


async def test_who_is_not_there_or_slow_is_not_waited_for() -> None:
    ended = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x")
            await asyncio.sleep(0.02)
        writer.close()
        ended.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient() as client:
        slow = HttpWitness(Address(f"http://127.0.0.1:{port}", SIGNER.verifier), client, seconds=0.3)
        began = loop.time()
        with pytest.raises(WitnessFailed, match="no answer within"):
            await slow.add(asking(0, 20))
        assert loop.time() - began < 3
        await ended.wait()
        server.close()
        await server.wait_closed()
        gone = HttpWitness(Address("http://127.0.0.1:9", SIGNER.verifier), client)
        with pytest.raises(WitnessFailed, match="ConnectError"):
            await gone.latest(ORIGIN)


async def test_a_witness_of_its_own_process_cosigns(tmp_path: Path) -> None:
    running = Running(tmp_path)
    try:
        async with httpx.AsyncClient() as client:
            one = HttpWitness(Address(running.url, running.cosigner), client)
            for old, new in ((0, 20), (20, 50)):
                assert (await one.add(asking(old, new))).at > 1_700_000_000
            latest = await one.latest(ORIGIN)
            assert latest is not None
            assert latest.text == LOG.checkpoint(50).text
    finally:
        running.end()


def test_witnesses_as_settings_name_them() -> None:
    one, two = str(SIGNER.verifier), str(STRANGER.verifier)
    assert addresses("") == addresses(" , ") == []
    assert addresses(f"http://a:1/ {one}, https://b/w {two}") == [
        Address("http://a:1", Verifier.parse(one)),
        Address("https://b/w", Verifier.parse(two)),
    ]
    for wrong in (
        "http://a",
        f"ftp://a {one}",
        f"{one} http://a",
        "http://a vkey",
        f"http://a {one} more",
        f"http://a {one}, http://b {one}",
        f"http://a {Signer('log.example', KEY).verifier}",
    ):
        with pytest.raises(ValueError):
            addresses(wrong)
