"""The process that tells webhooks, put together from the parts of a system, and at work."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.kernel.errors import Unavailable
from infra.clock import Clock
from services.bootstrap import System, open_egress
from services.egress.attempts import Attempts
from services.egress.delivery import Delivery
from services.egress.endpoints import Endpoints
from services.egress.permission import Permission
from services.egress.recent_events import RecentEvents
from services.egress.subject import KIND
from services.egress.telling import TOLD, Telling
from services.settings import base_address
from services.work.kinds import Kind, Retry, retrying
from services.work.relay import Relayed
from services.work.run import working

MINUTE, HOUR = 60.0, 3600.0
SCHEDULE = retrying(5.0, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Standard Webhooks, "deliverability and reliability": ten tries in 75 hours and 35 minutes."""
QUEUE = "webhooks"
WIDTH = 64
"""Messages on their way at once: most of the time they wait for somebody else."""
EVERY = 0.5
LEASE = 60.0
"""Seconds: three times what a try may take."""

log = logging.getLogger("pakt.egress")


@asynccontextmanager
async def running_egress(
    system: System, *, retry: Retry = SCHEDULE, every: float = EVERY, width: int = WIDTH
) -> AsyncIterator[asyncio.Future[None]]:
    """Webhooks being told, as what ends with an error or never; `retry` says when a failed try is made again."""
    async with open_egress(system.settings) as egress:
        endpoints, attempts = Endpoints(system.store, system.registry), Attempts(system.working)
        recent = RecentEvents(system.store)
        permission = Permission(system.store, system.handler.authority, endpoints)
        telling = Telling(system.store, system.registry, system.handler.authority, endpoints, recent)
        keys, base = system.endpoint_keys, base_address(system.settings)
        delivery = Delivery(system.handler, permission, recent, egress, keys, attempts, retry, base)
        kind = Kind(KIND, delivery.perform, queue=QUEUE, retry=retry, lease=LEASE)
        relayed = Relayed("webhooks", telling.follow, TOLD)
        forgetting = asyncio.ensure_future(_forget(attempts, system.clock))
        try:
            async with working(system, (kind,), (relayed,), width=width, every=every) as running:
                yield running.done
        finally:
            forgetting.cancel()
            await asyncio.wait((forgetting,))


async def _forget(attempts: Attempts, clock: Clock) -> None:
    """Every hour, until cancelled."""
    while True:
        try:
            await attempts.forget(clock.now())
        except Unavailable as error:
            log.warning("old attempts stay for another hour: %s", error)
        await asyncio.sleep(HOUR)
