"""Times in a command that can be meant: with a zone, and between the years 1900 and 2199.

What lies outside can be decoded, yet no calendar, timer or database arithmetic is sure to survive it.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import inspect

from domain.kernel.errors import InvalidValue
from domain.kernel.message import N_

FIRST_YEAR, LAST_YEAR = 1900, 2199

Check = Callable[[Any, str], None]
"""Raises InvalidValue for a value at a pointer."""


def check_for(of: type[msgspec.Struct]) -> Check | None:
    """A check of every date and time within a struct; None when it can hold none."""
    return _of_type(inspect.type_info(of))


def _of_type(kind: inspect.Type) -> Check | None:
    check: Check | None = None
    match kind:
        case inspect.DateTimeType():
            check = _time
        case inspect.DateType():
            check = _date
        case inspect.StructType():
            check = _of_struct((f.name, f.encode_name, f.type) for f in kind.fields)
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
            check = _of_items(_of_type(kind.item_type))
        case inspect.DictType():
            check = _of_members(_of_type(kind.value_type))
        case inspect.UnionType():
            check = _of_union([found for found in map(_of_type, kind.types) if found is not None])
        case _:
            pass
    return check


def _of_struct(fields: Iterable[tuple[str, str, inspect.Type]]) -> Check | None:
    checks = [(name, wire, check) for name, wire, kind in fields if (check := _of_type(kind)) is not None]
    if not checks:
        return None

    def look(value: Any, pointer: str) -> None:
        for name, wire, check in checks:
            if hasattr(value, name):
                check(getattr(value, name), f"{pointer}/{wire}")

    return look


def _of_items(check: Check | None) -> Check | None:
    if check is None:
        return None

    def look(value: Any, pointer: str) -> None:
        if isinstance(value, (list, tuple, set, frozenset)):
            for index, item in enumerate(value):
                check(item, f"{pointer}/{index}")

    return look


def _of_members(check: Check | None) -> Check | None:
    if check is None:
        return None

    def look(value: Any, pointer: str) -> None:
        if isinstance(value, dict):
            for name, item in value.items():
                check(item, f"{pointer}/{name}")

    return look


def _of_union(checks: list[Check]) -> Check | None:
    if not checks:
        return None

    def look(value: Any, pointer: str) -> None:
        for check in checks:
            check(value, pointer)

    return look


def _time(value: Any, pointer: str) -> None:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidValue(pointer, N_("The time needs a zone, such as Z or +01:00."))
        _year(value.year, pointer)


def _date(value: Any, pointer: str) -> None:
    if isinstance(value, date):
        _year(value.year, pointer)


def _year(year: int, pointer: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidValue(
            pointer, N_("The year must lie between {first} and {last}."), first=FIRST_YEAR, last=LAST_YEAR
        )
