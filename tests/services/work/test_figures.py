"""How much work waits and has failed, per institution and kind: as figures until nothing is left, and for the doctor."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.tenants.seed import tenant_ids
from infra.clock import FixedClock
from infra.work.interface import Again, GivenUp, Work
from services.bootstrap import System
from services.doctor import LATE
from services.finding import Finding
from services.work.failures import Failures
from services.work.figures import backlogs
from tests.support.looked_at import looked_at
from tests.support.postgres import Cluster
from tests.support.running import ROOT
from tests.support.system import seeded_system

MJ, MESTI = (tenant_ids()[slug] for slug in ("mj", "mesti"))
AT = datetime.now(UTC)
CODE = """
import asyncio, json, sys
from pathlib import Path
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from infra.telemetry.providers import install
from infra.work.interface import Done, GivenUp, Work
from services.bootstrap import assemble
from services.seeding.seed import seed
from services.settings import Settings
from services.work.figures import WorkFigures

def told(reader):
    metrics = [m for s in reader.get_metrics_data().resource_metrics[0].scope_metrics for m in s.metrics]
    return {
        f"{metric.name} {point.attributes['kind']} {len(point.attributes)}": point.value
        for metric in metrics if metric.name.startswith("pakt.work.") for point in metric.data.data_points
    }

async def main():
    reader = InMemoryMetricReader()
    install("test", [], [reader])
    async with assemble(Settings(data=Path(sys.argv[1]))) as system:
        await seed(system)
        tenant = (await system.handler.authority.tenant("mj")).tenant_id
        works, figures = [Work(tenant, "webhook", str(n)) for n in range(3)], WorkFigures(system)
        await system.works.add(works)
        (held,) = await system.works.claim(works[:1], 60)
        await system.works.end(held, GivenUp("gone"))
        await asyncio.sleep(0.1)
        seen = [await figures.look(), told(reader)]
        for held in await system.works.claim(works, 60):
            await system.works.end(held, Done())
        seen += [await figures.look(), told(reader)]
        async with system.working.borrow(tenant) as lent:
            async with lent.transaction():
                await lent.execute(f"SET LOCAL pakt.tenant = '{tenant}'")
                await lent.execute("DELETE FROM es.work")
        seen += [await figures.look(), told(reader)]
    print(json.dumps(seen))

asyncio.run(main())
"""


async def failed(system: System, one: Work, outcome: Again | GivenUp) -> None:
    await system.works.add([one])
    (held,) = await system.works.claim([one], 60)
    await system.works.end(held, outcome)


async def work_waiting(system: System) -> Finding:
    return await looked_at(system, "work waiting")


async def test_what_waits_is_told_from_what_failed_and_each_institution_from_others(
    embedded_cluster: Cluster, tmp_path: Path
) -> None:
    clock = FixedClock(AT)
    async with seeded_system(embedded_cluster, tmp_path, clock=clock) as system:
        for n in range(2):
            await system.works.add([Work(MJ, "webhook", str(n))])
        clock.at += timedelta(seconds=LATE)
        await failed(system, Work(MJ, "webhook", "again"), Again(60.0, "answered 503"))
        await failed(system, Work(MJ, "dump", "over"), GivenUp("gone"))
        await failed(system, Work(MESTI, "webhook", "later"), Again(3600.0, "answered 503"))
        await Failures(system.engine.connections, system.auditing).record(MESTI, "deadline", "x", "refused: y")
        found = await backlogs(system.auditing, [MJ, MESTI], clock.now())

        assert [(b.tenant_id, b.kind, b.waiting, b.late, b.failed) for b in found] == sorted(
            [
                (MJ, "dump", 0, 0.0, 1),
                (MJ, "webhook", 3, LATE, 0),
                (MESTI, "deadline", 0, 0.0, 1),
                (MESTI, "webhook", 1, 0.0, 0),
            ]
        )
        assert all((b.failing > 0) == (b.failed > 0) for b in found)
        assert {b.tenant_id for b in await backlogs(system.auditing, [MESTI], clock.now())} == {MESTI}
        assert (await work_waiting(system)).ok
        clock.at += timedelta(seconds=1)
        minded = await work_waiting(system)
        assert (minded.ok, f"webhook of tenant {MJ}: 3, the oldest due for 301 s" in minded.detail) == (False, True)


def test_figures_are_told_until_nothing_is_left(tmp_path: Path) -> None:
    run = [sys.executable, "-c", CODE, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=True, timeout=120, cwd=ROOT)
    first, waiting, second, failing, third, nothing = json.loads(done.stdout.splitlines()[-1])

    assert (first, second, third) == (1, 1, 0)
    assert (waiting["pakt.work.waiting webhook 2"], waiting["pakt.work.failed webhook 2"]) == (2, 1)
    assert waiting["pakt.work.delay webhook 2"] > 0.1
    assert waiting["pakt.work.failed.age webhook 2"] > 0.1
    assert (failing["pakt.work.waiting webhook 2"], failing["pakt.work.failed webhook 2"]) == (0, 1)
    assert set(nothing.values()) == {0}
    assert len(nothing) == 4
