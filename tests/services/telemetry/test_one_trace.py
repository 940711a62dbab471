"""One request is one trace: command, append and projection, joined by what stands in the event's metadata."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.running import ROOT

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CODE = """
import asyncio, json, sys
from pathlib import Path
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from infra.telemetry.propagation import continued
from infra.telemetry.providers import install
from services.bootstrap import assemble
from services.projector.follow import Projector
from services.seeding.seed import seed
from services.settings import Settings
from tests.support.consultation import planned

PARENT = sys.argv[2]

async def main():
    exporter, reader = InMemorySpanExporter(), InMemoryMetricReader()
    install("test", [SimpleSpanProcessor(exporter)], [reader])
    async with assemble(Settings(data=Path(sys.argv[1]))) as system:
        await seed(system)
        exporter.clear()
        with continued(PARENT):
            await planned(system, "mj")
        projector = Projector(system.engine, system.store)
        await projector.start()
        tenant = await system.handler.authority.tenant("mj")
        head = await system.store.head(tenant.tenant_id)
        await system.engine.wait_for(tenant.tenant_id, ("audit_trail",), head, 10)
        await projector.stop()
        stored = await system.store.read_log(tenant.tenant_id, head - 1, 1)
    ours = [s for s in exporter.get_finished_spans() if s.context.trace_id == int(PARENT.split("-")[1], 16)]
    figures = {m.name for r in reader.get_metrics_data().resource_metrics for s in r.scope_metrics for m in s.metrics}
    print(json.dumps({
        "names": sorted({s.name for s in ours}),
        "traceparent": json.loads(stored[0].metadata)["traceparent"],
        "attributes": [str(dict(s.attributes)) for s in ours],
        "figures": sorted(figures),
    }))

asyncio.run(main())
"""


def test_a_request_is_one_trace_and_holds_nothing_personal(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path), PARENT],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])

    assert any(name.startswith("execute") for name in seen["names"])
    assert {"append", "project"} <= set(seen["names"])
    assert seen["traceparent"].split("-")[1] == PARENT.split("-")[1]
    assert {"pakt.append.commands", "pakt.append.duration", "pakt.append.batch"} <= set(seen["figures"])
    assert "zyra@example.org" not in str(seen["attributes"])
