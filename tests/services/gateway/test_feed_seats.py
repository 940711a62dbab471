"""Who follows the feed by streams: nobody takes the room of all others."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from litestar import Litestar

from domain.kernel.manifest import Scope
from services.bootstrap import System
from services.feed import seats
from tests.services.feed.test_follower import OPENED, append, tenant_of
from tests.services.gateway.client import PROBLEM, Caller
from tests.services.gateway.test_event_feed import FEED, listening
from tests.support.clients import bearer, registered


async def test_whoever_takes_all_streams_that_are_anybodys_leaves_room_for_clients(
    system: System, app: Litestar, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "OF_ANYBODY", 2)
    monkeypatch.setattr(seats, "OF_ONE", 1)
    tenant, path = await tenant_of(system, "mj"), f"{FEED}/stream?tenant=mj"
    await append(system, tenant, OPENED)
    one, two = [bearer(system, await registered(system, Scope.FEED, title=name)) for name in ("One", "Two")]
    async with AsyncExitStack() as open_:
        for sender in ({}, {}, one):
            frames = await open_.enter_async_context(listening(app, path, sender))
            await asyncio.wait_for(frames.get(), 20)

        for sender in ({}, one):
            full = await caller.get(path, **sender)
            assert (full.status_code, full.headers["content-type"], full.headers["retry-after"]) == (503, PROBLEM, "1")
        frames = await open_.enter_async_context(listening(app, path, two))
        assert await asyncio.wait_for(frames.get(), 20)
    async with listening(app, path, {}) as frames:
        assert await asyncio.wait_for(frames.get(), 20), "who has left takes no room"
