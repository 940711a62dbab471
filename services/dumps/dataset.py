"""A dataset: what everybody may take away whole, over all institutions that are no sandbox."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, get_type_hints

import msgspec

from domain.kernel.event import Event
from domain.tenants.register import Institution
from projections.paging import LARGEST, After, Page
from projections.read_model import ReadModel
from projections.reading import ReadConnection
from projections.views import view_of, viewer
from services.settings import Settings

NDJSON, CSV, PARQUET, JSON, XML = "ndjson", "csv", "parquet", "json", "xml"
MEDIA_TYPES = {
    NDJSON: "application/x-ndjson",
    CSV: "text/csv",
    PARQUET: "application/vnd.apache.parquet",
    JSON: "application/json",
    XML: "application/xml",
}
"""By form, which is also how the name of its file ends."""
ROWS = (NDJSON, CSV, PARQUET)
"""The forms of a register."""


class Reading(msgspec.Struct, frozen=True):
    """What a dataset is read from: what is public of `institutions` (by slug), at one moment of their logs.

    What is open or overdue is so `as_of` this time. `address` is that of the dataset's files, without their ending.
    `statistics` are rows that are counted of many moments.
    """

    connection: ReadConnection
    as_of: datetime
    institutions: Mapping[str, Institution]
    settings: Settings
    address: str
    statistics: Callable[[], Awaitable[list[Any]]]


Ask = Callable[[Reading, After | None, int], Awaitable[Page[Any]]]
"""`(reading, key after which to go on, rows at most)` -> a page of rows."""
Chunks = Callable[[Reading], AsyncIterator[bytes]]


class Rows(msgspec.Struct, frozen=True, dict=True):
    """A register as rows of a table: structs of type `of`, page by page, shown without their fields `without`."""

    of: type[msgspec.Struct]
    ask: Ask
    without: Sequence[str] = ()

    @cached_property
    def view(self) -> type[msgspec.Struct]:
        """What a row shows, the institution's slug always."""
        named = () if "tenant" in self.of.__struct_fields__ else (("tenant", str),)
        return view_of(self.of, self.of.__name__, without=self.without, beside=named)

    @cached_property
    def columns(self) -> Mapping[str, Any]:
        """Types by the names of what a row shows."""
        return {name: hint for name, hint in get_type_hints(self.view, include_extras=True).items() if name[0] != "_"}

    async def pages(self, reading: Reading) -> AsyncIterator[list[Any]]:
        """Every row as it is shown."""
        slugs = {one.tenant_id: slug for slug, one in reading.institutions.items()}
        show, named = viewer(self.view), "tenant" not in self.of.__struct_fields__
        after: After | None = None
        while True:
            page = await self.ask(reading, after, LARGEST)
            if page.items:
                yield [show(row, **({"tenant": slugs[row.tenant_id]} if named else {})) for row in page.items]
            after = page.next
            if after is None:
                return


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """What there is of it: `rows` of a register, or files in the forms of a `standard`, by form.

    `name` is its address, `listed` where the same is asked for page by page; `series` is what it belongs to and `theme`
    one of the EU's data themes. `of` are the registers it is made of; `apart` says that its rows are counted of some
    that are not public themselves. `dated` is the field by which it stretches over time. What an event of the types
    `taken_by` is about is public no more: each file that holds the event's stream is taken away. `conforms_to` is the
    address of its standard.
    """

    name: str
    title: str
    description: str
    series: str
    theme: str
    of: tuple[ReadModel[Any], ...]
    rows: Rows | None = None
    standard: Mapping[str, Chunks] = {}
    apart: bool = False
    listed: str = ""
    conforms_to: str = ""
    dated: str = ""
    taken_by: tuple[type[Event], ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of its files."""
        return tuple(self.standard) if self.rows is None else ROWS
