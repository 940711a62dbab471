"""How long a receiver asks to be left alone: the header Retry-After (RFC 9110, section 10.2.3)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 86_400.0
"""Seconds: nobody is left alone for longer than a day because they asked for it."""
_MOST_DIGITS = 9


def seconds_asked(text: str, now: datetime) -> float:
    """Seconds from `now`, at most `LONGEST`; 0 for a header that is none, or that names the past."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return min(float(text), LONGEST)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), LONGEST)
