"""Who asks at once is served by one run, and each by a run that began after it had asked."""

import asyncio

import pytest

from infra.joining import Joined


class Slow:
    """Ends each run when it is let; `fails` are runs that end with an error."""

    def __init__(self, *fails: int) -> None:
        self.began, self.fails, self.let = 0, fails, asyncio.Semaphore(0)

    async def __call__(self) -> None:
        self.began += 1
        run = self.began
        await self.let.acquire()
        if run in self.fails:
            raise ZeroDivisionError


async def asked(joined: Joined) -> "asyncio.Task[None]":
    task = asyncio.create_task(joined())
    await asyncio.sleep(0)
    return task


async def let(slow: Slow) -> None:
    slow.let.release()
    for _ in range(50):
        await asyncio.sleep(0)


async def test_all_who_ask_while_it_runs_share_the_next_run() -> None:
    slow = Slow()
    joined = Joined(slow)
    first = await asked(joined)
    rest = [await asked(joined) for _ in range(10)]

    await let(slow)
    assert (first.done(), slow.began, any(one.done() for one in rest)) == (True, 2, False)
    late = await asked(joined)
    await let(slow)
    assert (all(one.done() for one in rest), late.done(), slow.began) == (True, False, 3)
    await let(slow)
    assert late.done()


async def test_a_run_that_fails_serves_nobody() -> None:
    slow = Slow(2)
    joined = Joined(slow)
    first, second, third = [await asked(joined) for _ in range(3)]

    for _ in range(3):
        await let(slow)

    assert first.exception() is None
    assert isinstance(second.exception(), ZeroDivisionError)
    assert (third.exception(), slow.began) == (None, 3)


async def test_one_that_is_stopped_keeps_nobody() -> None:
    slow = Slow()
    joined = Joined(slow)
    first, second = await asked(joined), await asked(joined)

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    await let(slow)

    assert (second.done(), slow.began) == (True, 2)
