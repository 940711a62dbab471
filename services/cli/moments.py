"""Moments as they are written on the command line."""

from datetime import datetime

from services.cli.exits import Misused


def moment_of(option: str, text: str) -> int | datetime:
    """A position, or a time with an offset. Raises: Misused."""
    if text.isascii() and text.isdigit():
        return int(text)
    return _time(option, text, "a position or a time")


def time_of(option: str, text: str | None) -> datetime | None:
    """A time with an offset, None where none is given. Raises: Misused."""
    return None if text is None else _time(option, text, "a time")


def _time(option: str, text: str, what: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Misused(f"{option} takes {what} such as 2026-06-01T00:00:00Z, not {text!r}") from error
    if at.tzinfo is None:
        raise Misused(f"{option} needs an offset: 2026-06-01T00:00:00Z or 2026-06-01T02:00:00+02:00")
    return at
