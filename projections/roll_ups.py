"""Read models that are queries over the rows of others: listed whole, to be compared as rows are."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from projections.ministry_overview import ministry_overview
from projections.municipality_overview import municipality_overview
from projections.overview import Overview, overviews
from projections.paging import LARGEST, every
from projections.public_register import public_consultations
from projections.reading import ReadConnection

RollUp = Callable[[ReadConnection, datetime], Awaitable[list[Any]]]
"""All entries for the tenants in scope at an instant, in a fixed order."""


async def _national(connection: ReadConnection, now: datetime) -> list[Overview]:
    return await overviews(connection, now)


async def _public(connection: ReadConnection, now: datetime) -> list[Any]:
    return await every(lambda after: public_consultations(connection, now, after=after, limit=LARGEST))


ROLL_UPS: Mapping[str, RollUp] = {
    "ministry_overview": ministry_overview,
    "municipality_overview": municipality_overview,
    "national_overview": _national,
    "public_register": _public,
}
"""By name; each rests on the consultation register."""
