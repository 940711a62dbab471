"""Who volunteers, for everybody: a table a half-year, frozen when it is over, of cells that hide every single person.

The table is a function of the national log as it stood at the end of the half-year. Who is erased later, moves or takes
a consent back changes later tables alone: somebody who compares two readings of one table learns nothing.
"""

from datetime import datetime
from functools import partial
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.params import FromPath

from domain.kernel.errors import StreamNotFound
from domain.kernel.ids import NATIONAL_TENANT
from domain.volunteering.statistics import VolunteerCell, period_end
from projections.catalogue import VOLUNTEERS
from services.gateway.desk import Reads
from services.gateway.listing import answer_body
from services.gateway.public_scope import AtScope
from services.gateway.query_route import open_query
from services.gateway.routing import Routes
from services.open_data.volunteer_table import table_at

AnyRequest = Request[Any, Any, Any]
_FROZEN = "public, max-age=86400"
_HALVES = (1, 2)
_YEARS = range(2000, 2200)


class VolunteerStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """A half-year's table; `k` is the least that a cell holds, `volunteers` the sum of the cells."""

    year: int
    half: int
    as_of: datetime
    k: int
    volunteers: int
    cells: tuple[VolunteerCell, ...]


@open_query("/volunteer-statistics/{year:int}/{half:int}", shows=VolunteerStatistics)
async def volunteer_statistics(
    request: AnyRequest, seen: AtScope, year: FromPath[int], half: FromPath[int]
) -> Response[bytes]:
    """Volunteers who consent to statistics at the end of a half-year, where five or more are alike.

    404 until it is over, and for times before there was such a table.
    """
    if half not in _HALVES or year not in _YEARS:
        raise StreamNotFound
    table = await statistics(seen.reads, year, half, period_end(year, half))
    return answer_body(request, msgspec.json.encode(table), _FROZEN, {})


async def statistics(reads: Reads, year: int, half: int, ends_at: datetime) -> VolunteerStatistics:
    """The table as the national log stood then.

    Raises: StreamNotFound while that is still to come, and where no rule said then how many must be alike.
    """
    if reads.system.clock.now() < ends_at:
        raise StreamNotFound
    opened = partial(reads.one, NATIONAL_TENANT, (VOLUNTEERS,))
    table = await table_at(reads.system.handler.authority, opened, ends_at)
    if table is None:
        raise StreamNotFound
    total = sum(cell.volunteers for cell in table.cells)
    return VolunteerStatistics(year=year, half=half, as_of=ends_at, k=table.k, volunteers=total, cells=table.cells)


ROUTES = Routes(open=(volunteer_statistics,))
