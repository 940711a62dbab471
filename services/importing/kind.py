"""What a file can tell of, and what is asked for with it."""

from collections.abc import Awaitable, Callable, Collection, Iterator
from pathlib import Path
from uuid import UUID

import msgspec

from services.bootstrap import System
from services.importing.lines import Line
from services.importing.mapping import Reader
from services.importing.stories import Tell


class Order(msgspec.Struct, frozen=True):
    """What is to be imported, into which institution, by which mapping; `report` is written anew by each run.

    `kind` is the name of what the file tells of, `of` the stream to which its records belong where they belong to one.
    Without a `mapping` the shipped layout is taken that fits; `year` is that of a register whose file does not say it.
    """

    kind: str
    file: Path
    tenant: str
    mapping: str
    report: Path
    of: UUID | None = None
    year: int | None = None


class Kind(msgspec.Struct, frozen=True):
    """One kind of history: `name` is the mapping's section, `fields` are what a record of it can be given.

    `begin` makes ready to tell the lines of a file. It raises StreamNotFound or Unreadable when that cannot be.
    `layouts` are the shipped mappings to choose from when none is named, `records` reads a file of JSON that is more
    than a list.
    """

    name: str
    fields: Collection[str]
    begin: Callable[[System, Order, Reader], Awaitable[Tell]]
    layouts: tuple[str, ...] = ()
    records: Callable[[Path], Iterator[Line]] | None = None
