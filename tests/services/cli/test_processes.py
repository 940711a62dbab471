"""Each part as a process of its own: it waits for what it needs, says how it is, and stops as it is asked to."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from infra.database.embedded import EmbeddedDatabase
from infra.database.interface import Role
from services.part_names import Part
from tests.support.postgres import apart
from tests.support.running import ROOT, pakt

pytestmark = pytest.mark.slow

READY_WITHIN = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """A PostgreSQL that others run, for whom it is external. What processes get names no user that it has."""

    def __init__(self, folder: Path) -> None:
        self.database = EmbeddedDatabase(folder / "server")
        self.data = folder / "data"
        self.start()

    def start(self) -> None:
        apart(self.database.start())

    def stop(self) -> None:
        apart(self.database.stop())

    def environment(self, user: str = "nobody_here") -> dict[str, str]:
        arguments = self.database.dsn(Role.ADMIN)
        url = f"postgresql://{user}@/pakt?host={arguments['host']}&port={arguments['port']}"
        return {"PAKT_DATABASE_URL": url, "PAKT_DATA": str(self.data), "PAKT_WAIT": "120"}

    def pakt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return pakt(*arguments, environment=self.environment())

    def migrate(self) -> int:
        return pakt("migrate", environment=self.environment("postgres")).returncode

    def execute(self, statement: str) -> None:
        import asyncpg

        async def run() -> None:
            connection = await asyncpg.connect(**self.database.dsn(Role.ADMIN))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        apart(run())


class Process:
    """`pakt PART` with a health port; what it says on stderr is kept in a file."""

    def __init__(self, part: str, server: Server, folder: Path, *arguments: str) -> None:
        self.part, self.port = part, free_port()
        self._said = folder / f"{part}.{self.port}.log"
        where = ["--port", str(free_port())] if part == "gateway" else []
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.cli", part, "--health-port", str(self.port), *where, *arguments],
                cwd=ROOT,
                stdout=said,
                stderr=said,
                env=os.environ | server.environment(),
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def health(self, path: str = "/readyz", seconds: float = 10) -> tuple[int, dict[str, object]]:
        """Status 0 where nobody listens yet."""
        try:
            answer = httpx.get(f"http://127.0.0.1:{self.port}{path}", timeout=seconds)
        except httpx.ConnectError:
            return 0, {}
        return answer.status_code, answer.json()

    def is_ready(self) -> bool:
        assert self._process.poll() is None, self.said
        return self.health()[0] == 200

    def signal(self, number: int = signal.SIGTERM) -> None:
        self._process.send_signal(number)

    def ended(self, within: float = 60) -> int:
        return self._process.wait(within)

    def end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()


def until(true: Callable[[], bool], within: float = READY_WITHIN) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path)
    yield made
    made.stop()


@contextlib.contextmanager
def running(*processes: Process) -> Iterator[tuple[Process, ...]]:
    try:
        yield processes
    finally:
        for process in processes:
            process.end()


def test_every_part_waits_for_the_schema_outlives_an_outage_and_ends_when_it_is_told(
    server: Server, tmp_path: Path
) -> None:
    with running(*(Process(part, server, tmp_path) for part in Part)) as all_parts:
        for one in all_parts:
            until(lambda one=one: "lacks" in one.said)  # type: ignore[misc]
            status, told = one.health()
            assert (one.health("/healthz"), status) == ((200, {"status": "alive"}), 503)
            assert "starting" in str(told["checks"])
            assert "pakt: waiting, 0 s of 120 s: the database lacks" in one.said

        assert server.migrate() == 0
        for one in all_parts:
            until(one.is_ready)
            until(lambda one=one: "ready" in one.said.splitlines()[-1])  # type: ignore[misc]

        server.stop()
        for one in all_parts:
            until(lambda one=one: one.health()[0] == 503)  # type: ignore[misc]
            assert one.health("/healthz")[0] == 200
            assert one.health()[1]["status"] == "not-ready"
        server.start()
        for one in all_parts:
            until(one.is_ready)

        for one in all_parts:
            one.signal()
        assert [one.ended() for one in all_parts] == [0] * len(all_parts)


def test_a_schema_that_this_version_does_not_know_is_refused(server: Server, tmp_path: Path) -> None:
    older = server.pakt("projector", "--wait", "1")
    assert (older.returncode, "run `pakt migrate`" in older.stderr) == (5, True)

    assert server.migrate() == 0
    server.execute("INSERT INTO pakt.migration (number, name, sha256) VALUES (9999, '9999_of_tomorrow.sql', '')")
    began = time.monotonic()
    newer = server.pakt("sealer")
    assert (newer.returncode, "newer than this version of Pakt: migration 9999" in newer.stderr) == (5, True)
    assert time.monotonic() - began < 60, "waiting makes no schema older"
    assert server.migrate() == 5
    assert "migration 9999" in server.pakt("doctor").stdout


def test_a_process_without_a_database_says_what_it_waits_for_and_gives_up(server: Server, tmp_path: Path) -> None:
    alone = pakt("worker", "--wait", "2", data=tmp_path / "alone")
    assert (alone.returncode, "nobody runs a database on" in alone.stderr) == (3, True)

    server.stop()
    gone = server.pakt("egress", "--wait", "2")
    server.start()
    assert (gone.returncode, "pakt: waiting, 0 s of 2 s: the database" in gone.stderr) == (3, True)

    with running(Process("worker", server, tmp_path)) as (waiting,):
        until(lambda: "waiting" in waiting.said)
        waiting.signal()
        assert waiting.ended() == 0


def test_a_second_signal_ends_a_process_whose_database_hangs(server: Server, tmp_path: Path) -> None:
    assert server.migrate() == 0
    with running(Process("worker", server, tmp_path)) as (worker,):
        until(worker.is_ready)
        assert server.database.pid is not None
        hung = psutil.Process(server.database.pid)
        family = [hung, *hung.children(recursive=True)]
        for one in family:
            one.suspend()
        try:
            assert worker.health()[0] == 503
            assert worker.health("/healthz")[0] == 200
            worker.signal()
            time.sleep(0.5)
            worker.signal()
            assert worker.ended(5) == 143
        finally:
            for one in reversed(family):
                one.resume()


async def test_a_process_whose_loop_hangs_is_not_alive() -> None:
    code = """
import asyncio, sys, time
from services.health import Probe
from services.health_port import serving_health

async def main():
    async with serving_health(Probe(), "127.0.0.1", int(sys.argv[1])):
        await asyncio.to_thread(sys.stdin.readline)
        time.sleep(4)
        await asyncio.sleep(60)

asyncio.run(main())
"""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(port), cwd=ROOT, stdin=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while True:
            try:
                alive = await client.get("/healthz", timeout=20)
                break
            except httpx.ConnectError:
                await asyncio.sleep(0.1)
        process.stdin.write(b"hang\n")
        await process.stdin.drain()
        await asyncio.sleep(0.5)
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/healthz", timeout=1)
        again = await client.get("/healthz", timeout=20)
    process.kill()
    await process.wait()

    assert (alive.status_code, again.status_code) == (200, 200)
