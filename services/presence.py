"""Processes say that they run: what everybody is told of the parts of an installation rests on it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from domain.kernel.errors import Unavailable
from domain.kernel.ids import NATIONAL_TENANT
from infra.database.failures import DRIVER_ERRORS
from infra.database.scope import scope
from services.part_names import Part
from services.troubles import Troubles

if TYPE_CHECKING:
    from services.bootstrap import System

EVERY = 30.0
"""Seconds between two times that a process says so."""
log = logging.getLogger("pakt.presence")

_SAY = """
INSERT INTO es.presence (tenant_id, part, process, release, seen_at)
SELECT $1, u.part, $3, $4, clock_timestamp() FROM unnest($2::text[]) u (part)
ON CONFLICT (tenant_id, part, process) DO UPDATE SET seen_at = excluded.seen_at
"""
_FORGET = "DELETE FROM es.presence WHERE tenant_id = $1 AND seen_at < clock_timestamp() - interval '1 day'"


@asynccontextmanager
async def present(system: "System", parts: Collection[Part], every: float = EVERY) -> AsyncIterator[None]:
    """Say again and again that this process runs these parts. That it cannot be said stops nothing."""
    saying = asyncio.ensure_future(_saying(system, sorted(parts), every))
    try:
        yield
    finally:
        saying.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await saying


async def _saying(system: "System", parts: Collection[Part], every: float) -> None:
    process, troubles, means = uuid4(), Troubles(log), "others are not told that this process runs"
    while True:
        try:
            await say_present(system, parts, process)
        except (Unavailable, *DRIVER_ERRORS) as error:
            troubles.say(means, error)
        else:
            troubles.over(means)
        await asyncio.sleep(every)


async def say_present(system: "System", parts: Collection[Part], process: UUID) -> None:
    """Say it once. Raises: Unavailable."""
    nation, names = NATIONAL_TENANT, [part.value for part in parts]
    async with system.working.borrow(nation) as lent, scope(lent, tenant=nation, relaxed=True) as connection:
        await connection.execute(_SAY, nation, names, process, version("pakt"))
        await connection.execute(_FORGET, nation)
