"""An auditor's request reads in the database's auditor role, which nobody else's is."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import pytest

from infra.clock import FixedClock
from infra.database.interface import Role as DatabaseRole
from services.bootstrap import System
from tests.services.gateway.audits import ARTA, appointed
from tests.services.gateway.client import Caller
from tests.services.gateway.scenario import opened
from tests.support.postgres import Cluster
from tests.support.system import project, seeded_system

MJ = "mj"
BASE = f"/v1/tenants/{MJ}"
FROM, TO = date(2026, 12, 1), date(2026, 12, 31)


@pytest.fixture
async def system(embedded_cluster: Cluster, tmp_path: Path) -> AsyncIterator[System]:
    clock = FixedClock(datetime(2026, 12, 15, 9, tzinfo=UTC))
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as made:
        yield made


async def as_administrator(system: System, statement: str) -> None:
    connection = await asyncpg.connect(**system.database.dsn(DatabaseRole.ADMIN))
    await connection.execute(statement)
    await connection.close()


PATHS = ("consultations", "plans", "deadlines", "overview", "audit", "consultations?as_of=2026-12-15T00:00:00Z")


async def test_without_the_gateways_rights_an_auditor_is_still_served(system: System, caller: Caller) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    await project(system, MJ)
    await as_administrator(system, "REVOKE SELECT ON ALL TABLES IN SCHEMA rm FROM pakt_gateway")
    for path in PATHS:
        assert (await caller.get(f"{BASE}/{path}", **caller.token(ARTA))).status_code == 200, path
    assert (await caller.get(f"{BASE}/plans", **caller.bearer(MJ, "administrator"))).status_code == 500


async def test_without_the_auditors_rights_only_auditors_are_not_served(system: System, caller: Caller) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    consultation = await opened(system, MJ)
    await project(system, MJ)
    one = (f"aggregates/{consultation}", f"consultations/{consultation}/lint", f"consultations/{consultation}")
    await as_administrator(system, "REVOKE SELECT ON ALL TABLES IN SCHEMA rm, es FROM pakt_auditor")
    for path in (*PATHS, *one):
        assert (await caller.get(f"{BASE}/{path}", **caller.token(ARTA))).status_code == 500, path
        assert (await caller.get(f"{BASE}/{path}", **caller.bearer(MJ, "administrator"))).status_code == 200, path


async def test_an_auditor_sees_what_others_see(system: System, caller: Caller) -> None:
    await appointed(system, ARTA, (MJ,), FROM, TO)
    consultation = await opened(system, MJ)
    await project(system, MJ)
    one = (f"aggregates/{consultation}", f"consultations/{consultation}/lint", f"consultations/{consultation}")
    for path in (*PATHS, *one):
        if path != "audit":
            mine = await caller.get(f"{BASE}/{path}", **caller.token(ARTA))
            theirs = await caller.get(f"{BASE}/{path}", **caller.bearer(MJ, "administrator"))
            assert (mine.status_code, mine.content) == (200, theirs.content), path
