"""A process that collects its own telemetry while one request is answered, shown, and told to a webhook endpoint.

Prints what it saw as one JSON object. OpenTelemetry's providers are one per process: so it is one of its own.
"""

import asyncio
import json
import logging
import sys
from pathlib import Path
from typing import Any

from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra.telemetry.providers import install
from services.bootstrap import System, assemble
from services.projector.follow import Projector
from services.seeding.seed import seed
from services.settings import Settings
from tests.services.egress.telling import ALLOWED, MJ, endpoint_of, told, until
from tests.services.gateway.client import Caller, callers
from tests.services.gateway.standing import application
from tests.support.receiver import Receiver, answering

CANARY = "agim@example.org"
LANGUAGES = {"languages": ["sq", "sr", "tr"], "decision_no": "7/2026"}


async def asked(system: System, caller: Caller, parent: str) -> None:
    """One request of the caller's trace that is followed to its end, and two that go wrong."""
    projector = Projector(system.engine, system.store)
    await projector.start()
    sent = caller.bearer(MJ, "legal_officer") | {"traceparent": parent}
    answer = await caller.post(f"/v1/tenants/{MJ}/languages", LANGUAGES, **sent)
    assert answer.status_code == 201, answer.text
    tenant = await system.handler.authority.tenant(MJ)
    await system.engine.wait_for(tenant.tenant_id, ("audit_trail",), int(answer.headers["pakt-position"]), 10)
    await projector.stop()
    assert (await caller.get(f"/v1/public/consultations/{CANARY}", **sent)).status_code in {400, 404}
    assert (await caller.get(f"/nowhere/{CANARY}?q={CANARY}", **sent)).status_code == 404
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("pakt.test").exception("it went wrong")


def span(one: ReadableSpan, trace_id: int) -> dict[str, Any]:
    return {
        "ours": one.context.trace_id == trace_id,
        "name": one.name,
        "kind": one.kind.name,
        "attributes": dict(one.attributes or {}),
    }


def exemplars(reader: InMemoryMetricReader) -> dict[str, list[str]]:
    """The traces that each figure has an example of, and its buckets' ends."""
    data = reader.get_metrics_data()
    metrics = [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics] if data else []
    return {
        metric.name: [f"{one.trace_id:032x}" for p in metric.data.data_points for one in p.exemplars if one.trace_id]
        for metric in metrics
    }


async def main(data: Path, parent: str) -> None:
    """Collect, ask, print."""
    spans, reader, logs = InMemorySpanExporter(), InMemoryMetricReader(), InMemoryLogRecordExporter()
    install("test", [SimpleSpanProcessor(spans)], [reader], [SimpleLogRecordProcessor(logs)])
    receiver = Receiver(answering(204))
    async with assemble(Settings(data=data, egress_allow=ALLOWED)) as system, receiver.running():
        await seed(system)
        await endpoint_of(system, f"{receiver.url}/")
        async with application(system) as app, callers(app, system.tokens) as caller, told(system):
            spans.clear()
            await asked(system, caller, parent)
            await until(lambda: receiver.received)
    trace_id = int(parent.split("-")[1], 16)
    record = next(r.log_record for r in logs.get_finished_logs() if r.log_record.body == "it went wrong")
    print(
        json.dumps(
            {
                "spans": [span(one, trace_id) for one in spans.get_finished_spans()],
                "received": receiver.received[-1].headers["traceparent"],
                "exemplars": exemplars(reader),
                "record": {"severity": record.severity_text, "attributes": dict(record.attributes or {})},
            }
        )
    )


asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
