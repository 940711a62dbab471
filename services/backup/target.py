"""To where a log is restored: its end, a time, or a position of one institution's log."""

import re
from datetime import datetime

import msgspec

LATEST = "latest"
_POSITION = re.compile(r"([a-z0-9][a-z0-9-]*):([1-9]\d{0,17})")


class Position(msgspec.Struct, frozen=True):
    """The end of the transaction that stored the event at this position; what was stored with it is in it too."""

    tenant: str
    position: int


Target = datetime | Position | None
"""None: all there is."""


def target_of(text: str) -> Target:
    """What `latest`, `2026-11-27T12:00:00+01:00` or `mj:42` names.

    Raises: ValueError, with what would be understood.
    """
    if text == LATEST:
        return None
    if found := _POSITION.fullmatch(text):
        return Position(found[1], int(found[2]))
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no moment: it takes `latest`, a time such as 2026-11-27T12:00:00+01:00, or a position such "
            "as mj:42"
        ) from None
    if time.tzinfo is None:
        raise ValueError(f"{text!r} does not say in which time zone: add Z or an offset such as +01:00")
    return time
