"""A request that is not answered in time is told so, and what it waited for is given up."""

import asyncio
from typing import Any

import httpx
import pytest
from litestar.types import HTTPScope, Receive, Scope, Send

from services.gateway.patience import within


def asked(app: Any, *, command: bool) -> httpx.AsyncClient:
    async def limited(scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})  # type: ignore[typeddict-item]
        known: HTTPScope = scope  # type: ignore[assignment]
        await within(0.2, app, known, receive, send, command=command)

    return httpx.AsyncClient(transport=httpx.ASGITransport(limited), base_url="http://pakt")  # type: ignore[arg-type]


@pytest.mark.parametrize(("command", "advice"), [(True, "same Idempotency-Key"), (False, "ask again")])
async def test_who_waits_too_long_is_told_and_the_work_is_given_up(command: bool, advice: str) -> None:
    given_up = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            given_up.set()
            raise

    async with asked(slow, command=command) as client:
        answer = await client.get("/")

    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overdue")
    assert "within 0 seconds" in answer.json()["detail"] and advice in answer.json()["detail"]
    assert answer.headers["retry-after"] == "1"
    assert given_up.is_set()


async def test_an_answer_that_has_begun_may_take_its_time() -> None:
    async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
        start: Any = {"type": "http.response.start", "status": 200, "headers": []}
        await send(start)
        for more in (True, True, False):
            await asyncio.sleep(0.15)
            part: Any = {"type": "http.response.body", "body": b"x", "more_body": more}
            await send(part)

    async with asked(streaming, command=False) as client:
        answer = await client.get("/")

    assert (answer.status_code, answer.content) == (200, b"xxx")


async def test_an_error_of_the_application_stays_its_own() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise TimeoutError("of something else")

    async with asked(broken, command=False) as client:
        with pytest.raises(TimeoutError, match="something else"):
            await client.get("/")
