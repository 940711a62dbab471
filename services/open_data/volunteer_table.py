"""Who volunteers, as the national log stood when a half-year was over: cells that hide every single person."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import msgspec

from domain.governance import NationalGovernance
from domain.kernel.deadline import local_day
from domain.kernel.ids import NATIONAL_TENANT
from domain.volunteering.statistics import K, VolunteerCell, published
from projections.history import Moment
from projections.reading import ReadConnection
from projections.volunteer_statistics import counted
from services.command_handling.authority import Authority

Opened = Callable[[Moment], AbstractAsyncContextManager[ReadConnection]]
"""A connection on which the register of volunteers stands as it did at a moment."""


class VolunteerTable(msgspec.Struct, frozen=True):
    """The cells that may be known; `k` is the least that each holds."""

    k: int
    cells: tuple[VolunteerCell, ...]


async def table_at(authority: Authority, opened: Opened, at: datetime) -> VolunteerTable | None:
    """The table as the log stood at an instant that is past; None where no rule said then how many must be alike."""
    then = Moment(known_at=at)
    nation = await authority.past(NATIONAL_TENANT, then.holds)
    if not isinstance(nation, NationalGovernance):
        raise TypeError(nation)
    rules = nation.rules("national", nation.overrides, local_day(at))
    if K not in rules:
        return None
    async with opened(then) as connection:
        cells = await counted(connection)
    k = rules.number(K)
    return VolunteerTable(k, published(cells, k))
