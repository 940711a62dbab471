"""How rows of a register are found: what of them is shown, from where, and in which order they are listed."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from projections.columns import columns_of
from projections.paging import LARGEST, After, Page, every
from projections.reading import Conditions, ReadConnection, fetch_one, fetch_page

S = TypeVar("S", bound=msgspec.Struct)
AtTime = Callable[[Conditions, datetime], str]
"""Makes the source for a time, as which it takes a parameter of the conditions."""
SLUGS = "(SELECT tenant_id, slug FROM es.tenant) t USING (tenant_id)"
"""What is joined for the institution's slug, `t.slug`."""


def published(held: type[msgspec.Struct], table: str, **more: str) -> str:
    """The public rows of a register, of all tenants in scope: the columns `held`, which the public role may read.

    Beside them the institution's slug as `tenant`, and `more` columns by what they are computed from.
    """
    columns = ", ".join(column.name for column in columns_of(held) if column.name != "tenant")
    computed = "".join(f", {expression} AS {name}" for name, expression in more.items())
    inner = f"SELECT {columns} FROM {table} WHERE public"  # noqa: S608 - our own text
    return with_slug(f"({inner})", computed)


def all_published(held: type[msgspec.Struct], table: str) -> str:
    """Every row of a register that has no private ones: the columns `held`, and the institution's slug as `tenant`."""
    columns = ", ".join(column.name for column in columns_of(held))
    return with_slug(f"(SELECT {columns} FROM {table})")  # noqa: S608 - our own text


def with_slug(rows: str, computed: str = "") -> str:
    """A table's or a sub-select's `rows`, with their institution's slug as `tenant`; `computed` are more columns."""
    return f"(SELECT r.*{computed}, t.slug AS tenant FROM {rows} r JOIN {SLUGS}) shown"  # noqa: S608 - our own text


def of_any(organisations: Collection[UUID] | None, where: Conditions) -> Conditions:
    """Only what is of one of these `organisations`, where they are given."""
    return where if organisations is None else where.add("organisation_id = ANY (?)", list(organisations))


class Lookup(Generic[S]):
    """Rows shown as `struct`, from a table or a sub-select, by a `key` of columns of which the last one is the id."""

    def __init__(self, struct: type[S], source: str | AtTime, *key: str, descending: bool = False) -> None:
        self._struct, self._source, self._key, self._descending = struct, source, key, descending

    async def page(
        self,
        connection: ReadConnection,
        where: Conditions,
        after: After | None,
        limit: int,
        *,
        now: datetime | None = None,
    ) -> Page[S]:
        """Rows in the order of the key, after the one with the key `after`."""
        source = self._from(where, now)
        return await fetch_page(
            connection, self._struct, source, where, self._key, after, limit, descending=self._descending
        )

    async def every(self, connection: ReadConnection, conditions: Callable[[], Conditions]) -> list[S]:
        """All rows, page by page; for what is bounded, as the bids of one call."""
        return await every(lambda after: self.page(connection, conditions(), after, LARGEST))

    async def one(
        self, connection: ReadConnection, id_: UUID, where: Conditions | None = None, *, now: datetime | None = None
    ) -> S | None:
        """The row of that id, if it fits what else is asked."""
        where = Conditions() if where is None else where
        columns: dict[str, Any] = {self._key[-1]: id_}
        return await fetch_one(connection, self._struct, self._from(where, now), where.add_equal(**columns))

    def _from(self, where: Conditions, now: datetime | None) -> str:
        if isinstance(self._source, str):
            return self._source
        if now is None:
            raise TypeError(self._source)
        return self._source(where, now)
