"""A process that tells webhooks for the crash test: `python -m tests.crash.egress_process DATA`.

It is the part `egress` of `pakt up` with a schedule for the impatient.
"""

import asyncio
import sys
from pathlib import Path

from services.bootstrap import assemble
from services.egress.run import running_egress
from services.settings import Settings
from services.work.kinds import retrying

TRIES = 20


async def run(data: str) -> None:
    settings = Settings(data=Path(data), egress_allow="127.0.0.0/8")
    async with (
        assemble(settings, migrated=True) as system,
        running_egress(system, retry=retrying(*[0.3] * (TRIES - 1)), every=0.1) as running,
    ):
        print("ready", flush=True)
        await running


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
