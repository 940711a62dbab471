"""Spans that cost nothing while nobody listens: without a provider the API still pays for context switches."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.util.types import AttributeValue

from infra.telemetry.switches import TRACES

_OFF: AbstractContextManager[Span] = nullcontext(trace.INVALID_SPAN)
_tracer = trace.get_tracer("pakt")


def current_context() -> Context | None:
    """The running span, for a figure that is told elsewhere: its exemplar. None while nobody listens."""
    return context.get_current() if TRACES.on else None


def server_span(method: str) -> AbstractContextManager[Span]:
    """A span around the answer to an HTTP request; it is named anew once the route is known."""
    if not TRACES.on:
        return _OFF
    return _span(method, {"http.request.method": method}, SpanKind.SERVER)


def conclude(made: Span, name: str, attributes: Mapping[str, AttributeValue], *, failed: bool) -> None:
    """Name a span by what is known at its end, its attributes as the conventions call them."""
    made.update_name(name)
    made.set_attributes(attributes)
    if failed:
        made.set_status(StatusCode.ERROR)


def span(name: str, **attributes: AttributeValue) -> AbstractContextManager[Span]:
    """A span around a block; attribute `a_b` is written `pakt.a_b`. Never give it personal data.

    Of an error that leaves the block the span keeps the class (`error.type`): its words may quote what a person sent.
    """
    if not TRACES.on:
        return _OFF
    return _span(name, {f"pakt.{key}": value for key, value in attributes.items()})


@contextmanager
def _span(name: str, attributes: dict[str, AttributeValue], kind: SpanKind = SpanKind.INTERNAL) -> Iterator[Span]:
    with _tracer.start_as_current_span(
        name, kind=kind, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as made:
        try:
            yield made
        except BaseException as error:
            made.set_attribute("error.type", type(error).__qualname__)
            made.set_status(StatusCode.ERROR)
            raise
