"""The trace's way through what is not a call: W3C `traceparent` in event metadata and in messages."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
TRACEPARENT = "traceparent"


def current_traceparent() -> str:
    """The running span as a `traceparent`; empty outside of any trace."""
    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return ""
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"


@contextmanager
def continued(traceparent: str) -> Iterator[None]:
    """Within it, new spans are children of the one named; anything that is not a `traceparent` is ignored."""
    token = context.attach(_PROPAGATOR.extract({TRACEPARENT: traceparent}))
    try:
        yield
    finally:
        context.detach(token)
