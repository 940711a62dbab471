"""IATI files of measures as streams of bytes; the same rows make the same bytes."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from uuid import UUID

from domain.kernel.deadline import local_day
from projections.measure_queries import PublicMeasure, public_measures
from projections.measure_transaction_queries import PublicTransaction, public_transactions
from projections.paging import LARGEST, After
from projections.reading import ReadConnection
from projections.strategy_queries import PublicStrategy, public_strategies
from services.open_data.iati_activity import Publisher, measure_activity, strategy_activity
from services.open_data.iati_check import VERSION
from services.open_data.xml_document import written

_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="{VERSION}">\n'.encode()
_END = b"</iati-activities>\n"
Strategies = dict[UUID, PublicStrategy]


async def strategies_of(connection: ReadConnection) -> Strategies:
    """Every strategy that is on record, by its id."""
    found: Strategies = {}
    after: After | None = None
    while True:
        page = await public_strategies(connection, after=after, limit=LARGEST)
        found |= {one.strategy_id: one for one in page.items}
        after = page.next
        if after is None:
            return found


async def _transactions(connection: ReadConnection) -> Mapping[UUID, list[PublicTransaction]]:
    """All money in scope by measure, in the order in which it was recorded."""
    found: dict[UUID, list[PublicTransaction]] = {}
    after: After | None = None
    while True:
        page = await public_transactions(connection, after=after, limit=LARGEST)
        for one in page.items:
            found.setdefault(one.measure_id, []).append(one)
        after = page.next
        if after is None:
            return found


async def as_xml(
    connection: ReadConnection, strategies: Strategies, publisher: Publisher, now: datetime, *, national: bool
) -> AsyncIterator[bytes]:
    """An activity for each measure in scope and, in a `national` file, for each strategy before them.

    A file without an activity breaks the schema, which wants one.
    """
    yield _HEAD
    if national:
        for one in strategies.values():
            yield written(strategy_activity(one, publisher, local_day(now)))
    money = await _transactions(connection)
    async for page in _pages(connection, now):
        yield b"".join(
            written(measure_activity(one, strategies.get(one.strategy_id), publisher, money.get(one.measure_id, ())))
            for one in page
        )
    yield _END


async def _pages(connection: ReadConnection, now: datetime) -> AsyncIterator[list[PublicMeasure]]:
    after: After | None = None
    while True:
        page = await public_measures(connection, now, after=after, limit=LARGEST)
        if page.items:
            yield page.items
        after = page.next
        if after is None:
            return
