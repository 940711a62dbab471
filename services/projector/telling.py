"""What the projector tells of its work: a span in the trace of each request it shows, and the lag per tenant."""

import time
from collections.abc import Mapping, Sequence

from opentelemetry import trace

from infra.eventstore.codec import decode_metadata
from infra.telemetry.instruments import tell_lag
from infra.telemetry.propagation import continued
from projections.read_model import Stored

SPANS = 20
"""Traces continued per batch at most, the newest: a rebuild or a long catch-up tells nobody anything new."""
PROJECTION = "all"
"""Name under which the lag of all read models of a tenant is told: they move together."""

_tracer = trace.get_tracer("pakt.projections")


class Telling:
    """An observer of the engine."""

    def projected(self, tenant_id: int, names: Sequence[str], events: Sequence[Stored], seconds: float) -> None:
        """Continue the traces of the requests whose events are now shown."""
        parents = {parent: None for event in events if (parent := decode_metadata(event.metadata).traceparent)}
        if not parents:
            return
        end = time.time_ns()
        for parent in list(parents)[-SPANS:]:
            with continued(parent):
                span = _tracer.start_span("project", start_time=end - int(seconds * 1e9))
                span.set_attribute("pakt.tenant_id", tenant_id)
                span.set_attribute("pakt.position", events[-1].position)
                span.set_attribute("pakt.read_models", list(names))
                span.end(end)

    def parked(self, tenant_id: int, name: str, event_position: int, error: str) -> None:
        """The engine's log line is the alarm; metrics count what waits."""


def tell_lags(lags: Mapping[int, tuple[int, float]], name: str = PROJECTION) -> None:
    """Say per tenant how many events are not shown yet, and for how many seconds the oldest of them has waited."""
    for tenant_id, (events, seconds) in lags.items():
        tell_lag(tenant_id, name, events, seconds)
