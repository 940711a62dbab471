"""Every release that is kept becomes this one: the same schema, the same logs, read models that are what the logs say.

What stands in it was written by the code of that release (`.ci/make_release.py`): several institutions, every command that
says something about a person, two people who had themselves erased.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from domain.catalogue import REGISTRY
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from infra.database.external import ExternalDatabase
from infra.database.interface import Role
from infra.database.migrate import FOLDER, Patience, compare_schema, migrate, read_folder
from infra.database.scope import scope
from projections.history import History
from projections.raw_log import RawLog
from services.audit.verify import slugs, verify
from services.bootstrap import System, assemble
from services.settings import Settings
from tests.projections.live import count_rows, live_rows
from tests.support.consultation import contributed, opened
from tests.support.postgres import Cluster, TestDatabase
from tests.support.releases import Release, releases, restored, schema_of
from tests.support.system import project

LOGS = int(os.environ.get("PAKT_UPGRADE_LOGS", "4"))
"""So many institutions' read models are looked at: those with the longest logs."""
LEAVES = """SELECT tenant_id, count(*), sha256(string_agg(sha256((e.tenant_id, e.position, e.stream_id, e.version, e.type_id,
    e.occurred_at, e.recorded_at, e.meta, e.data, e.pii)::text::bytea), '' ORDER BY position)) FROM es.event e
    WHERE position <= coalesce(($1::jsonb ->> tenant_id::text)::bigint, position) GROUP BY tenant_id ORDER BY tenant_id"""
LOOK_AT_ALL = """DO $$ DECLARE t text; BEGIN
    FOR t IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace IN ('es'::regnamespace, 'rm'::regnamespace)
    LOOP EXECUTE format('LOCK TABLE %s IN ACCESS SHARE MODE', t); END LOOP; END $$"""
PERSON = derived_id("canary", 0)
pytestmark = pytest.mark.slow


class Old(NamedTuple):
    """A database at a release, and the folder that belongs to it."""

    release: Release
    database: TestDatabase
    folder: Path


@pytest.fixture(params=releases(), ids=[one.name for one in releases()])
async def old(request: pytest.FixtureRequest, embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[Old]:
    database = await restored(embedded_cluster, request.param, tmp_path)
    yield Old(request.param, database, tmp_path)
    await embedded_cluster.drop(database)


@pytest.mark.skipif("PAKT_UPGRADE_SECONDS" not in os.environ, reason="until a release is made its code goes on")
def test_the_newest_release_is_this_code() -> None:
    """`python .ci/make_release.py VERSION --again` keeps it, until it is out."""
    newest = releases()[-1]

    assert set(newest.migrations) == {one.name for one in read_folder(FOLDER)}
    assert set(newest.events) == {f"{name}.json" for name in REGISTRY.names}


async def logs(database: TestDatabase, upto: str = "{}") -> list[Any]:
    """Per log its length and one digest of every event as it stands."""
    async with database.connect() as connection:
        return [tuple(row) for row in await connection.fetch(LEAVES, upto)]


async def test_a_release_becomes_this_one(old: Old, database: TestDatabase) -> None:
    before = await logs(old.database)
    assert len([one for one in before if one[1] > 20]) >= 2
    found = await compare_schema(ExternalDatabase(old.database.of_processes))

    done = await migrate(old.database, REGISTRY.names)

    assert found.missing == done.applied, "a process of this version has seen what is older, without an administrator"
    assert done.skipped == len(old.release.migrations)
    assert done.skipped + len(done.applied) == len(read_folder(FOLDER))
    assert schema_of(old.database.url) == schema_of(database.url)
    assert await logs(old.database) == before
    async with assemble(Settings(data=old.folder), database=old.database, migrated=True) as system:
        await _verified(system)
        await _opened(system)
        await _shown(system, old.database, _longest(before))
        await _goes_on(system, old.database)
    assert await logs(old.database, _heads(before)) == before


async def test_who_starts_on_an_older_release_is_told_each_step(embedded_cluster: Cluster, tmp_path: Path) -> None:
    release, told = releases()[0], list[str]()
    database = await restored(embedded_cluster, release, tmp_path)
    try:
        async with assemble(Settings(data=tmp_path), database=database, upgrading=told.append):
            pass
    finally:
        await embedded_cluster.drop(database)

    expected = [one.name for one in read_folder(FOLDER) if one.name not in release.migrations]
    assert [step.removesuffix(" applied") for step in told if step.endswith(" applied")] == expected
    assert told[0] == f"{expected[0]} (1 of {len(expected)})"


def _longest(before: list[Any]) -> list[int]:
    return [tenant for tenant, _, _ in sorted(before, key=lambda one: -one[1])[:LOGS]]


def _heads(before: list[Any]) -> str:
    return "{" + ", ".join(f'"{tenant}": {length}' for tenant, length, _ in before) + "}"


async def _verified(system: System) -> None:
    """Every tree that was sealed then has the root that was signed then."""
    for slug in await slugs(system):
        for one in await verify(system, slug):
            assert one.fault_count == 0, one
    sealed = [one for slug in ("mj", "opm") for one in await verify(system, slug)]
    assert min(one.sealed for one in sealed) > 0


async def _opened(system: System) -> None:
    """What was said about people then is readable under the keys that came with it, the erased ones' is not."""
    tenant_id = (await slugs(system))["mj"]
    said: dict[Any, set[str]] = {}
    for position in range(0, (await system.engine.heads())[tenant_id], 500):
        for event in await system.store.read_log(tenant_id, position, 500):
            for subject, fields in (await system.vault.open(event)).items():
                said.setdefault(subject, set()).update(fields.values())
    assert any("kanarina" in value for value in said[PERSON])
    gone = [subject for subject, values in said.items() if not values]
    assert len(gone) >= 2
    assert all([await system.vault.erased(tenant_id, subject) for subject in gone])


async def _shown(system: System, database: TestDatabase, tenants: list[int]) -> None:
    """Live rows, brought up to date from where the release left them, are those of a rebuild."""
    history = History(RawLog(system.reading), REGISTRY)
    for tenant_id in {*tenants, NATIONAL_TENANT}:
        await system.engine.catch_up(tenant_id)
        models = system.engine.models_of(tenant_id)
        folded = (await history.folded(models, tenant_id)).folds
        for model in models:
            assert await live_rows(database, model, tenant_id) == folded[model.name].ordered(), (tenant_id, model.name)
    assert await count_rows(database, "es.parked") == 0


async def _goes_on(system: System, database: TestDatabase) -> None:
    """New commands on what was there, and beside it."""
    consultation = await opened(system, "mj", key="after the upgrade")
    await contributed(system, "mj", consultation)
    await project(system, "mj")
    assert await count_rows(database, "rm.consultation_register", f"consultation_id = '{consultation}'") == 1


async def test_writers_and_readers_go_on_while_the_release_before_this_one_is_migrated(
    embedded_cluster: Cluster, tmp_path: Path
) -> None:
    """Nobody is refused; a reader that stays in its transaction keeps a migration waiting, and nobody else."""
    release = releases()[-2]
    database = await restored(embedded_cluster, release, tmp_path)
    before = await logs(database)
    at_work = AtWork()
    told: list[str] = []
    async with assemble(Settings(data=tmp_path), database=database, migrated=True) as system:
        working = [asyncio.create_task(at_work.write(system, number)) for number in range(4)]
        working.append(asyncio.create_task(at_work.read(database)))
        patience = Patience(milliseconds=200, tries=600, pause=0.05)
        async with database.connect() as idle:
            transaction = idle.transaction()
            await transaction.start()
            await idle.execute(LOOK_AT_ALL)
            migrating = asyncio.create_task(migrate(database, REGISTRY.names, patience=patience, tell=told.append))
            while not any("waits for a lock" in one for one in told):
                assert not migrating.done(), "no migration since that release needs a lock that a reader holds off"
                await asyncio.sleep(0.02)
            await at_work.goes_on(20, working)  # though a migration waits
            await transaction.rollback()
        done = await migrating
        await at_work.goes_on(8, working)
        at_work.ended = True
        await asyncio.gather(*working)
        await _shown(system, database, [(await slugs(system))["mj"]])
        await _verified(system)

    print(f"upgrade: {len(done.applied)} migrations beside {at_work.written} contributions, {at_work.looks} looks")
    assert done.skipped == len(release.migrations)
    assert await logs(database, _heads(before)) == before
    await embedded_cluster.drop(database)


class AtWork:
    """People who write, and somebody who reads, until it is over."""

    def __init__(self) -> None:
        self.written = self.looks = 0
        self.ended = False

    async def write(self, system: System, number: int) -> None:
        consultation = await opened(system, "mj", key=f"writer {number}")
        while not self.ended:
            await contributed(system, "mj", consultation, key=(number, self.written))
            self.written += 1

    async def read(self, database: TestDatabase) -> None:
        async with database.connect(Role.AUDITOR) as connection:
            while not self.ended:
                async with scope(connection, tenants=[1, 2, 3]):
                    await connection.fetch("SELECT count(*) FROM es.event")
                    await connection.fetch("SELECT count(*) FROM rm.consultation_register")
                self.looks += 1

    async def goes_on(self, more: int, working: list["asyncio.Task[None]"]) -> None:
        """So many more are written; whoever failed says so."""
        until = self.written + more
        while self.written < until:
            for one in working:
                if one.done():
                    one.result()
            await asyncio.sleep(0.02)
