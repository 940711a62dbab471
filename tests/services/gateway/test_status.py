"""How the installation is, for everybody: known while all is well, unknown and still an answer when it is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.tenants.seed import tenant_ids
from infra.database.interface import Connection, Role
from infra.trees.interface import Quorum
from projections.connections import Connections
from services.backup.noting import note
from services.bootstrap import System
from services.gateway.app import create_app
from services.gateway.routes import status as route
from services.part_names import Part
from services.presence import say_present
from services.status import Inspector, StatusState
from tests.services.gateway.client import Caller, callers, living
from tests.services.gateway.scenario import planned
from tests.support.postgres import Cluster
from tests.support.sealed import WITNESS, cosigned, sealed
from tests.support.system import project, seeded_system

PROCESS = UUID(int=7)
SEGMENT = "0000000100000000000000A1"


class Away:
    """A database that nobody reaches."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    @asynccontextmanager
    async def borrow(self, _tenant_id: int) -> AsyncIterator[Connection]:
        raise self._error
        yield


def institution(shown: dict[str, Any], slug: str) -> dict[str, Any]:
    [found] = [one for one in shown["institutions"] if one["tenant"] == slug]
    return found


async def asked(caller: Caller) -> dict[str, Any]:
    answer = await caller.get("/v1/status")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def test_what_is_behind_of_each_institution_is_told_to_everybody(
    system: System, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    await project(system, "mesti")
    await planned(system, "mj")
    monkeypatch.setattr(route, "FRESH", 0)
    async with asyncio.timeout(120):
        while (answer := await caller.get("/v1/status")).json()["database"] == "unknown":
            await asyncio.sleep(1)  # a machine that does much else
    monkeypatch.setattr(route, "FRESH", 3_600)
    shown = answer.json()

    assert (answer.headers["cache-control"], answer.headers["etag"][0]) == ("public, max-age=5", '"')
    mj, mesti = institution(shown, "mj"), institution(shown, "mesti")
    assert mj["projections"]["events"] > 0 < mj["projections"]["seconds"]
    assert mesti["projections"] == {"events": 0, "seconds": 0.0}
    assert (mj["sealed"]["size"], mj["sealed"]["sealed_at"], mj["cosigned"]) == (0, None, None)
    assert mj["sealed"]["behind"]["events"] == await system.store.head(tenant_ids()["mj"])
    assert shown["schema"]["needed"] == shown["schema"]["applied"] > 0
    assert shown["backup"] == {"state": "unknown", "base": None, "log": None}
    assert (shown["state"], shown["database"]) == ("degraded", "ok"), "no part says that it runs"
    assert {one["state"] for one in shown["parts"]} == {"absent"}
    assert await asked(caller) == shown, "it is not looked at anew for whoever asks next"


async def test_seals_cosignatures_copies_and_parts_are_told(system: System) -> None:
    tenant = (await system.handler.authority.tenant("mj")).tenant_id
    head = await sealed(system, "mj")
    await cosigned(system, head, WITNESS, datetime.now(UTC))
    await say_present(system, [Part.WORKER, Part.SEALER], PROCESS)
    copied = datetime.now(UTC) - timedelta(hours=1)
    await note(system.database, "base", copied, SEGMENT)
    await note(system.database, "log", copied, SEGMENT)
    await note(system.database, "log", copied - timedelta(hours=1), "0" * 24)

    shown = await inspector(system).look({tenant: "mj"})

    [log] = shown.institutions
    assert log.sealed is not None
    assert log.cosigned is not None
    assert (log.sealed.size, log.sealed.behind.events, log.cosigned.size) == (head.size, 0, head.size)
    assert log.sealed.sealed_at == head.sealed_at
    assert (shown.cosignatures.witnesses, shown.cosignatures.quorum) == (1, 1)
    assert shown.cosignatures.seen_at == log.cosigned.seen_at
    assert shown.backup.base is not None
    assert shown.backup.log is not None
    assert (shown.backup.base.made_at, shown.backup.log.segment) == (copied, SEGMENT), "an older note changes nothing"
    running = {one.part: one.state for one in shown.parts}
    assert running == {
        "gateway": "absent",
        "projector": "absent",
        "worker": "alive",
        "sealer": "alive",
        "egress": "absent",
    }


async def test_a_part_that_fell_silent_is_told_and_so_is_one_that_runs_twice(system: System) -> None:
    await say_present(system, list(Part), PROCESS)
    await say_present(system, list(Part), UUID(int=8))
    tenant = (await system.handler.authority.tenant("mesti")).tenant_id
    await project(system, "mesti")
    await sealed(system, "mesti")
    assert (await inspector(system).look({tenant: "mesti"})).state is StatusState.OK
    async with system.working.borrow(1) as lent, lent.transaction():
        await lent.execute("SET LOCAL pakt.tenant = '1'")
        await lent.execute("UPDATE es.presence SET seen_at = seen_at - interval '1 hour' WHERE part = 'worker'")

    shown = await inspector(system).look({tenant: "mesti"})

    assert shown.state is StatusState.DEGRADED
    assert {one.part: (one.state, one.processes) for one in shown.parts}["worker"] == ("silent", 0)
    assert {one.part: (one.state, one.processes) for one in shown.parts}["sealer"] == ("alive", 2)


def inspector(system: System, auditing: Any = None, within: float = 60.0) -> Inspector:
    return Inspector(
        auditing or system.auditing,
        system.database,
        system.engine,
        Quorum(1, (WITNESS.verifier,)),
        system.clock,
        60,
        within=within,
    )


@pytest.mark.parametrize("error", [OSError("no route"), TimeoutError()])
async def test_a_database_that_is_away_makes_it_unknown_and_no_error(system: System, error: Exception) -> None:
    shown = await inspector(system, Away(error)).look({1: "opm", 2: "mj"})

    assert (shown.state, shown.database, shown.schema.applied) == (StatusState.UNKNOWN, StatusState.UNKNOWN, None)
    assert [(one.tenant, one.state, one.sealed) for one in shown.institutions] == [
        ("opm", StatusState.UNKNOWN, None),
        ("mj", StatusState.UNKNOWN, None),
    ]
    assert {one.state for one in shown.parts} == {"unknown"}


async def test_a_pool_that_lends_nothing_is_not_waited_for(system: System) -> None:
    few = Connections(system.database, Role.AUDITOR, 1)
    async with few.borrow(1):
        shown = await inspector(system, few, within=0.05).look({1: "opm"})
    await few.close()

    assert shown.state is StatusState.UNKNOWN


async def test_a_gateway_answers_while_its_database_is_down(embedded_cluster: Cluster, tmp_path: Path) -> None:
    async with seeded_system(embedded_cluster, tmp_path) as made:
        gone = Away(OSError("refused"))
        app = create_app(replace(made, auditing=gone))  # type: ignore[arg-type]
        async with living(app), callers(app, made.tokens) as caller:
            shown = await asked(caller)

    assert shown["state"] == "unknown"
    assert len(shown["institutions"]) > 50
