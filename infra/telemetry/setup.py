"""Telemetry is off until the standard `OTEL_*` variables name where to send it.

`OTEL_EXPORTER_OTLP_ENDPOINT` (or its `_TRACES_`, `_METRICS_` and `_LOGS_` forms) switches the OTLP/HTTP exporters on;
`OTEL_TRACES_EXPORTER=none` and its like, and `OTEL_SDK_DISABLED=true`, switch them off again. Sampling,
headers, time-outs and resource attributes are the SDK's own variables.
"""

import os
from collections.abc import Callable, Mapping


def wanted(signal: str, environment: Mapping[str, str]) -> bool:
    """Whether the environment asks for the exporter of `signal` (TRACES, METRICS or LOGS)."""
    if environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    exporter = environment.get(f"OTEL_{signal}_EXPORTER", "")
    if exporter:
        return exporter == "otlp"
    return bool(
        environment.get(f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") or environment.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    )


def start_telemetry(process: str, environment: Mapping[str, str] | None = None) -> Callable[[], None]:
    """Set up what the environment asks for; answers how to end it.

    `process` (gateway, worker ...) becomes `service.name` `pakt-<process>`.
    """
    env = os.environ if environment is None else environment
    traces, figures, logs = (wanted(signal, env) for signal in ("TRACES", "METRICS", "LOGS"))
    if not (traces or figures or logs):
        return _nothing
    from infra.telemetry.providers import export  # noqa: PLC0415 - a slow import that few need

    return export(process, traces=traces, figures=figures, logs=logs).stop


def _nothing() -> None:
    """Nothing was set up."""
