"""Costly work is done a few at a time; who finds the queue full is sent away at once."""

import asyncio

import pytest

from domain.kernel.errors import Overloaded
from projections.admission import Admission


async def test_as_many_work_as_may_and_as_many_wait_as_may() -> None:
    admission, done, going = Admission("The work", width=2, waiting=3), asyncio.Event(), 0
    most = 0

    async def work() -> None:
        nonlocal going, most
        async with admission.turn():
            going += 1
            most = max(most, going)
            await done.wait()
            going -= 1

    first = [asyncio.ensure_future(work()) for _ in range(5)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded) as refused:
        await work()
    done.set()
    await asyncio.gather(*first)
    await work()

    assert most == 2
    assert refused.value.message.values == {"part": "The work"}


async def test_whoever_leaves_makes_room() -> None:
    admission = Admission("The work", width=1, waiting=0)

    async def fails() -> None:
        async with admission.turn():
            raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            await fails()
