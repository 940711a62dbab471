"""From a release to this code under load: the release's own processes serve, the new ones take over, nobody is refused.

The release's code comes out of this repository's history; without one, or without PAKT_UPGRADE_SECONDS, this is skipped.
"""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import tarfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest

from domain.kernel.ids import derived_id
from domain.tenants.seed import tenant_ids
from infra.identity.tokens import TokenIssuer
from tests.support.canaries import TENANT, Planter
from tests.support.postgres import Cluster, TestDatabase
from tests.support.releases import Release, releases, restored
from tests.support.running import ROOT
from tests.support.system import official

SECONDS = float(os.environ.get("PAKT_UPGRADE_SECONDS", "0"))
"""Seconds of each stage: the old alone, migrated, new parts beside, each gateway replaced."""
GATEWAYS, WRITERS, READERS, MIGRATORS = 2, 8, 3, 4
STARTS_WITHIN = 90.0
TRIES = 40
PAUSE = 0.25
AGAIN = {429, 502, 503, 504}
"""Statuses after which a request may be sent again, with its key."""
OLD_PARTS = ("--no-demo",)
NEW_PARTS = ("projector", "worker", "sealer")
PROJECTED = """SELECT count(*) FROM es.checkpoint c WHERE c.position < (
    SELECT max(e.position) FROM es.event e WHERE e.tenant_id = c.tenant_id) AND c.tenant_id = $1"""
SAID = """SELECT count(*) FROM es.event e JOIN es.event_type t USING (type_id)
    WHERE e.tenant_id = $1 AND t.name = 'consultations.ContributionSubmitted.v1'"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.crash,
    pytest.mark.skipif(not SECONDS, reason="runs for minutes: PAKT_UPGRADE_SECONDS says how long a stage lasts"),
]


def code_of(release: Release, folder: Path) -> Path:
    """The release's code, out of the history."""
    found = subprocess.run(["git", "archive", release.commit], cwd=ROOT, capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"the history does not hold {release.commit}: {found.stderr.decode().strip()}")
    with tarfile.open(fileobj=BytesIO(found.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


class Processes:
    """Processes of two versions on one database; each says what it says into a file."""

    def __init__(self, database: TestDatabase, data: Path, folder: Path) -> None:
        self._environment = os.environ | {"PAKT_DATABASE_URL": database.url, "PAKT_DATA": str(data)}
        self._folder, self._numbers = folder, itertools.count()
        self.running: list[subprocess.Popen[bytes]] = []
        self._files: dict[int, Path] = {}

    def start(self, tree: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin `pakt` of that tree."""
        path = self._folder / f"{next(self._numbers)}.{arguments[0]}.log"
        with path.open("wb") as said:
            made = subprocess.Popen(
                [sys.executable, "-m", "services.cli", *arguments],
                cwd=tree,
                env=self._environment | {"PYTHONPATH": str(tree)},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self.running.append(made)
        self._files[made.pid] = path
        return made

    def said(self, process: subprocess.Popen[bytes]) -> str:
        """Everything so far."""
        return self._files[process.pid].read_text()

    async def ready(self, process: subprocess.Popen[bytes]) -> str:
        """The address that it serves at, empty for one that serves none."""
        until = time.monotonic() + STARTS_WITHIN
        while True:
            found = [line for line in self.said(process).splitlines() if line.startswith("ready")]
            if found:
                return found[0].partition(" ")[2]
            assert process.poll() is None, self.said(process)
            assert time.monotonic() < until, self.said(process)
            await asyncio.sleep(0.1)

    async def ended(self, process: subprocess.Popen[bytes], number: int | None = None) -> int:
        """Its exit code, after a signal if one is named."""
        if number is not None:
            process.send_signal(number)
        return await asyncio.to_thread(process.wait, 180)

    def kill(self) -> None:
        for one in self.running:
            if one.poll() is None:
                one.kill()
                one.wait()


class Load:
    """People who write and read through whichever gateway is on the list, and try again as clients should."""

    def __init__(self, gateways: list[str], tokens: TokenIssuer) -> None:
        self.gateways, self._tokens = gateways, tokens
        self.met: Counter[str] = Counter()
        self.failed: list[str] = []
        self.slowest = 0.0
        self.ended = False
        self._turns = itertools.count()

    def as_person(self, person: UUID) -> dict[str, str]:
        """Headers of somebody who is signed in."""
        return {"Authorization": f"Bearer {self._tokens.issue(person, 'Besa', 3600)}"}

    async def write(self, client: httpx.AsyncClient, number: int, consultation: str) -> None:
        """Contributions of one person, one after the other."""
        person = self.as_person(derived_id("upgrade", number))
        body = {
            "consultation_id": consultation,
            "language": "sq",
            "body": "Neni 3.",
            "contributor": {"name": f"Besa {number}", "email": "besa@example.org"},
        }
        for turn in itertools.count():
            if self.ended:
                return
            key = {"Idempotency-Key": f"upgrade-{number}-{turn}"}
            if await self._ask(client, "POST", f"/v1/tenants/{TENANT}/contributions", headers=person | key, json=body):
                self.met["written"] += 1

    async def read(self, client: httpx.AsyncClient, consultation: str) -> None:
        """Registers, a consultation and what is public of it."""
        officer = self.as_person(official(TENANT, "consultation_coordinator").person_id)
        here = f"/v1/tenants/{TENANT}"
        for path in itertools.cycle(
            (f"{here}/consultations", f"{here}/consultations/{consultation}", "/v1/public/consultations")
        ):
            if self.ended:
                return
            if await self._ask(client, "GET", path, headers=officer):
                self.met["read"] += 1
            await asyncio.sleep(0.05)

    async def _ask(self, client: httpx.AsyncClient, method: str, path: str, **options: Any) -> bool:
        began = time.monotonic()
        for _ in range(TRIES):
            gateway = self.gateways[next(self._turns) % len(self.gateways)]
            try:
                answer = await client.request(method, gateway + path, **options)
            except httpx.TransportError as error:
                self.met[f"again: {type(error).__name__}"] += 1
            else:
                if answer.is_success:
                    self.slowest = max(self.slowest, time.monotonic() - began)
                    return True
                if answer.status_code not in AGAIN:
                    self.failed.append(f"{method} {path}: {answer.status_code} {answer.text}")
                    return False
                self.met[f"again: {answer.status_code}"] += 1
            await asyncio.sleep(PAUSE)
        self.failed.append(f"{method} {path}: not answered after {TRIES} tries")
        return False


@pytest.fixture(params=releases()[:-1], ids=[one.name for one in releases()[:-1]])
async def release(request: pytest.FixtureRequest) -> Release:
    found: Release = request.param
    return found


async def test_an_upgrade_under_load_refuses_and_loses_nothing(
    release: Release, embedded_cluster: Cluster, tmp_path: Path
) -> None:
    tree, data = code_of(release, tmp_path / "tree"), tmp_path / "data"
    database = await restored(embedded_cluster, release, data)
    processes = Processes(database, data, tmp_path)
    try:
        before = await _counted(database, SAID)
        load = await _upgraded(processes, tree, data)
        said = await _counted(database, SAID) - before
        await _settled(database)
        for old in processes.running:
            await processes.ended(old, signal.SIGTERM)
        verified = await processes.ended(processes.start(ROOT, "audit", "verify", "--tenant", "all", "--json"))
        rebuilding = processes.start(ROOT, "rebuild", "all", "--tenant", TENANT, "--json")
        rebuilt = await processes.ended(rebuilding)
    finally:
        processes.kill()
    print(
        f"\nupgrade: {release.name} {load.met['written']} written, {load.met['read']} read, {len(load.failed)} failed, "
        f"{sum(n for what, n in load.met.items() if what.startswith('again'))} sent again, slowest {load.slowest:.1f} s, "
        f"{load.met['written'] - said} lost or doubled"
    )
    assert load.failed == []
    assert said == load.met["written"]
    assert verified == 0
    assert rebuilt == 0, processes.said(rebuilding)
    await embedded_cluster.drop(database)


async def _upgraded(processes: Processes, tree: Path, data: Path) -> Load:
    old, addresses = [], []
    for _ in range(GATEWAYS):
        old.append(processes.start(tree, "up", "--port", "0", *OLD_PARTS))
        addresses.append(await processes.ready(old[-1]))
    tokens = TokenIssuer.open(data / "keys" / "tokens.jwk")
    load = Load(list(addresses), tokens)
    async with _at_work(load, data, tokens):
        migrators = [processes.start(ROOT, "migrate", "--json") for _ in range(MIGRATORS)]
        assert [await processes.ended(one) for one in migrators] == [0] * MIGRATORS
        done = [msgspec.json.decode(processes.said(one).splitlines()[-1]) for one in migrators]
        assert sorted(bool(one["applied"]) for one in done) == [False] * (MIGRATORS - 1) + [True]
        await asyncio.sleep(SECONDS)
        for part in [processes.start(ROOT, name) for name in NEW_PARTS]:
            await processes.ready(part)
        await asyncio.sleep(SECONDS)
        for one, address in zip(old, addresses, strict=True):
            load.gateways.append(await processes.ready(processes.start(ROOT, "gateway", "--port", "0")))
            load.gateways.remove(address)
            await asyncio.sleep(0.5)
            assert await processes.ended(one, signal.SIGTERM) == 0, processes.said(one)
            await asyncio.sleep(SECONDS)
    return load


@asynccontextmanager
async def _at_work(load: Load, data: Path, tokens: TokenIssuer) -> AsyncIterator[None]:
    """Everybody is at work for a while before, and until the end of, the block."""

    def officer(tenant: str, role: str) -> str:
        return tokens.issue(official(tenant, role).person_id, "Arben", 3600)

    async with httpx.AsyncClient(timeout=60) as client:
        planter = Planter(load.gateways[0], data, client, officer)
        await planter.open_consultation()
        working = [asyncio.create_task(load.write(client, number, planter.consultation)) for number in range(WRITERS)]
        working += [asyncio.create_task(load.read(client, planter.consultation)) for _ in range(READERS)]
        try:
            await asyncio.sleep(SECONDS)
            yield
        finally:
            load.ended = True
            await asyncio.gather(*working)


async def _counted(database: TestDatabase, sql: str) -> int:
    async with database.connect() as connection:
        found: int = await connection.fetchval(sql, tenant_ids()[TENANT])
        return found


async def _settled(database: TestDatabase) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while await _counted(database, PROJECTED):
        assert time.monotonic() < until, "read models do not reach the end of the log"
        await asyncio.sleep(0.2)
