"""Messages about work: one for what could be begun, and never more that wait than there is room for."""

import asyncio
from collections.abc import Sequence

import pytest

from infra.broker.interface import GaveUp, Job, Perform
from infra.broker.queues import Queues
from infra.work.interface import Work
from services.work.relay import Sender
from tests.services.work.doing import Doing


class Slow:
    """A broker that takes a job when it is let."""

    def __init__(self) -> None:
        self.sent, self.let = list[str](), asyncio.Semaphore(0)

    async def start(self, perform: Perform, gave_up: GaveUp) -> None:
        pass

    async def send(self, job: Job) -> None:
        await self.let.acquire()
        self.sent.append(str(job.ids["subject"]))

    async def check(self) -> None:
        pass

    async def stop(self) -> None:
        pass


async def sent(works: Sequence[Sequence[Work]]) -> list[str]:
    """What is sent when so much is told of at once."""
    broker, kind = Slow(), Doing().kind()
    sender = Sender(Queues(lambda _: broker, shared=True), [kind])
    running = asyncio.ensure_future(sender.run())
    await asyncio.sleep(0)
    for some in works:
        sender.tell(some)
    for _ in range(1_000):
        broker.let.release()
    async with asyncio.timeout(10):
        while sender._waiting.qsize():
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    running.cancel()
    return broker.sent


def work(n: int, lane: str = "") -> Work:
    return Work(2, Doing().kind().name, str(n), lane, n)


async def test_of_a_lane_one_message_goes_out_for_all_that_are_noted_together() -> None:
    together = [work(1, "a"), work(2, "a"), work(3), work(4, "b"), work(5), work(6, "a")]

    assert await sent([together, [work(7, "a")]]) == ["1", "3", "4", "5", "7"]


async def test_what_there_is_no_room_for_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.work.relay.MOST_WAITING", 10)

    assert await sent([[work(n) for n in range(30)], [work(99)]]) == [str(n) for n in range(10)]
