"""The reference client follows the feed beyond the end of its token, and nobody has to tell it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import httpx
from litestar import Litestar

from domain.kernel.manifest import Scope
from infra.identity.tokens import LEEWAY_SECONDS
from services.bootstrap import System
from services.civikos.client.cloud_event import CloudEvent
from services.civikos.client.durable import FilePlace
from services.civikos.client.feed import Feed, Follower
from services.civikos.client.sending import Sender
from services.civikos.client.tokens import AccessTokens
from tests.services.feed.test_follower import PLANNED, append, tenant_of
from tests.services.gateway.client import Caller
from tests.services.gateway.test_oauth import secret_of
from tests.support.clients import registered


async def test_a_token_that_ends_while_the_client_waits_is_followed_by_another(
    system: System, app: Litestar, caller: Caller, tmp_path: Path
) -> None:
    client_id, tenant = await registered(system, Scope.FEED, tenants=["mj"]), await tenant_of(system, "mj")
    secret = str((await secret_of(caller, client_id))["secret"])
    short = system.tokens.issue_to_client(client_id, [Scope.FEED], 3 - LEEWAY_SECONDS)
    used: list[str] = []

    async def noted(request: httpx.Request) -> None:
        if request.url.path == "/v1/feed":
            used.append(request.headers["authorization"].removeprefix("Bearer "))

    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://pakt", timeout=60, event_hooks={"request": [noted]}
    ) as http:
        tokens = AccessTokens(http, str(client_id), secret, scopes=["feed"])
        tokens._token, tokens._until = short, float("inf")
        follower = Follower(
            Feed(Sender(http, tokens), {"tenant": "mj", "type": PLANNED}), FilePlace(tmp_path / "place")
        )
        told: list[CloudEvent] = []

        async def handle(events: Sequence[CloudEvent]) -> None:
            told.extend(events)

        await follower.step(handle)
        before = len(told)
        waiting = asyncio.ensure_future(follower.step(handle, wait=25))
        async with asyncio.timeout(15):
            while len(set(used)) == 1:
                await asyncio.sleep(0.1)
        await append(system, tenant, PLANNED)
        await asyncio.wait_for(waiting, 20)

    assert used[0] == short
    assert len(set(used)) == 2
    assert [one.type for one in told[before:]] == [f"xk.pakt.{PLANNED}"]
