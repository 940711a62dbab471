"""How a dataset is named, and how the public queries of a register are asked for all that there is."""

from collections.abc import Awaitable, Callable
from typing import Any

from projections.lookup import Lookup
from projections.paging import After, Page
from projections.reading import Conditions
from services.dumps.dataset import Ask, Reading

CONSULTING, ORGANISING, GRANTING = "consultations", "organisations", "grants"
CONTRACTING, VOLUNTEERING, STRATEGY, COUNCIL = "contracts", "volunteering", "strategy", "council"
GOVERNMENT, SOCIETY, ECONOMY = "GOVE", "SOCI", "ECON"
"""Data themes of the EU Publications Office."""
Query = Callable[..., Awaitable[Page[Any]]]


def by_time(query: Query, *more: Any) -> Ask:
    """Of a query that asks for the time by which something is open or overdue; `more` are its filter."""

    async def ask(reading: Reading, after: After | None, limit: int) -> Page[Any]:
        return await query(reading.connection, reading.as_of, *more, after=after, limit=limit)

    return ask


def timeless(query: Query, *more: Any) -> Ask:
    """Of a query over what is the same at any time; `more` are its filter."""

    async def ask(reading: Reading, after: After | None, limit: int) -> Page[Any]:
        return await query(reading.connection, *more, after=after, limit=limit)

    return ask


def looked_up(lookup: Lookup[Any]) -> Ask:
    """Of a look-up."""

    async def ask(reading: Reading, after: After | None, limit: int) -> Page[Any]:
        return await lookup.page(reading.connection, Conditions(), after, limit)

    return ask


async def counted(reading: Reading, _after: After | None, _limit: int) -> Page[Any]:
    """The statistics, which are few: one page."""
    return Page(await reading.statistics())
