"""Parquet: the rows of a register as typed columns, group by group. The extra `dumps` brings the library."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

ROW_GROUP = 5_000
"""Rows that are packed together: what is held in memory at once."""
_encode = msgspec.json.Encoder().encode


class NotInstalled(Exception):
    """The library is not there; the message says what brings it."""


def _as_is(value: Any) -> Any:
    return value


def _text(value: Any) -> str:
    return str(msgspec.to_builtins(value))


def _json(value: Any) -> str:
    return _encode(value).decode()


_PLAIN: Mapping[type[inspect.Type], tuple[str, Callable[[Any], Any]]] = {
    inspect.IntType: ("int64", _as_is),
    inspect.BoolType: ("bool_", _as_is),
    inspect.FloatType: ("float64", _as_is),
    inspect.DateTimeType: ("timestamp", _as_is),
    inspect.DateType: ("date32", _as_is),
    inspect.StrType: ("string", _text),
    inspect.EnumType: ("string", _text),
    inspect.UUIDType: ("string", _text),
    inspect.DecimalType: ("string", _text),
}
"""Arrow's type and what makes a value of it; everything else is JSON as a text."""


class ParquetWriter:
    """Writes rows with these columns (types by name) to a file. Raises: NotInstalled."""

    def __init__(self, file: Path, columns: Mapping[str, Any]) -> None:
        try:
            import pyarrow as pa  # noqa: PLC0415 - an extra; and takes long to import
            from pyarrow import parquet  # noqa: PLC0415
        except ImportError as error:
            raise NotInstalled("Parquet needs the package pyarrow: install pakt[dumps]") from error
        self._arrow, self._rows = pa, list[Any]()
        self._kinds = {name: _kind(hint) for name, hint in columns.items()}
        self._schema = pa.schema([(name, self._type(kind)) for name, (kind, _) in self._kinds.items()])
        self._writer = parquet.ParquetWriter(str(file), self._schema, compression="zstd")

    def write(self, rows: Sequence[Any]) -> None:
        """Take rows in; whole groups go to the file."""
        self._rows += rows
        while len(self._rows) >= ROW_GROUP:
            self._pack(self._rows[:ROW_GROUP])
            del self._rows[:ROW_GROUP]

    def close(self) -> None:
        """Write the last group and the end of the file."""
        if self._rows:
            self._pack(self._rows)
        self._writer.close()

    def _type(self, kind: str) -> Any:
        return self._arrow.timestamp("us", tz="UTC") if kind == "timestamp" else getattr(self._arrow, kind)()

    def _pack(self, rows: Sequence[Any]) -> None:
        columns = [
            [None if (value := getattr(row, name)) is None else make(value) for row in rows]
            for name, (_, make) in self._kinds.items()
        ]
        self._writer.write_table(self._arrow.table(columns, schema=self._schema))


def _kind(hint: Any) -> tuple[str, Callable[[Any], Any]]:
    """How a column of that type is stored."""
    found = inspect.type_info(hint)
    options = found.types if isinstance(found, inspect.UnionType) else (found,)
    plain = [one for one in options if not isinstance(one, inspect.NoneType)]
    return _PLAIN.get(type(plain[0]), ("string", _json)) if len(plain) == 1 else ("string", _json)
