"""`kill -9` of `pakt tenant move`, wherever it is, while others write: it is run again, and it is as if nothing had been.

The mover is a process of its own, the servers are real, and nobody helps: what it had begun the servers undo, or the
next run ends.
"""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic

import pytest

from infra.database.interface import MAIN_NODE
from services.placement.move import Step
from tests.services.placement.writing import BEFORE, TENANT, process, with_everything, writing
from tests.support.appends import check_log
from tests.support.nodes import EAST, TestNodes
from tests.support.running import ROOT

KILLS = int(os.environ.get("PAKT_CRASH_ROUNDS", "2"))
WRITERS = 4
LATER = 0.05
"""Seconds after a step within which it is killed: the last steps take milliseconds."""
TRIES = 5
SLACK = 2.0

pytestmark = [pytest.mark.crash]


async def begun(nodes: TestNodes, to: str, data: Path) -> Process:
    environment = os.environ | {
        "PAKT_DATABASE_URL": nodes.parts[MAIN_NODE].url,
        "PAKT_NODES": f"{EAST}={nodes.parts[EAST].url}",
    }
    command = ("-m", "services.cli", "tenant", "move", f"tenant-{TENANT}", "--to", to, "--forget", "--data", str(data))
    return await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
    )


async def killed(mover: Process, after: int, later: float) -> str:
    """Kill it a moment after it has said so many lines; answers the last of them."""
    assert mover.stderr is not None
    said = b""
    for _ in range(after):
        said = await mover.stderr.readline() or said
    await asyncio.sleep(later)
    if mover.returncode is None:
        mover.send_signal(signal.SIGKILL)
    await mover.communicate()
    return said.decode().strip()


async def moved(nodes: TestNodes, to: str, data: Path) -> int:
    """Move it to the end; answers how often that took another try, while the servers let go of what was killed."""
    again = 0
    while True:
        mover = await begun(nodes, to, data)
        _, complained = await mover.communicate()
        if mover.returncode == 0:
            return again
        assert b"being moved already" in complained or b"never quiet" in complained, complained.decode()
        again += 1
        assert again < TRIES


async def test_a_killed_mover_is_run_again_and_nothing_is_lost(nodes: TestNodes, tmp_path: Path) -> None:
    rolled, steps, again, longest = random.Random(KILLS), dict.fromkeys(("", *map(str, Step)), 0), 0, 0.0
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(process(nodes)) for _ in range(2)]
        await with_everything(stores[0], nodes.parts[MAIN_NODE])
        async with writing(stores, WRITERS) as writers:
            for n in range(KILLS):
                to = EAST if n % 2 == 0 else MAIN_NODE
                mover = await begun(nodes, to, tmp_path)
                said = await killed(mover, rolled.randrange(1, len(Step) + 2), rolled.uniform(0, LATER))
                steps[said if said in steps else ""] += 1
                dead = monotonic()
                again += await moved(nodes, to, tmp_path)
                repeated = monotonic() - dead
                await asyncio.sleep(SLACK)  # who waited has written
                waited = max(writer.longest for writer in writers)
                assert waited < repeated + SLACK, (said, waited, repeated)
                longest = max(longest, waited)
                for writer in writers:
                    writer.longest = 0.0
        log = await stores[1].read_log(TENANT, 0, 1_000_000)

    acknowledged = {key: first for writer in writers for key, first in writer.acknowledged.items()}
    check_log(log)
    assert {one.command_id: one.position for one in log}.items() >= acknowledged.items()
    assert len(log) == BEFORE + len(acknowledged) == len({one.command_id for one in log})
    print(
        f"killed: {KILLS} movers, after {_shown(steps)}, {again} tries "
        f"refused while the servers let go; {len(acknowledged)} appends acknowledged, 0 lost, 0 gaps, 0 doubled; the "
        f"longest wait of a writer was {longest:.1f} s, with the repeat"
    )


def _shown(steps: dict[str, int]) -> str:
    return ", ".join(f"{name or 'nothing'} {times}" for name, times in steps.items() if times)
