"""A municipality's own figures, and how it keeps to its languages and meets its inhabitants."""

from datetime import datetime

import msgspec

from projections.overview import Overview, overviews
from projections.reading import ReadConnection

KIND = "municipality"


class MunicipalityOverview(msgspec.Struct, frozen=True):
    """The figures; `language_parity` is the number of opened consultations in all languages, of how many."""

    overview: Overview
    language_parity: tuple[int, int]
    meetings_held: int


async def municipality_overview(
    connection: ReadConnection, now: datetime, *, year: int | None = None
) -> list[MunicipalityOverview]:
    """One entry per municipality that the connection may see and that has a consultation, ascending by slug."""
    return [
        MunicipalityOverview(
            overview,
            (overview.total.with_language_parity, overview.total.opened_with_documents),
            overview.total.meetings_held,
        )
        for overview in await overviews(connection, now, kind=KIND, year=year)
    ]
