"""Traces and metrics, seen by exporters in memory. A process takes its providers once, so each case has its own."""

import json
import subprocess
import sys

import pytest

from infra.telemetry.propagation import continued, current_traceparent
from infra.telemetry.setup import wanted

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def in_own_process(code: str) -> dict[str, object]:
    """What the code prints as JSON."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    ("environment", "on"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, False),
    ],
)
def test_the_standard_variables_switch_it_on(environment: dict[str, str], *, on: bool) -> None:
    assert wanted("TRACES", environment) is on


def test_without_variables_nothing_is_even_imported() -> None:
    seen = in_own_process("""
import json, sys
from infra.telemetry.setup import start_telemetry
start_telemetry("test", {})()
print(json.dumps({"sdk": any(name.startswith("opentelemetry.sdk") for name in sys.modules)}))
""")

    assert seen == {"sdk": False}


def test_a_trace_runs_on_even_where_nothing_is_exported() -> None:
    assert current_traceparent() == ""
    with continued(PARENT):
        assert current_traceparent() == PARENT
    with continued("nonsense"):
        assert current_traceparent() == ""
    assert current_traceparent() == ""


def test_a_span_continued_from_a_traceparent_is_its_child() -> None:
    seen = in_own_process(f"""
import json
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from infra.telemetry.propagation import continued, current_traceparent
from infra.telemetry.providers import install
exporter = InMemorySpanExporter()
telemetry = install("test", [SimpleSpanProcessor(exporter)], [])
with continued("{PARENT}"), trace.get_tracer("pakt").start_as_current_span("execute"):
    stored = current_traceparent()
with continued(stored), trace.get_tracer("pakt").start_as_current_span("project"):
    pass
telemetry.stop()
first, second = exporter.get_finished_spans()
print(json.dumps({{
    "traces": sorted({{f"{{s.context.trace_id:032x}}" for s in (first, second)}}),
    "parent of execute": f"{{first.parent.span_id:016x}}",
    "project below execute": second.parent.span_id == first.context.span_id,
    "service": first.resource.attributes["service.name"],
}}))
""")

    assert seen == {
        "traces": ["0af7651916cd43dd8448eb211c80319c"],
        "parent of execute": "b7ad6b7169203331",
        "project below execute": True,
        "service": "pakt-test",
    }


def test_every_figure_is_counted() -> None:
    seen = in_own_process("""
import json
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from infra.telemetry.instruments import count_flush, tell_lag
from infra.telemetry.providers import install
reader = InMemoryMetricReader()
telemetry = install("test", [], [reader])
count_flush(2, 0.002)
count_flush(1, 0.001)
tell_lag(3, "consultations", 7, 0.5)
metrics = reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics
points = {}
for metric in metrics:
    for point in metric.data.data_points:
        value = point.value if hasattr(point, "value") else point.sum
        points[metric.name + json.dumps(dict(point.attributes), sort_keys=True)] = value
telemetry.stop()
print(json.dumps(points))
""")

    assert seen == {
        "pakt.append.commands{}": 3,
        "pakt.append.duration{}": pytest.approx(0.003),
        "pakt.append.batch{}": 3,
        'pakt.projection.lag{"projection": "consultations", "tenant": 3}': 7,
        'pakt.projection.delay{"projection": "consultations", "tenant": 3}': 0.5,
    }


def test_a_span_keeps_of_an_error_what_it_is_and_not_what_it_says() -> None:
    seen = in_own_process("""
import json
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from infra.telemetry.providers import install
from infra.telemetry.spans import span
exporter = InMemorySpanExporter()
install("test", [SimpleSpanProcessor(exporter)], [])
try:
    with span("execute", tenant="mj"):
        raise ValueError("agim@example.org is no address")
except ValueError:
    pass
(made,) = exporter.get_finished_spans()
print(json.dumps({"attributes": dict(made.attributes), "status": made.status.status_code.name, "all": made.to_json()}))
""")

    assert seen["attributes"] == {"pakt.tenant": "mj", "error.type": "ValueError"}
    assert seen["status"] == "ERROR"
    assert "agim" not in str(seen["all"])
