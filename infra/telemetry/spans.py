"""Spans that cost nothing while nobody listens: without a provider the API still pays for context switches."""

from contextlib import AbstractContextManager, nullcontext

from opentelemetry import trace
from opentelemetry.trace import Span
from opentelemetry.util.types import AttributeValue

_OFF: AbstractContextManager[Span] = nullcontext(trace.INVALID_SPAN)
_tracer = trace.get_tracer("pakt")
_listening = False


def listen() -> None:
    """Make spans from now on: a provider is in place."""
    global _listening  # noqa: PLW0603 - providers are one per process, and so is this
    _listening = True


def span(name: str, **attributes: AttributeValue) -> AbstractContextManager[Span]:
    """A span around a block; attribute `a_b` is written `pakt.a_b`. Never give it personal data."""
    if not _listening:
        return _OFF
    return _tracer.start_as_current_span(name, attributes={f"pakt.{key}": value for key, value in attributes.items()})
