"""IATI files of measures as streams of bytes; the same rows make the same bytes."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from domain.kernel.deadline import local_day
from projections.indicator_queries import Filter, public_indicators
from projections.measure_queries import public_measures
from projections.measure_transaction_queries import public_transactions
from projections.paging import LARGEST, Ask, every, pages
from projections.reading import ReadConnection
from projections.strategy_queries import PublicStrategy, public_strategies
from services.open_data.iati_activity import Publisher, measure_activity, strategy_activity
from services.open_data.iati_check import VERSION
from services.open_data.xml_document import written

_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="{VERSION}">\n'.encode()
_END = b"</iati-activities>\n"
_DEFINED = Filter(state="defined")
Strategies = dict[UUID, PublicStrategy]


class _OfMeasure(Protocol):
    @property
    def measure_id(self) -> UUID | None: ...


M = TypeVar("M", bound=_OfMeasure)


async def strategies_of(connection: ReadConnection) -> Strategies:
    """Every strategy that is on record, by its id."""
    found = await every(lambda after: public_strategies(connection, after=after, limit=LARGEST))
    return {one.strategy_id: one for one in found}


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
    money = await _by_measure(lambda after: public_transactions(connection, after=after, limit=LARGEST))
    yardsticks = await _by_measure(lambda after: public_indicators(connection, _DEFINED, after=after, limit=LARGEST))
    async for page in pages(lambda after: public_measures(connection, now, after=after, limit=LARGEST)):
        yield b"".join(
            written(
                measure_activity(
                    measure,
                    strategies.get(measure.strategy_id),
                    publisher,
                    money.get(measure.measure_id, ()),
                    yardsticks.get(measure.measure_id, ()),
                )
            )
            for measure in page
        )
    yield _END


async def _by_measure(ask: Ask[M]) -> Mapping[UUID | None, list[M]]:
    """Everything in scope by the measure that it is of, in its own order."""
    found: dict[UUID | None, list[M]] = {}
    async for page in pages(ask):
        for one in page:
            found.setdefault(one.measure_id, []).append(one)
    return found
