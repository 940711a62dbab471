"""What Python's `logging` says, as OpenTelemetry's log records: each in the trace within which it was said.

Of an error they keep its class and where it came from; its words may quote what a person sent, and stay in this
process's own output. The library's handler exports them, and so cannot be used.
"""

import logging
import traceback
from types import TracebackType

from opentelemetry._logs import LoggerProvider, LogRecord, SeverityNumber
from opentelemetry.util.types import AnyValue

EXPORTERS = ("opentelemetry", "urllib3", "requests")
"""Loggers of those who send: what they say while sending fails would be sent, and fail, and be said."""
_LEVELS = {
    logging.DEBUG: (SeverityNumber.DEBUG, "DEBUG"),
    logging.INFO: (SeverityNumber.INFO, "INFO"),
    logging.WARNING: (SeverityNumber.WARN, "WARN"),
    logging.ERROR: (SeverityNumber.ERROR, "ERROR"),
    logging.CRITICAL: (SeverityNumber.FATAL, "FATAL"),
}


class RecordExport(logging.Handler):
    """A handler that gives each record to the loggers of `provider`."""

    def __init__(self, provider: LoggerProvider) -> None:
        super().__init__()
        self._provider = provider

    def filter(self, record: logging.LogRecord) -> bool:
        """Everything but what exporters say of themselves."""
        return record.name.split(".", 1)[0] not in EXPORTERS and bool(super().filter(record))

    def emit(self, record: logging.LogRecord) -> None:
        """See `logging.Handler.emit`."""
        number, text = _LEVELS[max((level for level in _LEVELS if level <= record.levelno), default=logging.DEBUG)]
        self._provider.get_logger(record.name).emit(
            LogRecord(
                timestamp=int(record.created * 1e9),
                severity_number=number,
                severity_text=text,
                body=record.getMessage(),
                attributes=_attributes(record),
            )
        )


def _attributes(record: logging.LogRecord) -> dict[str, AnyValue]:
    """By OpenTelemetry's conventions for code and exceptions, without the exception's words."""
    attributes: dict[str, AnyValue] = {"code.function.name": record.funcName, "code.line.number": record.lineno}
    if record.exc_info and record.exc_info[0] is not None:
        attributes["exception.type"] = record.exc_info[0].__qualname__
        attributes["exception.stacktrace"] = _places(record.exc_info[2])
    return attributes


def _places(trace: TracebackType | None) -> str:
    """`file:line function`, one place a line, the innermost last."""
    frames = traceback.extract_tb(trace)
    return "\n".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
