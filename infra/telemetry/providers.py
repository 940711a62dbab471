"""The SDK's providers and exporters: imported only where something is exported, for they take long to import."""

from collections.abc import Sequence

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from infra.telemetry import spans


class Providers:
    """The providers of this process; a signal without a sink has none."""

    def __init__(self, tracer_provider: TracerProvider | None, meter_provider: MeterProvider | None) -> None:
        self._tracer_provider, self._meter_provider = tracer_provider, meter_provider

    def stop(self) -> None:
        """Send what is waiting and end; at most the SDK's own export time-outs."""
        if self._tracer_provider is not None:
            self._tracer_provider.shutdown()
        if self._meter_provider is not None:
            self._meter_provider.shutdown()


def export(process: str, *, traces: bool, figures: bool) -> Providers:
    """Send traces, figures or both over OTLP/HTTP to where the SDK's own variables say."""
    return install(
        process,
        [BatchSpanProcessor(OTLPSpanExporter())] if traces else [],
        [PeriodicExportingMetricReader(OTLPMetricExporter())] if figures else [],
    )


def install(process: str, processors: Sequence[SpanProcessor], readers: Sequence[MetricReader]) -> Providers:
    """Make providers with these sinks the process's own; a signal without a sink stays off.

    OpenTelemetry takes its providers once per process: a second call changes nothing for whoever asked before.
    """
    resource = Resource.create({"service.name": f"pakt-{process}", "service.namespace": "pakt"})
    tracer_provider = meter_provider = None
    if processors:
        tracer_provider = TracerProvider(resource=resource)
        for processor in processors:
            tracer_provider.add_span_processor(processor)
        trace.set_tracer_provider(tracer_provider)
        spans.listen()
    if readers:
        meter_provider = MeterProvider(resource=resource, metric_readers=readers)
        metrics.set_meter_provider(meter_provider)
    return Providers(tracer_provider, meter_provider)
