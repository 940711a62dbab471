"""The processes themselves: seconds until `ready`, and what a gateway's memory does under 100,000 commands."""

import asyncio
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.benchmarks.figures import Figure, emit
from tests.benchmarks.load import Call, Plan, measure
from tests.support.running import Up, only

ROUNDS, COMMANDS, DRAFTS = 5, 100_000, 200
TENANT = "mj"
TITLE = {code: {"text": "Projektligji"} for code in ("sq", "sr")}
AMENDMENT = json.dumps({"summary": {"sq": {"text": "Neni 4 duhet të thotë qartë kush përgjigjet për afatin."}}})


async def run() -> None:
    """All figures of this module."""
    await asyncio.to_thread(starts)
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as name:
        await memory(Path(name))


def starts() -> None:
    """Empty folder to `ready` with demo tenants, and the same folder again."""
    cold, warm = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="pakt-bench-") as name:
            for times in (cold, warm):
                up = Up(Path(name) / "data")
                times.append(up.ready_after)
                up.stop()
    for name, times, limit in (("cold", cold, 5.0), ("warm", warm, 1.5)):
        value = statistics.median(times)
        emit(
            Figure(
                name=f"start.{name}",
                value=value,
                unit="s",
                baseline="what was promised",
                baseline_value=limit,
                ratio=value / limit,
                goal=1.0,
                at_most=True,
                rounds=ROUNDS,
            )
        )


async def memory(folder: Path) -> None:
    """Resident memory of a gateway at its peak, and how much of it came after the first tenth of the commands."""
    base = await asyncio.to_thread(Up, folder, *only("projector", "worker"))
    gateway = await asyncio.to_thread(Up, folder, process="gateway")
    process = psutil.Process(gateway.process.pid)
    try:
        token = base.token(TENANT, "consultation_coordinator")
        calls = [
            Call(f"/v1/tenants/{TENANT}/consultations/{draft}/amend", AMENDMENT, f"Bearer {token}")
            for draft in await drafts(gateway.url, token)
        ]
        plan = Plan(int(gateway.url.rsplit(":", 1)[1]), "POST", calls, 64, 3.0)
        sizes, done = [(0.0, process.memory_info().rss)], 0.0
        while done < COMMANDS:
            measured = await measure(plan, folder, len(sizes))
            assert measured.refused == 0
            done += measured.per_second * plan.seconds
            sizes.append((done, process.memory_info().rss))
    finally:
        gateway.stop()
        base.stop()
    emit_memory(sizes)


def emit_memory(sizes: list[tuple[float, int]]) -> None:
    """The two figures of memory."""
    mebibytes = [size / 2**20 for _, size in sizes]
    settled = next(size / 2**20 for done, size in sizes if done >= COMMANDS * 0.5)
    for name, value, what, against, goal in (
        ("memory.gateway", max(mebibytes), "what was promised", 250.0, 1.0),
        ("memory.slope", mebibytes[-1], "after half of the commands", settled, 1.1),
    ):
        emit(
            Figure(
                name=name,
                value=value,
                unit="MiB",
                baseline=what,
                baseline_value=against,
                ratio=value / against,
                goal=goal,
                at_most=True,
                rounds=len(sizes),
                note=f"{sizes[-1][0]:.0f} commands",
            )
        )


async def drafts(url: str, token: str) -> list[str]:
    """Drafts of consultations to amend."""
    async with httpx.AsyncClient(base_url=f"{url}/v1/tenants/{TENANT}", timeout=30) as client:

        async def plan(n: int) -> str:
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"draft-{n}"}
            body: dict[str, Any] = {"title": TITLE, "act_kind": "law"}
            answer = await client.post("/consultations", json=body, headers=headers)
            stream: str = answer.json()["stream_id"]
            return stream

        return await asyncio.gather(*(plan(n) for n in range(DRAFTS)))
