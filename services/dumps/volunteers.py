"""Volunteers in figures as rows: the table of every half-year that is over, each as it was when it ended."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec

from domain.kernel.deadline import local_day
from domain.kernel.ids import NATIONAL_TENANT
from domain.kernel.text import Slug
from domain.volunteering.statistics import VolunteerCell, period_end
from domain.volunteering.vocabulary import AgeBand, Gender
from infra.database.interface import Role
from projections.as_of import Past
from projections.catalogue import VOLUNTEERS
from projections.history import Moment
from projections.reading import ReadConnection
from services.bootstrap import System
from services.open_data.volunteer_table import table_at

FIRST_YEAR = 2000
"""No log is older."""


class VolunteerCount(msgspec.Struct, frozen=True, kw_only=True):
    """So many volunteers are alike, as the log stood `as_of`, when the half-year was over; `k` is the least told.

    Who consents to statistics is counted. Where nobody said their gender there is none.
    """

    tenant: str
    year: int
    half: int
    as_of: datetime
    k: int
    municipality: Slug
    age_band: AgeBand
    gender: Gender | None
    volunteers: int


async def counts(system: System, tenant: str, now: datetime) -> list[VolunteerCount]:
    """The tables of the half-years that were over by then, the latest first, back to where there was none yet."""
    past = Past(system.database, Role.GATEWAY, system.engine.history, stored=True)

    @asynccontextmanager
    async def opened(moment: Moment) -> AsyncIterator[ReadConnection]:
        async with past.at(moment, (VOLUNTEERS,), [NATIONAL_TENANT]) as connection:
            yield connection

    found: list[VolunteerCount] = []
    try:
        for year, half in _halves(now):
            table = await table_at(system.handler.authority, opened, period_end(year, half))
            if table is None:
                break
            found += [_count(tenant, year, half, table.k, cell) for cell in table.cells]
    finally:
        await past.close()
    return found


def _halves(now: datetime) -> Iterator[tuple[int, int]]:
    """Year and half of each that was over, the latest first."""
    for year in range(local_day(now).year, FIRST_YEAR, -1):
        yield from ((year, half) for half in (2, 1) if period_end(year, half) <= now)


def _count(tenant: str, year: int, half: int, k: int, cell: VolunteerCell) -> VolunteerCount:
    return VolunteerCount(
        tenant=tenant,
        year=year,
        half=half,
        as_of=period_end(year, half),
        k=k,
        municipality=cell.municipality,
        age_band=cell.age_band,
        gender=cell.gender,
        volunteers=cell.volunteers,
    )
