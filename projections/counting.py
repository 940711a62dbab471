"""Figures of institutions: numbers that can be summed up, whatever domain they are of."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from projections.read_model import ReadModel
from projections.reading import ReadConnection

G = TypeVar("G", bound=msgspec.Struct)


class Counted(msgspec.Struct, frozen=True):
    """What a domain counts for overviews, as `further.<name>` there.

    `figures` has numbers and numbers by code, each 0 or none by default. `read` is given a connection on which the
    models `of` show, the time of the question and a year or None, and answers by tenant id.
    """

    name: str
    of: tuple[ReadModel[Any], ...]
    figures: type[msgspec.Struct]
    read: Callable[[ReadConnection, datetime, int | None], Awaitable[Mapping[int, msgspec.Struct]]]


def summed(of: type[G], figures: Iterable[G]) -> G:
    """The figures of several institutions or years as one."""
    total: dict[str, Any] = {}
    for one in figures:
        for name in of.__struct_fields__:
            value = getattr(one, name)
            if isinstance(value, dict):
                into = total.setdefault(name, {})
                for key, number in value.items():
                    into[key] = into.get(key, 0) + number
            else:
                total[name] = total.get(name, 0) + value
    return of(**total)
