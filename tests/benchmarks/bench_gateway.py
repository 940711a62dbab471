"""Authenticated POST through the whole gateway to a durable event, beside Litestar's hello on the same server.

`amend` changes one of 700 drafts of 7 institutions: token, mandate, Idempotency-Key, body, decision on a cached
aggregate, one event. `contribute` begins a stream: a decision on a referenced consultation, two events with several tags.
The server is a process of its own with an embedded PostgreSQL at its default durability; the load comes from another
over loopback; FastAPI's echo of the same body, without a database, runs on the same server software.
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

import msgspec
import uvloop
from litestar import Litestar, get

from domain.kernel.ids import derived_id
from services.bootstrap import System, assemble
from services.gateway.app import create_app
from services.seeding.seed import seed
from services.serving import HttpServer
from services.settings import Settings
from tests.benchmarks.figures import Figure, compared, emit
from tests.benchmarks.load import Call, Measured, Plan, measure
from tests.services.gateway.scenario import opened, planned
from tests.support.system import official

ROUNDS, SECONDS, CONNECTIONS = 5, 2.0, (64, 256)
GOALS = {64: 0.40, 256: 0.50}
TENANTS = ("opm", "mflt", "mj", "mesti", "prishtine", "prizren", "gracanice")
DRAFTS = 100
WORDS = "Neni 4 duhet të thotë qartë kush përgjigjet për afatin, që qytetarët të dinë kujt t'i drejtohen."
AMENDMENT = json.dumps({"summary": {"sq": {"text": WORDS, "status": "authentic"}}})


class Served(msgspec.Struct, frozen=True):
    """What a server says of itself once it serves."""

    port: int
    amend: list[Call] = []
    contribute: list[Call] = []


async def run() -> None:
    """Measure every side in every round and print the figures."""
    with tempfile.TemporaryDirectory(prefix="pakt-bench-") as name:
        folder = Path(name)
        async with _process("serve", folder) as pakt, _process("fastapi", folder) as other:
            for connections in CONNECTIONS:
                await _compare(folder, pakt, other, connections)


async def _compare(folder: Path, pakt: Served, other: Served, connections: int) -> None:
    echo = [Call("/echo", AMENDMENT)]
    sides = {
        "amend": Plan(pakt.port, "POST", pakt.amend, connections, SECONDS),
        "hello": Plan(pakt.port, "GET", [Call("/hello")], connections, SECONDS),
        "contribute": Plan(pakt.port, "POST", pakt.contribute, connections, SECONDS),
        "fastapi": Plan(other.port, "POST", echo, connections, SECONDS),
    }
    found: dict[str, list[Measured]] = {name: [] for name in sides}
    for plan in sides.values():
        await measure(plan, folder, 1_000)  # warm
    names = list(sides)
    for n in range(ROUNDS):
        for name in names[n % len(names) :] + names[: n % len(names)]:
            found[name].append(await measure(sides[name], folder, n))
            assert not found[name][-1].refused, (name, found[name][-1])
    _emit(found, connections)


def _emit(found: dict[str, list[Measured]], connections: int) -> None:
    speed = {name: [one.per_second for one in measured] for name, measured in found.items()}
    for side, goal in (("amend", GOALS[connections]), ("contribute", 0.0)):
        for other, words in (
            ("hello", "litestar hello JSON on the same server"),
            ("fastapi", "FastAPI POST echo without a database, granian"),
        ):
            emit(
                Figure(
                    name=f"gateway {side} to durable, {connections} connections",
                    value=statistics.median(speed[side]),
                    unit="requests/s",
                    baseline=words,
                    baseline_value=statistics.median(speed[other]),
                    ratio=compared(speed[side], speed[other]),
                    goal=goal if other == "hello" else 0.0,
                    rounds=ROUNDS,
                )
            )
        emit(
            Figure(
                name=f"gateway {side} p99, {connections} connections",
                value=statistics.median(one.p99 for one in found[side]),
                unit="ms",
                baseline="its p50",
                baseline_value=statistics.median(one.p50 for one in found[side]),
                ratio=statistics.median(one.p99 / one.p50 for one in found[side]),
                goal=2.5 if side == "amend" else 0.0,
                at_most=True,
                rounds=ROUNDS,
            )
        )


@asynccontextmanager
async def _process(what: str, folder: Path) -> AsyncIterator[Served]:
    """A server in a process of its own; yields what it says of itself once it serves."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.benchmarks.bench_gateway",
        what,
        str(folder),
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 22,
    )
    assert process.stdout is not None
    try:
        yield msgspec.json.decode(await process.stdout.readline(), type=Served)
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
        amend, contribute = await asyncio.gather(_drafts(system), _windows(system))
        gateway = HttpServer(Beside(create_app(system)), "127.0.0.1", 0)
        await _until_stopped(gateway, Served(gateway.port, amend, contribute))


async def _drafts(system: System) -> list[Call]:
    """Amendments of many drafts, the institutions in turn."""
    calls = []
    for n in range(DRAFTS):
        for tenant in TENANTS:
            officer = official(tenant, "drafting_officer").person_id
            draft = await planned(system, tenant, f"Ligji {n}", n)
            calls.append(Call(f"/v1/tenants/{tenant}/consultations/{draft}/amend", AMENDMENT, _bearer(system, officer)))
    return calls


async def _windows(system: System) -> list[Call]:
    """Contributions to one open consultation of each institution."""
    bearer, calls = _bearer(system, derived_id("bench", "contributor")), []
    for tenant in TENANTS:
        body = {"consultation_id": str(await opened(system, tenant)), "language": "sq", "body": WORDS}
        calls.append(Call(f"/v1/tenants/{tenant}/contributions", json.dumps(body), bearer))
    return calls


def _bearer(system: System, person: UUID) -> str:
    return f"Bearer {system.tokens.issue(person, 'Besa', 3_600)}"


async def _fastapi(_: Path) -> None:
    from fastapi import FastAPI
    from pydantic import BaseModel

    app = FastAPI()

    class Wording(BaseModel):
        text: str
        status: str

    class Amendment(BaseModel):
        summary: dict[str, Wording]

    async def echo(data: Amendment) -> Amendment:
        return data

    app.post("/echo")(echo)
    holder: Any = app
    gateway = HttpServer(holder, "127.0.0.1", 0)
    await _until_stopped(gateway, Served(gateway.port))


async def _until_stopped(gateway: HttpServer, told: Served) -> None:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(gateway.stop()))

    async def ready() -> None:
        sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
        sys.stdout.flush()

    await gateway.serve(ready)


if __name__ == "__main__":
    uvloop.run({"serve": _serve, "fastapi": _fastapi}[sys.argv[1]](Path(sys.argv[2])))
