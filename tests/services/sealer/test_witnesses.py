"""Heads find their cosigners: at once, later, and not where a witness says no; and nobody waits for who is away."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.clock import FixedClock
from infra.tlog.note import Note
from infra.tlog.tiles import GrowingTree
from infra.tlog.witnessing import AddCheckpoint
from infra.trees.interface import TreeId
from services.sealer import witnesses as module
from tests.support.cosigning import Place, fork, placed
from tests.support.postgres import TestDatabase
from tests.support.trees import TREE, grow, leaves, signer

OTHER = TreeId(3)


@pytest.fixture
async def place(database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(module, "AGAIN_AFTER", (0.05, 0.1))
    monkeypatch.setattr(module, "LOOK", 0.05)
    monkeypatch.setattr(module, "REFUSED_FOR", 0.2)
    async with placed(database, tmp_path) as found:
        yield found


async def test_a_head_is_cosigned_by_all_and_public_then(place: Place) -> None:
    async with place.running() as cosigning:
        for _ in range(3):
            head = await place.seal()
            cosigning.hear(head)
            public = await place.public(head)
            assert (public.size, public.root) == (head.size, head.root)
            known = [one.verifier for one in place.witnesses]
            assert set(public.cosigned.signed_by([*known, signer().verifier])) == {*known, signer().verifier}


async def test_what_was_sealed_before_the_start_is_cosigned_newest_only(place: Place) -> None:
    heads = [await place.seal() for _ in range(5)]
    other = await place.seal(4, OTHER)
    async with place.running():
        assert (await place.public(heads[-1])).size == heads[-1].size
        assert (await place.public(other)).size == other.size
    assert [len(one.lines) for one in await place.trees.heads(TREE, 0, 10)] == [0, 0, 0, 0, 2]


async def test_nothing_is_asked_twice(place: Place) -> None:
    head = await place.seal()
    async with place.running() as cosigning:
        cosigning.hear(head)
        await place.public(head)
        asked = [line.asked for line in place.lines]
        for _ in range(5):
            cosigning.hear(head)
            await asyncio.sleep(0.05)
        assert [line.asked for line in place.lines] == asked
    async with place.running():
        await asyncio.sleep(0.2)
    assert [line.asked for line in place.lines] == asked


async def test_who_is_away_is_asked_again_and_holds_nobody_up(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.lines[0].cut = True
    async with place.running() as cosigning:
        heads = [await place.seal(), await place.seal(4, OTHER)]
        for head in heads:
            cosigning.hear(head)
            await place.public(head, place.quorum(1))
            assert (await place.trees.newest(head.tree, place.quorum())) is None
        place.lines[0].cut = False
        for head in heads:
            await place.public(head)
    assert "witness witness.example/w1: ConnectError: cut" in caplog.text


async def test_one_moment_away_is_one_pause_whatever_number_of_logs_noticed(
    place: Place, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A witness that restarts while eight logs wait for it is asked a second later, not a minute."""
    monkeypatch.setattr(module, "AGAIN_AFTER", (0.3, 60.0))
    heads = [await place.seal(3, TreeId(tenant_id)) for tenant_id in (1, 2, 3)]
    place.lines[0].cut = True
    async with place.running():
        for head in heads:
            await place.public(head, place.quorum(1))
        place.lines[0].cut = False
        async with asyncio.timeout(5):
            for head in heads:
                await place.public(head)
    assert caplog.text.count("ConnectError: cut; asked again") == 1


async def test_a_quorum_keeps_coming_while_heads_come_faster_than_a_slow_witness(place: Place) -> None:
    """All are shown the same head: else the fast and the slow one would hardly ever meet on one."""
    place.lines[1].delay = 0.15
    async with place.running() as cosigning:
        public: set[int] = set()
        for _ in range(40):
            cosigning.hear(await place.seal())
            found = await place.trees.newest(TREE, place.quorum())
            public |= {found.size} if found else set()
            await asyncio.sleep(0.03)
        await place.public(await place.seal(1))
    assert len(public) >= 4


async def test_an_answer_that_was_lost_is_asked_for_again(place: Place) -> None:
    """The witness has cosigned and we do not know: it says its size, and signs the same head once more."""
    head = await place.seal()
    request = AddCheckpoint(0, (), Note.parse(head.note))
    await place.witnesses[0].add(request)
    async with place.running():
        await place.public(head)


async def test_a_witness_that_began_anew_is_taken_along(place: Place) -> None:
    async with place.running() as cosigning:
        cosigning.hear(head := await place.seal())
        await place.public(head)
        place.states[0].ledger._held.clear()
        cosigning.hear(head := await place.seal())
        await place.public(head)


@pytest.mark.parametrize(
    ("size", "told"), [(3, "does not cosign pakt.example/tenant-2/1: 422"), (9, "has cosigned 9 entries of")]
)
async def test_a_witness_that_saw_another_history_says_no(
    place: Place, caplog: pytest.LogCaptureFixture, size: int, told: str
) -> None:
    await fork(place.witnesses[0], size)
    async with place.running() as cosigning:
        head = await place.seal()
        cosigning.hear(head)
        public = await place.public(head, place.quorum(1))
        await asyncio.sleep(0.5)
        assert (await place.trees.newest(TREE, place.quorum())) is None
    assert [one.name for one in public.cosigned.signed_by([one.verifier for one in place.witnesses])] == [
        "witness.example/w2"
    ]
    alarms = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert alarms
    assert told in alarms[0].getMessage()
    assert len(alarms) <= 5


async def test_a_log_the_witness_does_not_know_is_told(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    growing = GrowingTree()
    async with place.running() as cosigning:
        cosigning.hear(await grow(place.keeper, growing, leaves(2), TREE, "elsewhere.example/tenant-2/1"))
        for _ in range(100):
            if "404" in caplog.text:
                break
            await asyncio.sleep(0.05)
    assert "does not cosign elsewhere.example/tenant-2/1: 404" in caplog.text


async def test_a_cosignature_of_tomorrow_is_not_believed(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    yesterday = FixedClock(datetime.now(UTC) - timedelta(days=1))
    async with place.running(yesterday) as cosigning:
        cosigning.hear(head := await place.seal())
        await asyncio.sleep(0.3)
    assert "dated into the future" in caplog.text
    found = await place.trees.newest(TREE)
    assert found is not None
    assert (found.size, found.lines) == (head.size, ())


async def test_without_witnesses_nothing_is_done(place: Place) -> None:
    place.witnesses.clear()
    async with place.running() as cosigning:
        cosigning.hear(await place.seal())
        await asyncio.sleep(0.05)
    assert [line.asked for line in place.lines] == [0, 0]
