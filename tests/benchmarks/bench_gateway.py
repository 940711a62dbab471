"""Authenticated POST through the whole gateway to a durable event, beside Litestar's hello on the same server.

The command is a submitted contribution: token, mandate, Idempotency-Key, body, decision on a referenced consultation,
two events in one append. The server is a process of its own with an embedded PostgreSQL at its default durability; the
load comes from another over loopback; FastAPI's echo, without a database, runs on the same server software.
"""

import asyncio
import json
import signal
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import uvloop
from litestar import Litestar, get

from domain.kernel.ids import derived_id
from services.bootstrap import assemble
from services.gateway.app import create_app
from services.gateway.server import Gateway
from services.seeding.seed import seed
from services.settings import Settings
from tests.benchmarks.figures import Figure, compared, emit
from tests.benchmarks.load import Measured, Plan, measure
from tests.services.gateway.scenario import opened

ROUNDS, SECONDS, CONNECTIONS = 5, 2.0, (64, 256)
GOALS = {64: 0.40, 256: 0.50}
TENANTS = ("opm", "mflt", "mj", "mesti", "prishtine", "prizren", "gracanice")
BODY = "Neni 4 duhet të thotë qartë kush përgjigjet për afatin, që qytetarët të dinë kujt t'i drejtohen. " * 3


async def run() -> None:
    """Measure every side in every round and print the figures."""
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as name:
        folder = Path(name)
        async with _process("serve", folder) as pakt, _process("fastapi", folder) as other:
            for connections in CONNECTIONS:
                await _compare(folder, pakt, other, connections)


async def _compare(folder: Path, pakt: dict[str, Any], other: dict[str, Any], connections: int) -> None:
    token = {"Authorization": f"Bearer {pakt['token']}", "Content-Type": "application/json"}
    bodies = [json.dumps({"consultation_id": c, "language": "sq", "body": BODY}) for c in pakt["consultations"]]
    paths = [f"/v1/tenants/{tenant}/contributions" for tenant in TENANTS]
    sides = {
        "post": Plan(pakt["port"], "POST", paths, bodies, token, connections, SECONDS),
        "hello": Plan(pakt["port"], "GET", ["/hello"], [""], {}, connections, SECONDS),
        "fastapi": Plan(other["port"], "POST", ["/echo"], bodies[:1], token, connections, SECONDS),
    }
    found: dict[str, list[Measured]] = {name: [] for name in sides}
    for plan in sides.values():
        await measure(plan, folder, 1_000)  # warm
    for n in range(ROUNDS):
        names = list(sides)
        for name in names[n % 3 :] + names[: n % 3]:
            found[name].append(await measure(sides[name], folder, n))
            assert not found[name][-1].refused, (name, found[name][-1])
    _emit(found, connections)


def _emit(found: dict[str, list[Measured]], connections: int) -> None:
    speed = {name: [one.per_second for one in measured] for name, measured in found.items()}
    middle = {name: statistics.median(values) for name, values in speed.items()}
    p50 = statistics.median(one.p50 for one in found["post"])
    p99 = statistics.median(one.p99 for one in found["post"])
    emit(
        Figure(
            name=f"gateway post to durable, {connections} connections",
            value=middle["post"],
            unit="requests/s",
            baseline="litestar hello JSON on the same server",
            baseline_value=middle["hello"],
            ratio=compared(speed["post"], speed["hello"]),
            goal=GOALS[connections],
            rounds=ROUNDS,
        )
    )
    emit(
        Figure(
            name=f"gateway post beside FastAPI's echo, {connections} connections",
            value=middle["post"],
            unit="requests/s",
            baseline="FastAPI POST echo without a database, granian",
            baseline_value=middle["fastapi"],
            ratio=compared(speed["post"], speed["fastapi"]),
            rounds=ROUNDS,
        )
    )
    emit(
        Figure(
            name=f"gateway post p99, {connections} connections",
            value=p99,
            unit="ms",
            baseline="its p50",
            baseline_value=p50,
            ratio=statistics.median(one.p99 / one.p50 for one in found["post"]),
            goal=2.5,
            at_most=True,
            rounds=ROUNDS,
        )
    )


@asynccontextmanager
async def _process(what: str, folder: Path) -> AsyncIterator[dict[str, Any]]:
    """A server in a process of its own; yields what it says of itself once it serves."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.bench_gateway", what, str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


@get("/hello")
async def hello() -> dict[str, str]:
    """Litestar's own small answer."""
    return {"hello": "world"}


class Beside(Litestar):
    """Two applications on one server: `/hello` is a bare Litestar application's, everything else Pakt's."""

    def __init__(self, pakt: Litestar) -> None:
        super().__init__([hello], openapi_config=None)
        self.pakt = pakt

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Route by path alone."""
        if scope["type"] == "http" and scope["path"] != "/hello":
            await self.pakt(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def _serve(folder: Path) -> None:
    async with assemble(Settings(data=folder / "data")) as system:
        await seed(system)
        consultations = [str(await opened(system, tenant)) for tenant in TENANTS]
        person = derived_id("bench", "contributor")
        token = system.tokens.issue(person, "Besa", 3_600)
        gateway = Gateway(Beside(create_app(system)), "127.0.0.1", 0)
        await _until_stopped(gateway, {"port": gateway.port, "token": token, "consultations": consultations})


async def _fastapi(_: Path) -> None:
    from fastapi import FastAPI
    from pydantic import BaseModel

    app = FastAPI()

    class Contribution(BaseModel):
        consultation_id: UUID
        language: str
        body: str

    async def echo(data: Contribution) -> Contribution:
        return data

    app.post("/echo")(echo)
    holder: Any = app
    gateway = Gateway(holder, "127.0.0.1", 0)
    await _until_stopped(gateway, {"port": gateway.port})


async def _until_stopped(gateway: Gateway, told: dict[str, Any]) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(gateway.stop()))

    async def ready() -> None:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()

    await gateway.serve(ready)


if __name__ == "__main__":
    uvloop.run({"serve": _serve, "fastapi": _fastapi}[sys.argv[1]](Path(sys.argv[2])))
