"""A process that notes and does work for the crash test: `python -m tests.crash.work_process DATA BROKER_URL TRIES`.

Of each try it writes the subject into the file TRIES, as something done outside would be; the effect is a row.
"""

import asyncio
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.database.interface import Connection
from infra.eventstore.interface import StoredEvent
from infra.work.interface import Done, Outcome, Work
from services.bootstrap import assemble
from services.settings import Settings
from services.work.kinds import Kind, retrying
from services.work.relay import Relayed
from services.work.run import working

LANES = 4
"""Of five pieces of work four stand in one of so many lanes."""
LEASE = 2.0


async def follow(tenant_id: int, events: Sequence[StoredEvent]) -> Sequence[Work]:
    return [
        Work(
            tenant_id, "job", str(one.position), f"{one.position % 5}" if one.position % 5 < LANES else "", one.position
        )
        for one in events
    ]


async def run(data: str, broker: str, tries: str) -> None:
    seen = os.open(tries, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def perform(work: Work) -> Outcome:
        async def effect(connection: Connection) -> None:
            await connection.execute(
                "INSERT INTO public.effect (tenant_id, subject, lane) VALUES ($1, $2, $3)",
                work.tenant_id,
                int(work.subject),
                work.lane,
            )

        os.write(seen, f"{work.tenant_id}:{work.subject}\n".encode())
        await asyncio.sleep(random.uniform(0.0, 0.02))
        return Done(effect)

    kind = Kind("job", perform, retry=retrying(*[0.5] * 1000), lease=LEASE)
    async with (
        assemble(Settings(data=Path(data), broker_url=broker), migrated=True) as system,
        working(system, [kind], [Relayed("jobs", follow)], every=0.2) as running,
    ):
        print("ready", flush=True)
        await running.done


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
