"""How a row's fields become columns: their SQL types, and their values on the way in and out.

Lists, texts in several languages and other structures are `jsonb`; they travel as text because PostgreSQL has no
arrays of arrays of different lengths.
"""

import types
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

_PLAIN: dict[type, str] = {
    bool: "boolean",
    int: "bigint",
    str: "text",
    UUID: "uuid",
    datetime: "timestamptz",
    date: "date",
    bytes: "bytea",
}
_INT8 = 2**63
_encode = msgspec.json.Encoder(order="sorted").encode


class Column(msgspec.Struct, frozen=True):
    """A field of a row as a column. `sql_type` is the element type of the array parameter, `cast` what it becomes."""

    name: str
    sql_type: str
    nullable: bool
    annotation: Any
    decoder: msgspec.json.Decoder[Any] | None = None
    """Set for jsonb columns."""

    @property
    def selected(self) -> str:
        """The column's text in a SELECT list that feeds an INSERT."""
        return f"{self.name}::jsonb" if self.decoder else self.name

    @property
    def parameter(self) -> str:
        """Element type of the array in which values arrive."""
        return "text" if self.decoder else self.sql_type

    def to_sql(self, value: Any) -> Any:
        """The value as the driver takes it."""
        if self.decoder is None or value is None:
            return value
        return _encode(value).decode()


def columns_of(row: type[msgspec.Struct]) -> tuple[Column, ...]:
    """One column per field, in order."""
    hints = get_type_hints(row, include_extras=True)
    return tuple(_column(name, hints[name]) for name in row.__struct_fields__)


def _column(name: str, annotation: Any) -> Column:
    bare, nullable = _without_none(annotation)
    if name == "tenant_id":
        return Column(name, "int", nullable, annotation)
    for plain, sql_type in _PLAIN.items():
        if isinstance(bare, type) and issubclass(bare, plain):
            return Column(name, sql_type, nullable, annotation)
    return Column(name, "jsonb", nullable, annotation, msgspec.json.Decoder(annotation))


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) is Annotated:
        return _without_none(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        nullable = len(members) < len(get_args(annotation))
        return (_without_none(members[0])[0], nullable) if len(members) == 1 else (annotation, nullable)
    return annotation, False


def row_maker(row: type[msgspec.Struct], columns: Sequence[Column]) -> Callable[[Iterable[Any]], Any]:
    """A function from a record's values, in the order of the columns, to a row."""
    decoders = [(n, column.decoder) for n, column in enumerate(columns) if column.decoder]
    enums = [(n, bare) for n, bare in ((n, _enum(c)) for n, c in enumerate(columns)) if bare]

    def make(values: Iterable[Any]) -> Any:
        made = list(values)
        for n, decoder in decoders:
            if made[n] is not None:
                made[n] = decoder.decode(made[n])
        for n, enum in enums:
            if made[n] is not None:
                made[n] = enum(made[n])
        return row(*made)

    return make


def _enum(column: Column) -> type | None:
    bare, _ = _without_none(column.annotation)
    return bare if isinstance(bare, type) and issubclass(bare, str) and bare is not str else None


def refuse_unstorable(row: msgspec.Struct, columns: Sequence[Column]) -> None:
    """Raise ValueError for what PostgreSQL cannot hold: NUL or half a surrogate pair in a text, 2^63 and above."""
    for column in columns:
        value = getattr(row, column.name)
        if isinstance(value, int) and not -_INT8 <= value < _INT8:
            msg = f"{column.name} does not fit 64 bits"
            raise ValueError(msg)
        shown = column.to_sql(value)
        if isinstance(shown, str) and ("\x00" in shown or (column.decoder is not None and "\\u0000" in shown)):
            msg = f"{column.name} holds NUL"
            raise ValueError(msg)
        if isinstance(shown, str):
            shown.encode()  # a lone surrogate raises UnicodeEncodeError, which is a ValueError
