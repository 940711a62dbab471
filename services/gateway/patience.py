"""No request outlives its time: whoever would wait longer for an answer to begin is told so, and it is given up."""

import asyncio
from typing import Any, cast

from litestar.types import ASGIApp, HTTPScope, Message, Receive, Send

from services.gateway.problems import render
from services.gateway.refusals import Overdue


async def within(
    seconds: float, answer: ASGIApp, scope: HTTPScope, receive: Receive, send: Send, *, command: bool
) -> None:
    """Have a request answered. Its time begins anew with each part of the body, and ends when the answer begins.

    What is given up is cancelled, and with it the question to the database that it waits for. An append that is under
    way is not: the same key tells later what became of it.
    """
    loop, begun = asyncio.get_running_loop(), False
    limit = asyncio.timeout(seconds)

    async def heard() -> Any:
        message = await receive()
        if not begun and not limit.expired():
            limit.reschedule(loop.time() + seconds)
        return message

    async def begin(message: Message) -> None:
        nonlocal begun
        if not begun and not limit.expired():
            begun = True
            limit.reschedule(None)
        await send(message)

    try:
        async with limit:
            await answer(scope, cast("Receive", heard), begin)
    except TimeoutError:
        if not limit.expired() or begun:
            raise
        await render(Overdue(seconds), scope, command=command).sent(send)
