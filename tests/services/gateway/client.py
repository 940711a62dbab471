"""Talking to an application as somebody, in this process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar

from domain.kernel.ids import derived_id
from infra.identity.tokens import TokenIssuer
from tests.support.system import official

PROBLEM = "application/problem+json"
STRANGER = derived_id("test", "stranger")
"""A person with a valid token and no mandate anywhere."""


class Caller:
    """Sends requests with the token of a demo official, of a stranger or without one."""

    def __init__(self, client: httpx.AsyncClient, tokens: TokenIssuer) -> None:
        self.client, self.tokens, self._keys = client, tokens, count()

    def bearer(self, tenant: str, role: str) -> dict[str, str]:
        return self.token(official(tenant, role).person_id)

    def token(self, person_id: UUID = STRANGER) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens.issue(person_id, 'Besa', 600)}"}

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def post(self, path: str, json: Any, **headers: str) -> httpx.Response:
        """A POST with a new Idempotency-Key unless one is given."""
        headers.setdefault("idempotency-key", f"key-{next(self._keys)}")
        return await self.client.post(path, json=json, headers=headers)


@asynccontextmanager
async def living(app: Litestar) -> AsyncIterator[None]:
    """The application's lifespan, in a task of its own: a fixture's two halves may run in different tasks."""
    started, stopping = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stopping.wait()

    life = asyncio.ensure_future(live())
    await started.wait()
    yield
    stopping.set()
    await life


@asynccontextmanager
async def callers(app: Litestar, tokens: TokenIssuer) -> AsyncIterator[Caller]:
    """A caller of an application within this process."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://pakt") as client:
        yield Caller(client, tokens)
