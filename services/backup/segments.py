"""Names of segments of PostgreSQL's write-ahead log: timeline, and number in two parts, in hexadecimal."""

import re
from collections.abc import Iterable

NAME = 24
"""How many characters a segment's name has."""
_NAME = re.compile(r"[0-9A-F]{24}")
_HISTORY = re.compile(r"[0-9A-F]{8}\.history")
_LOW = 1 << 32


def is_segment(name: str) -> bool:
    """Whether this is the name of a whole segment."""
    return _NAME.fullmatch(name) is not None


def is_history(name: str) -> bool:
    """Whether this is the name of a timeline's history."""
    return _HISTORY.fullmatch(name) is not None


def segment_of(timeline: int, lsn: str, size: int) -> str:
    """The segment of `size` bytes that holds a place in the log, such as `0/2000028`."""
    high, low = (int(part, 16) for part in lsn.split("/"))
    return _name(timeline, (high * _LOW + low) // size, size)


def following(name: str, size: int) -> str:
    """The segment behind this one, on its timeline."""
    return _name(_timeline(name), number(name, size) + 1, size)


def number(name: str, size: int) -> int:
    """Which segment of the log it is, whatever its timeline: what came before has a smaller one."""
    return int(name[8:16], 16) * (_LOW // size) + int(name[16:24], 16)


def missing(first: str, held: Iterable[str], size: int) -> str | None:
    """The first segment that lacks between `first` and the last held one, on any timeline; None when none does.

    `first` itself may be the one.
    """
    numbers = {number(name, size) for name in held}
    begin = number(first, size)
    for wanted in range(begin, max(numbers, default=begin) + 1):
        if wanted not in numbers:
            return _name(_timeline(first), wanted, size)
    return None


def _timeline(name: str) -> int:
    return int(name[:8], 16)


def _name(timeline: int, number_: int, size: int) -> str:
    high, low = divmod(number_, _LOW // size)
    return f"{timeline:08X}{high:08X}{low:08X}"
