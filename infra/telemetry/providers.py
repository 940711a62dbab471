"""The SDK's providers and exporters: imported only where something is exported, for they take long to import."""

import logging
from collections.abc import Callable, Sequence

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LogRecordProcessor
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from infra.telemetry.logs import RecordExport
from infra.telemetry.switches import FIGURES, TRACES


class Providers:
    """The providers of this process; a signal without a sink has none."""

    def __init__(self) -> None:
        self._stops: list[Callable[[], None]] = []

    def add(self, stop: Callable[[], None]) -> None:
        """One more to end, before those that are there."""
        self._stops.insert(0, stop)

    def stop(self) -> None:
        """Send what is waiting and end; at most the SDK's own export time-outs."""
        for stop in self._stops:
            stop()


def export(process: str, *, traces: bool, figures: bool, logs: bool) -> Providers:
    """Send traces, figures and logs over OTLP/HTTP to where the SDK's own variables say."""
    return install(
        process,
        [BatchSpanProcessor(OTLPSpanExporter())] if traces else [],
        [PeriodicExportingMetricReader(OTLPMetricExporter())] if figures else [],
        [BatchLogRecordProcessor(OTLPLogExporter())] if logs else [],
    )


def install(
    process: str,
    processors: Sequence[SpanProcessor],
    readers: Sequence[MetricReader],
    recorders: Sequence[LogRecordProcessor] = (),
) -> Providers:
    """Make providers with these sinks the process's own; a signal without a sink stays off.

    OpenTelemetry takes its providers once per process: a second call changes nothing for whoever asked before.
    """
    resource = Resource.create({"service.name": f"pakt-{process}", "service.namespace": "pakt"})
    providers = Providers()
    if processors:
        tracer_provider = TracerProvider(resource=resource)
        for processor in processors:
            tracer_provider.add_span_processor(processor)
        trace.set_tracer_provider(tracer_provider)
        TRACES.on = True
        providers.add(tracer_provider.shutdown)
    if readers:
        meter_provider = MeterProvider(resource=resource, metric_readers=readers)
        metrics.set_meter_provider(meter_provider)
        FIGURES.on = True
        providers.add(meter_provider.shutdown)
    if recorders:
        providers.add(_record_logs(resource, recorders))
    return providers


def _record_logs(resource: Resource, recorders: Sequence[LogRecordProcessor]) -> Callable[[], None]:
    """Have what `logging` says recorded, beside whatever else becomes of it; answers how to end it."""
    provider = LoggerProvider(resource=resource)
    for recorder in recorders:
        provider.add_log_record_processor(recorder)
    handler = RecordExport(provider)
    logging.getLogger().addHandler(handler)

    def stop() -> None:
        logging.getLogger().removeHandler(handler)
        provider.shutdown()

    return stop
