"""Files that a command names: uploaded before, of the size and the type that it says."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import inspect

from domain.kernel.errors import InvalidValue, StreamNotFound
from domain.kernel.message import N_
from domain.kernel.vocabulary import File
from infra.objectstore.interface import ObjectStore
from services.gateway import media

Found = Iterator[tuple[str, File]]
Finder = Callable[[Any, str], Found]
"""The files within a value, each with its pointer."""


def finder(command: type[msgspec.Struct]) -> Finder | None:
    """How to find the files that a command of that type names; None when it can name none."""
    return _of_type(inspect.type_info(command))


async def require_uploaded(files: Iterable[tuple[str, File]], objects: ObjectStore) -> None:
    """Raise InvalidValue, with a pointer, for the first file that is not in `objects` as it is described."""
    for pointer, file in files:
        try:
            data = await objects.get(file.sha256)
        except StreamNotFound as error:
            raise InvalidValue(f"{pointer}/sha256", N_("No file with this hash was uploaded.")) from error
        if len(data) != file.size:
            raise InvalidValue(f"{pointer}/size", N_("The uploaded file has {size} bytes."), size=len(data))
        if not media.fits(file.media_type, data):
            raise InvalidValue(f"{pointer}/media_type", N_("The uploaded file is not of this type."))


def _of_type(kind: inspect.Type) -> Finder | None:
    match kind:
        case inspect.StructType() if kind.cls is File:
            return lambda file, pointer: iter(((pointer, file),))
        case inspect.StructType():
            return _of_fields([(f.name, found) for f in kind.fields if (found := _of_type(f.type)) is not None])
        case inspect.UnionType():
            return next((_unless_none(found) for one in kind.types if (found := _of_type(one)) is not None), None)
        case inspect.ListType() | inspect.VarTupleType():
            return _of_items(_of_type(kind.item_type))
        case _:
            return None


def _of_fields(fields: list[tuple[str, Finder]]) -> Finder | None:
    if not fields:
        return None

    def find(value: Any, pointer: str) -> Found:
        for name, finder in fields:
            yield from finder(getattr(value, name), f"{pointer}/{name}")

    return find


def _of_items(finder: Finder | None) -> Finder | None:
    if finder is None:
        return None

    def find(value: Any, pointer: str) -> Found:
        for index, item in enumerate(value):
            yield from finder(item, f"{pointer}/{index}")

    return find


def _unless_none(finder: Finder) -> Finder:
    return lambda value, pointer: iter(()) if value is None else finder(value, pointer)
