"""When to try again, and after how long: a rule without a clock, so that it can be looked at by itself.

A command is repeated under its `Idempotency-Key`, and a query changes nothing, so every request may be repeated; what
decides is whether another try can help.
"""

import random
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec

PASSING = frozenset({429, 500, 502, 503, 504})
"""Statuses behind which another try may find a better moment."""


class Patience(msgspec.Struct, frozen=True):
    """Tries in all, the first pause and the longest one in seconds, and how long a server may ask to be left alone."""

    tries: int = 6
    first: float = 0.2
    longest: float = 20.0
    at_most: float = 120.0


def pause_after(
    patience: Patience, tries: int, status: int | None, headers: Mapping[str, str], *, now: float
) -> float | None:
    """Seconds until the next try, None when there is to be none.

    `tries` were made, the last one answered with `status`, or with nothing at all (None). A server that says when to
    come back is believed; else pauses double, each drawn between its half and its whole.
    """
    if tries >= patience.tries or (status is not None and status not in PASSING):
        return None
    asked = retry_after(headers.get("retry-after", ""), now=now)
    if asked is not None:
        return asked if asked <= patience.at_most else None
    whole: float = min(patience.longest, patience.first * 2.0 ** (tries - 1))
    return whole * random.uniform(0.5, 1.0)  # noqa: S311 - spreads callers, hides nothing


def retry_after(value: str, *, now: float) -> float | None:
    """Seconds of a `Retry-After` (RFC 9110 section 10.2.3), a number or a date; None for what is neither.

    `now` is in seconds since 1970.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)


class Allowance:
    """What a quota leaves, as the last answer told it (draft-ietf-httpapi-ratelimit-headers): `"client";r=0;t=12`."""

    def __init__(self) -> None:
        self._empty_until = 0.0

    def note(self, headers: Mapping[str, str], *, now: float) -> None:
        """Take what an answer says; `now` is in seconds of a clock that only goes forward."""
        for policy in headers.get("ratelimit", "").split(","):
            told = dict(part.strip().partition("=")[::2] for part in policy.split(";")[1:])
            left, wait = told.get("r", ""), told.get("t", "")
            if left == "0" and wait.isascii() and wait.isdigit():
                self._empty_until = max(self._empty_until, now + int(wait))

    def wait(self, *, now: float) -> float:
        """Seconds until a request is of use again; 0 for at once."""
        return max(0.0, self._empty_until - now)
