"""Query parameters from a filter: what a struct of `projections` asks for is what HTTP takes.

A field's type and its `msgspec.Meta` say everything: bounds, pattern, description. Text without any is a word of at
most 200 characters; a time is one as RFC 3339 writes it.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from inspect import Parameter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from services.gateway.parameters import time

F = TypeVar("F", bound=msgspec.Struct)
_UNBOUND: dict[Any, dict[str, Any]] = {
    str: {"min_length": 1, "max_length": 200, "pattern": r"^[^\x00]+$"},
    datetime: {"max_length": 40},
}
"""What holds of a field that says no bounds itself."""
_BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern", "description")
_KNOWN = (str, int, bool, UUID, date, datetime)
_PREFIX = "by_"
"""Before the names of arguments: the framework keeps some, such as `state`, for itself."""


class NoFilter(msgspec.Struct, frozen=True):
    """Nothing to choose by."""


def parameters(by: type[msgspec.Struct], only: Collection[str] | None = None) -> list[Parameter]:
    """An argument per field of `by`, or of those that `only` names.

    Raises: TypeError for a field that a query string cannot give.
    """
    hints = get_type_hints(by, include_extras=True)
    return [
        Parameter(
            f"{_PREFIX}{field.name}",
            Parameter.KEYWORD_ONLY,
            default=field.default,
            annotation=_annotation(f"{by.__module__}.{by.__qualname__}.{field.name}", field.name, hints[field.name]),
        )
        for field in msgspec.structs.fields(by)
        if only is None or field.name in only
    ]


def chosen(by: type[F], given: Mapping[str, Any]) -> F:
    """The filter of the arguments of a call. Raises: InvalidParameter for a time that is none."""
    hints = get_type_hints(by)
    values = {name.removeprefix(_PREFIX): value for name, value in given.items() if name.startswith(_PREFIX)}
    for name, value in values.items():
        if isinstance(value, str) and datetime in get_args(hints[name]):
            values[name] = time(name, value)
    return by(**values)


def _annotation(place: str, name: str, hint: Any) -> Any:
    optional, inner = _without_none(hint)
    kind, bounds = _bounds(inner)
    if kind not in _KNOWN and get_origin(kind) is not Literal:
        raise TypeError(f"{place}: a query string cannot give {hint}")
    if not bounds.keys() - {"description"}:
        bounds = _UNBOUND.get(kind, {}) | bounds
    taken: Any = str if kind is datetime else kind
    return Annotated[taken | None if optional else taken, QueryParameter(name=name, **bounds)]


def _without_none(hint: Any) -> tuple[bool, Any]:
    if get_origin(hint) not in (Union, UnionType):
        return False, hint
    kept = [part for part in get_args(hint) if part is not NoneType]
    return len(kept) < len(get_args(hint)), kept[0] if len(kept) == 1 else hint


def _bounds(hint: Any) -> tuple[Any, dict[str, Any]]:
    if get_origin(hint) is not Annotated:
        return hint, {}
    kind, meta = get_args(hint)[:2]
    return kind, {name: value for name in _BOUNDS if (value := getattr(meta, name)) is not None}
