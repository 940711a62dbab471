"""A system that tells webhooks, with clients, endpoints and something to tell."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from domain.kernel.command import Command
from domain.kernel.ids import NATIONAL_SLUG, NATIONAL_TENANT
from domain.kernel.text import Language
from domain.tenants.commands import DeclareLanguages
from domain.webhooks.commands import RegisterEndpoint
from domain.webhooks.endpoint import WebhookEndpoint
from infra.database.scope import scope
from services.bootstrap import System
from services.command_handling.request import Answer, Request
from services.egress.run import running_egress
from services.work.kinds import Retry, retrying
from tests.support.clients import acting, registered
from tests.support.system import send

MJ = "mj"
ALLOWED = "127.0.0.0/8"
QUICK = retrying(0.05, 0.05, 0.05)
"""Four tries in no time."""
_BOTH = (Language.ALBANIAN, Language.SERBIAN)
_LANGUAGES = ((*_BOTH, Language.TURKISH), _BOTH)
_numbers = count()


async def as_client(system: System, client_id: UUID, command: Command, stream_id: UUID | None = None) -> Answer:
    request = Request(NATIONAL_SLUG, command, uuid4(), acting(client_id), stream_id=stream_id)
    return (await system.handler.execute(request)).answer


async def endpoint_of(
    system: System,
    url: str,
    *,
    client_id: UUID | None = None,
    types: tuple[str, ...] = ("tenants.*",),
    tenants: tuple[str, ...] = (MJ,),
) -> UUID:
    client = client_id or await registered(system)
    return (await as_client(system, client, RegisterEndpoint(url=url, types=types, tenants=tenants))).stream_id


async def endpoint(system: System, endpoint_id: UUID) -> WebhookEndpoint:
    held = await system.handler.aggregates.read(NATIONAL_TENANT, WebhookEndpoint, endpoint_id, fresh=True)
    assert isinstance(held.aggregate, WebhookEndpoint)
    return held.aggregate


async def happen(system: System, tenant: str = MJ) -> Answer:
    """An event that everybody is told of: another language is required, or one less."""
    n = next(_numbers)
    command = DeclareLanguages(languages=_LANGUAGES[n % 2], decision_no=f"{n}/2026")
    return await send(system, tenant, "legal_officer", command)


@asynccontextmanager
async def told(system: System, *, retry: Retry = QUICK) -> AsyncIterator[None]:
    async with running_egress(system, retry=retry, every=0.05) as running:
        yield
        assert not running.done(), running.exception()


async def until(holds: Callable[[], Any], seconds: float = 20.0) -> None:
    """Wait until it holds; a coroutine function is awaited."""
    async with asyncio.timeout(seconds):
        while True:
            found = holds()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)


async def settled(system: System) -> bool:
    """Whether what follows from both logs has been noted, and every message of it has been sent or given up."""
    for slug in (MJ, NATIONAL_SLUG):
        tenant_id = (await system.handler.authority.tenant(slug)).tenant_id
        async with system.reading.borrow(tenant_id) as lent, scope(lent, tenant=tenant_id) as connection:
            reached = await connection.fetchval("SELECT position FROM es.relay WHERE name = 'webhooks'")
            left = await connection.fetchval(
                "SELECT count(*) FROM es.work WHERE kind = 'webhook' AND state = 'pending'"
            )
        if reached != await system.store.head(tenant_id) or left:
            return False
    return True


async def attempts(system: System, endpoint_id: UUID) -> list[tuple[int, int, str]]:
    """Number, status and failure of each attempt, in their order."""
    async with system.reading.borrow(1) as lent, scope(lent, tenant=NATIONAL_TENANT) as connection:
        rows = await connection.fetch(
            "SELECT number, status, failure FROM es.webhook_attempt WHERE endpoint_id = $1 ORDER BY at", endpoint_id
        )
    return [(row[0], row[1], row[2]) for row in rows]
