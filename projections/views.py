"""What readers see of rows: the same fields without those that only the machine needs."""

from collections.abc import Callable, Collection
from typing import Any, get_type_hints

import msgspec

INTERNAL = frozenset({"tenant_id", "searched"})


def view_of(
    row: type[msgspec.Struct], name: str, *, without: Collection[str] = (), beside: Collection[tuple[str, Any]] = ()
) -> type[msgspec.Struct]:
    """A struct type with the row's fields except the internal ones and `without`, preceded by `beside`."""
    hidden = INTERNAL.union(without)
    hints = get_type_hints(row, include_extras=True)
    kept = [field for field in msgspec.structs.fields(row) if field.name not in hidden]
    made = msgspec.defstruct(
        name,
        [*beside, *((field.name, hints[field.name]) for field in kept)],
        frozen=True,
        kw_only=True,
        module=__name__,
    )
    made.__doc__ = row.__doc__
    return made


def viewer(view: type[msgspec.Struct]) -> Callable[..., Any]:
    """A function from a row, and what stands beside its fields, to the view."""
    names = view.__struct_fields__

    def shown(row: Any, **beside: Any) -> Any:
        return view(**{name: beside[name] if name in beside else getattr(row, name) for name in names})

    return shown
