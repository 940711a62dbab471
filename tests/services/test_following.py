"""What the projector and the sealer share: whose turn comes when, and that one tenant's trouble stops no other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest

from domain.kernel.errors import Unavailable
from services import following
from services.following import Following, Lag


class Diary:
    """Follows logs that are only lengths, and writes down whom it has attended to."""

    def __init__(self, *, patience: float = 0.0, poll: float = 30.0) -> None:
        self.logs: dict[int, int] = {}
        self.done: dict[int, int] = {}
        self.turns: list[int] = []
        self.at_work: set[int] = set()
        self.looks = 0
        self.trouble: dict[int, list[Exception]] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.away = False
        self._patience = patience
        self.following = Following(self, self, "diary", "nothing is written", poll=poll)

    def on_commit(self, listener: Callable[[int, int], None]) -> None:
        self.tell = listener

    def commit(self, tenant_id: int, *, told: bool = True) -> None:
        self.logs[tenant_id] = self.logs.get(tenant_id, 0) + 1
        if told:
            self.tell(tenant_id, self.logs[tenant_id])

    async def heads(self) -> Mapping[int, int]:
        if self.away:
            raise Unavailable("The diary")
        return dict(self.logs)

    def reached(self, tenant_id: int) -> int:
        return self.done.get(tenant_id, -1)

    def patience(self, tenant_id: int) -> float:
        return self._patience if tenant_id in self.done else 0.0

    async def attend(self, tenant_id: int) -> None:
        assert tenant_id not in self.at_work
        self.at_work.add(tenant_id)
        upto = self.logs[tenant_id]
        self.turns.append(tenant_id)
        try:
            await self.gate.wait()
            if self.trouble.get(tenant_id):
                raise self.trouble[tenant_id].pop(0)
        finally:
            self.at_work.discard(tenant_id)
        self.done[tenant_id] = upto

    def failed(self, tenant_id: int, error: Exception) -> str:
        return f"{tenant_id} {error}"

    def looked(self) -> None:
        self.looks += 1

    async def until(self, *tenants: int) -> None:
        async with asyncio.timeout(5):
            while any(self.done.get(tenant) != self.logs[tenant] for tenant in tenants):
                await asyncio.sleep(0.001)


@asynccontextmanager
async def running(diary: Diary) -> AsyncIterator[Diary]:
    task = asyncio.create_task(diary.following.run())
    await asyncio.sleep(0.01)
    try:
        yield diary
    finally:
        task.cancel()
        await asyncio.wait((task,))


async def test_what_is_told_is_done_and_what_was_not_told_is_found() -> None:
    async with running(Diary()) as diary:
        diary.commit(1)
        await diary.until(1)
        assert diary.following.lags() == {1: Lag(0, 0.0)}
    async with running(Diary(poll=0.02)) as diary:
        diary.commit(1, told=False)
        await diary.until(1)


async def test_a_tenant_has_one_turn_at_a_time_and_what_comes_meanwhile_has_another() -> None:
    async with running(Diary()) as diary:
        diary.gate.clear()
        diary.commit(1)
        await asyncio.sleep(0.01)
        for _ in range(5):
            diary.commit(1)
        diary.commit(2)
        await asyncio.sleep(0.01)
        assert diary.turns == [1, 2]
        diary.gate.set()
        await diary.until(1, 2)
        assert diary.turns == [1, 2, 1]


async def test_patience_gathers_commits() -> None:
    async with running(Diary(patience=0.1)) as diary:
        diary.commit(1)
        await diary.until(1)
        for _ in range(10):
            diary.commit(1)
            await asyncio.sleep(0.002)
        assert diary.following.lags()[1].events == 10
        assert 0.015 < diary.following.lags()[1].seconds < 0.1
        await diary.until(1)
        assert diary.turns == [1, 1]


async def test_an_outage_is_a_pause_and_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "AFTER_OUTAGE", 0.05)
    async with running(Diary(poll=0.01)) as diary:
        diary.trouble[1] = [Unavailable("The diary")] * 2
        diary.commit(1)
        diary.commit(2)
        await diary.until(1, 2)
        assert [turn for turn in diary.turns if turn == 1] == [1, 1, 1]
        assert diary.following.stopped == {}


async def test_a_database_that_is_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    diary = Diary(poll=0.01)
    diary.away = True
    async with running(diary):
        await asyncio.sleep(0.05)
        diary.commit(1, told=False)
        diary.away = False
        await diary.until(1)
    assert "the database is away; the diary waits for it" in caplog.text
    assert diary.looks > 3


async def test_an_alarm_stops_one_tenant_and_ends_when_it_goes_well_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(following, "AFTER_ALARM", 0.1)
    with caplog.at_level(logging.WARNING):
        async with running(Diary(poll=0.01)) as diary:
            diary.trouble[1] = [ValueError("is torn")]
            diary.commit(1)
            diary.commit(2)
            await diary.until(2)
            assert diary.following.stopped == {1: "1 is torn"}
            diary.commit(1)
            await asyncio.sleep(0.02)
            assert diary.turns.count(1) == 1
            await diary.until(1)
            assert diary.following.stopped == {}
    assert "tenant 1: nothing is written: 1 is torn" in caplog.text
    assert "tenant 1: no longer so: nothing is written" in caplog.text


async def test_a_turn_that_brings_nothing_is_not_repeated_at_once() -> None:
    """What was told of and is not to be had: the next look tells, and nobody spins until then."""
    async with running(Diary()) as diary:
        diary.commit(1)
        await diary.until(1)
        diary.tell(1, 7)
        await asyncio.sleep(0.02)
        assert diary.turns == [1, 1]


async def test_a_turn_can_be_asked_for() -> None:
    async with running(Diary()) as diary:
        diary.commit(1)
        await diary.until(1)
        diary.following.turn(1)
        diary.following.turn(1)
        await asyncio.sleep(0.02)
        assert diary.turns == [1, 1]
