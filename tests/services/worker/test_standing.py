"""What stands still is told as figures, by institution, until it goes on."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.running import ROOT

CODE = """
import asyncio, json, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from infra.clock import FixedClock
from infra.database.interface import Role
from infra.telemetry.providers import install
from services.bootstrap import assemble
from services.seeding.seed import seed
from services.settings import Settings
from services.worker.standing import Standing
from tests.services.gateway.scenario import opened

PARK = "INSERT INTO es.parked (tenant_id, name, stream_id, first_position, events, error)"
PARK += " VALUES ($1, 'public_register', gen_random_uuid(), 1, 1, 'ValueError: x')"

def told(reader):
    metrics = [m for s in reader.get_metrics_data().resource_metrics[0].scope_metrics for m in s.metrics]
    names = ("pakt.projection.parked", "pakt.timer.delay", "pakt.pool.wait")
    return {
        metric.name: [
            point.count if metric.name == "pakt.pool.wait" else [point.attributes["tenant"], point.value]
            for point in metric.data.data_points
        ]
        for metric in metrics if metric.name in names
    }

async def changed(system, tenant, sql):
    async with system.engine.connections.borrow(tenant) as lent, lent.transaction():
        await lent.execute(f"SET LOCAL pakt.tenant = '{tenant}'")
        await lent.execute(sql, *([tenant] if "$1" in sql else []))

async def main():
    reader, clock = InMemoryMetricReader(), FixedClock(datetime.now(UTC))
    install("test", [], [reader])
    async with assemble(Settings(data=Path(sys.argv[1])), clock=clock) as system:
        await seed(system)
        tenant = (await system.handler.authority.tenant("mj")).tenant_id
        standing = Standing(system)
        seen = [tenant, await standing.look(), await standing.witnesses()]
        await opened(system, "mj")
        await system.engine.catch_up(tenant)
        clock.at += timedelta(days=200)
        await changed(system, tenant, PARK)
        seen += [await standing.look(), told(reader)]
        await changed(system, tenant, "DELETE FROM es.parked")
        await changed(system, tenant, "UPDATE rm.deadline_register SET state = 'met'")
        seen += [await standing.look(), told(reader)]
    print(json.dumps(seen))

asyncio.run(main())
"""


def test_what_stands_still_is_told_until_it_goes_on(tmp_path: Path) -> None:
    run = [sys.executable, "-c", CODE, str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    tenant, nothing, unwitnessed, two, standing, over, gone = json.loads(done.stdout.splitlines()[-1])

    assert (nothing, unwitnessed, two, over) == (0, 0, 2, 0)
    assert standing["pakt.projection.parked"] == [[tenant, 1]]
    [[late, seconds]] = standing["pakt.timer.delay"]
    assert (late, seconds > 100 * 86_400) == (tenant, True)
    assert sum(standing["pakt.pool.wait"]) > 10
    assert gone["pakt.projection.parked"] == [[tenant, 0]]
    assert gone["pakt.timer.delay"] == [[tenant, 0.0]]
