"""Whatever a process needs fails under load, and comes back: nobody waits too long, nothing is lost, all goes on by itself."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.consultations.events import PlanItemAdded
from domain.kernel.ids import NATIONAL_TENANT
from domain.tenants.seed import tenant_ids
from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import Role
from infra.eventstore.codec import recorded
from services.bootstrap import System, assemble
from services.seeding.credentials import write_credentials
from services.seeding.seed import seed
from services.settings import Settings
from tests.services.cli.test_processes import free_port
from tests.services.worker.test_worker_killed import closed, due
from tests.support.network import Relay, Route, route
from tests.support.postgres import apart
from tests.support.rabbitmq import SHARED, RabbitMQ, forget, require_shared
from tests.support.running import Up

SECONDS = float(os.environ.get("PAKT_FAULT_SECONDS", "3"))
BROKER_SECONDS = float(os.environ.get("PAKT_FAULT_BROKER_SECONDS", "3"))
OWN_BROKER = "PAKT_FAULT_BROKER_SECONDS" in os.environ
"""With a release's numbers RabbitMQ itself is stopped; else those who talk to the one that tests share are cut off."""
FULL = SECONDS > 10
"""With fewer seconds only some faults: the others are those of tests/contracts/test_database_silent.py."""
REQUEST_SECONDS = 10 if FULL else 2
SLACK = 10.0
"""Seconds beyond its time that an answer may take on a machine that is busy."""
WITHIN = 120.0
"""Seconds for everything to be as if nothing had been."""
WRITERS = 4
TENANT = "sandbox-ministry"
REFUSED, BUSY = 503, 0.02

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.broker]


@dataclass
class Seen:
    """What those who asked were answered."""

    statuses: Counter[int] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def note(self, answer: httpx.Response, seconds: float) -> None:
        self.statuses[answer.status_code] += 1
        self.longest = max(self.longest, seconds)
        if answer.is_success:
            return
        told = answer.headers.get("content-type", ""), answer.headers.get("retry-after", "")
        if answer.status_code != REFUSED or told[0] != "application/problem+json" or not told[1].isdecimal():
            self.wrong.append(f"{answer.status_code} {told} {answer.text[:200]}")
        else:
            self.problems[answer.json()["type"].rpartition("/")[2]] += 1


class People:
    """Some who write, each again under the same key until he is answered, and one who reads."""

    def __init__(self, gateway: Up, first: int) -> None:
        self._base, self._first = f"{gateway.url}/v1/tenants/{TENANT}", first
        self._headers = {"Authorization": f"Bearer {gateway.token(TENANT, 'consultation_coordinator')}"}
        self._stop = asyncio.Event()
        self.seen = Seen()
        self.answers: dict[str, dict[str, Any]] = {}

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Seen]:
        self.seen, self._stop = Seen(), asyncio.Event()
        self._first += WRITERS
        async with httpx.AsyncClient(base_url=self._base, headers=self._headers, timeout=120) as client:
            working = [asyncio.create_task(self._write(client, self._first + n)) for n in range(WRITERS)]
            working.append(asyncio.create_task(self._read(client)))
            try:
                yield self.seen
            finally:
                self._stop.set()
                await asyncio.wait_for(asyncio.gather(*working), WITHIN)

    async def _write(self, client: httpx.AsyncClient, year: int) -> None:
        plan = await self._until_answered(client, "/plans", f"{year}-plan", {"year": year})
        number = 0
        while not self._stop.is_set():
            number += 1
            body = {"act_kind": "law", "quarter": 1}
            await self._until_answered(client, f"/plans/{plan['stream_id']}/items", f"{year}-{number}", body)
            await asyncio.sleep(BUSY)

    async def _until_answered(
        self, client: httpx.AsyncClient, path: str, key: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        body |= {"title": {code: {"text": key} for code in ("sq", "sr")}}
        while not (answer := await self._asked(client, "POST", path, body, {"Idempotency-Key": key})).is_success:
            await asyncio.sleep(float(answer.headers.get("retry-after", "1")))
        self.answers[key] = answer.json()
        return self.answers[key]

    async def _read(self, client: httpx.AsyncClient) -> None:
        while not self._stop.is_set():
            await self._asked(client, "GET", "/plans", None, {})
            await asyncio.sleep(BUSY)

    async def _asked(
        self, client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> httpx.Response:
        began = time.monotonic()
        answer = await client.request(method, path, json=body, headers=headers)
        self.seen.note(answer, time.monotonic() - began)
        return answer


@dataclass
class Installation:
    """Three processes over a database and a broker that can fail; `system` reaches the database past what fails."""

    gateway: Up
    people: People
    system: System
    server: EmbeddedDatabase
    line: Relay
    broker: Callable[[], AbstractContextManager[None]]
    way: Route | None

    @contextmanager
    def stopped(self) -> Iterator[None]:
        apart(self.server.stop())
        try:
            yield
        finally:
            apart(self.server.start())

    @contextmanager
    def slow(self) -> Iterator[None]:
        self.line.delay = 0.2
        try:
            yield
        finally:
            self.line.delay = 0.0


@asynccontextmanager
async def installation(folder: Path) -> AsyncIterator[Installation]:
    async with AsyncExitStack() as stack:
        server = EmbeddedDatabase(folder / "server")
        await server.start()
        stack.push_async_callback(server.stop)
        direct = server.dsn(Role.ADMIN)
        url = f"postgresql://postgres@/pakt?host={direct['host']}&port={direct['port']}"
        system = await stack.enter_async_context(assemble(Settings(data=folder / "data", database_url=url)))
        await seed(system)
        write_credentials(folder / "data" / "credentials.json", system.tokens)

        way = stack.enter_context(route()) if Route.permitted() else None
        line = Relay(Path(direct["host"]) / f".s.PGSQL.{direct['port']}")
        await stack.enter_async_context(line.running(way.listen() if way else None))
        host = way.address if way else "127.0.0.1"
        broker_url, failing = await _broker(folder / "rabbitmq", stack)
        environment = {
            "PAKT_DATABASE_URL": f"postgresql://postgres@{host}:{line.port}/pakt",
            "PAKT_BROKER_URL": broker_url,
            "PAKT_REQUEST_SECONDS": str(REQUEST_SECONDS),
        }
        started = [
            await asyncio.to_thread(_started, folder, part, environment, stack)
            for part in ("projector", "worker", "gateway")
        ]
        people = People(started[-1], 2030)
        yield Installation(started[-1], people, system, server, line, failing, way)


def _started(folder: Path, part: str, environment: dict[str, str], stack: AsyncExitStack) -> Up:
    said = stack.enter_context((folder / f"{part}.log").open("wb"))
    one = Up(folder / "data", process=part, environment=environment, log=said, port=free_port())
    stack.push_async_callback(asyncio.to_thread, one.stop)  # it still talks over relays of this loop
    return one


async def _broker(folder: Path, stack: AsyncExitStack) -> tuple[str, Callable[[], AbstractContextManager[None]]]:
    """The address of a broker, and what takes it away for a block."""
    if not OWN_BROKER:
        await require_shared()
        relay, queue = Relay(("127.0.0.1", 5672)), f"pakt-test-{uuid4().hex[:8]}"
        stack.push_async_callback(asyncio.to_thread, forget, queue)
        await stack.enter_async_context(relay.running())
        return f"{SHARED.rpartition(':')[0]}:{relay.port}/#{queue}", relay.closed
    if RabbitMQ.server() is None:
        pytest.skip("there is no RabbitMQ server")
    rabbitmq = RabbitMQ(folder)
    await asyncio.to_thread(rabbitmq.start)
    stack.callback(rabbitmq.kill)

    @contextmanager
    def stopped() -> Iterator[None]:
        rabbitmq.kill()
        try:
            yield
        finally:
            rabbitmq.start()

    return rabbitmq.url, stopped


async def test_dependencies_fail_and_come_back(tmp_path: Path) -> None:
    async with installation(tmp_path) as here:
        faults: dict[str, Callable[[], AbstractContextManager[None]]] = {
            "stopped": here.stopped,
            "frozen": here.line.silent,
            "slow": here.slow,
        }
        if here.way is not None:
            way = here.way
            faults |= {"packets lost": way.broken, "answers lost": lambda: way.broken(answers_only=True)}
        for name, fault in faults.items():
            if not FULL and name not in {"stopped", "answers lost" if here.way else "frozen"}:
                continue
            seen = await _through(here, fault, SECONDS)
            _tell(name, SECONDS, seen)
            assert seen.wrong == []
            assert seen.longest < REQUEST_SECONDS + SLACK
            assert (name == "slow") == (not seen.problems), "a slow database is no outage; another fault is one"
        await _without_broker(here)
        log = await _drained(here)

    answers = here.people.answers
    added = Counter(event.event.title.in_language("sq") for event in log if isinstance(event.event, PlanItemAdded))
    by_position = {event.position: event for event in log}
    lost = [key for key, one in answers.items() if one["first_position"] not in by_position]
    doubled = [key for key, number in added.items() if number > 1]
    print(f"faults: {len(answers)} acknowledged, {len(lost)} lost, {len(doubled)} doubled, drained")
    assert (lost, doubled) == ([], [])
    assert sorted(by_position) == list(range(1, len(log) + 1))
    assert set(added) == {key for key in answers if not key.endswith("plan")}


async def _through(here: Installation, fault: Callable[[], AbstractContextManager[None]], seconds: float) -> Seen:
    """Load before, during and after a fault. The process is alive all the time, and ready again by itself."""
    async with here.people.at_work() as seen, httpx.AsyncClient(base_url=here.gateway.url, timeout=60) as probe:
        await asyncio.sleep(0.5)
        holding = fault()
        await asyncio.to_thread(holding.__enter__)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert (await probe.get("/healthz")).status_code == 200
            await asyncio.sleep(0.5)
        await asyncio.to_thread(holding.__exit__, None, None, None)
        answered, until = len(here.people.answers), time.monotonic() + WITHIN
        while (await probe.get("/readyz")).status_code != 200 or len(here.people.answers) < answered + 2 * WRITERS:
            assert time.monotonic() < until, seen
            await asyncio.sleep(0.2)
    return seen


async def _without_broker(here: Installation) -> None:
    """Nobody who writes notices; what was due meanwhile is done when the broker is back, and once."""
    waiting: list[UUID] = []

    async def come_due() -> None:
        waiting.extend(await due(here.system, 0))

    async def through() -> Seen:
        return await _through(here, here.broker, BROKER_SECONDS)

    seen, _ = await asyncio.gather(through(), come_due())
    _tell("no broker", BROKER_SECONDS, seen)
    assert (seen.wrong, seen.problems) == ([], Counter())
    assert await closed(here.system, waiting) == Counter(waiting)


async def _drained(here: Installation) -> list[Any]:
    """The log, once everything that can be done has been."""
    tenant = tenant_ids()[TENANT]
    assert tenant != NATIONAL_TENANT
    until = time.monotonic() + WITHIN
    async with httpx.AsyncClient(base_url=here.gateway.url, timeout=60) as client:
        while True:
            behind = (await client.get("/v1/status")).json()["projections"]
            left = await _left(here.system)
            if behind == {"events": 0, "seconds": 0} and not left:
                break
            assert time.monotonic() < until, (behind, left)
            await asyncio.sleep(1)
    stored = await here.system.store.read_log(tenant, 0, 1_000_000)
    return [recorded(here.system.registry, event) for event in stored]


async def _left(system: System) -> int:
    """What is to be done and nobody holds, and logs whose work is not noted.

    Work is held for as long as its kind may take, a dump for ten minutes, also where the network lost that it was given
    out or has ended: it is somebody's again then, and no fault takes it away.
    """
    import asyncpg

    connection = await asyncpg.connect(**system.database.dsn(Role.ADMIN))
    left: int = await connection.fetchval(
        "SELECT (SELECT count(*) FROM es.work WHERE held_until IS NULL OR held_until < now())"
        " + (SELECT count(*) FROM es.relay r WHERE r.position <"
        " (SELECT max(e.position) FROM es.event e WHERE e.tenant_id = r.tenant_id))"
    )
    await connection.close()
    return left


def _tell(fault: str, seconds: float, seen: Seen) -> None:
    problems = ", ".join(f"{number} {code}" for code, number in seen.problems.items()) or "no problem"
    print(
        f"faults: {fault} for {seconds:g} s, {seen.statuses.total()} answers, {problems},"
        f" the longest after {seen.longest:.1f} s of {REQUEST_SECONDS}"
    )
