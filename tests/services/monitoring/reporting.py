"""A strategy with a half-year that is over, and a Council that may object and resolve, for tests of reports."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.action_measures.commands import strategy as sc
from domain.action_measures.events.strategy import strategy_id
from domain.action_measures.half_year import half_year_of
from domain.council.events.meeting import ResolutionAdopted
from domain.council.vocabulary import ResolutionKind, ResolutionSubject, Side
from domain.kernel.deadline import local_day
from domain.kernel.ids import NATIONAL_TENANT, derived_id
from services.bootstrap import System
from tests.domain.action_measures import examples as x
from tests.domain.council import examples as council
from tests.projections.story import Story
from tests.support.council import RESOLUTION, adopted
from tests.support.system import send

COUNCIL, MEETING = derived_id("test", "council"), derived_id("test", "meeting")
CO_CHAIR = derived_id("demo", "co_chair_cso")
STRATEGY = strategy_id(x.REFERENCE)


def last_half_year(system: System) -> str:
    """The one that is over."""
    today = local_day(system.clock.now())
    return half_year_of(date(today.year, 1 if today.month < 7 else 7, 1) - timedelta(days=1))


async def adopt(system: System) -> None:
    """A strategy that has run for some years."""
    today = local_day(system.clock.now())
    adoption: Any = replace(
        x.ADOPT,
        first_day=date(today.year - 2, 1, 1),
        last_day=date(today.year + 2, 12, 31),
        adopted_on=date(today.year - 2, 1, 10),
    )
    made = await send(system, "opm", "council_secretary", adoption)
    assert made.stream_id == STRATEGY
    await send(
        system,
        "opm",
        "council_secretary",
        sc.AddSpecificObjective(objective="SO1", code="1.1", title=x.TITLE),
        STRATEGY,
    )


async def chaired(system: System) -> None:
    """A Council in term whose co-chair of civil society is a demo person."""
    today = local_day(system.clock.now())
    seat = council.cso(1)
    constituted = replace(
        council.CONSTITUTED, first_day=today - timedelta(days=9), last_day=today + timedelta(days=900)
    )
    await Story(system.store, NATIONAL_TENANT, at=system.clock.now() - timedelta(hours=1)).tell(
        COUNCIL,
        constituted,
        council.filled(seat, person_id=CO_CHAIR),
        council.e.CoChairAppointed(seat=seat, person_id=CO_CHAIR, decision_no="8/2026"),
    )


async def resolve(system: System, report_id: UUID, digest: str) -> UUID:
    """The Council approves these figures, every member of civil society against it; the resolution's id."""
    about = ResolutionSubject(kind=ResolutionKind.APPROVE_REPORT, tenant="opm", stream_id=report_id, part=digest)
    event: ResolutionAdopted = adopted(about)
    votes = tuple(
        replace(one, in_favour=0, against=2) if one.side is Side.CSO else replace(one, in_favour=3, seated=3)
        for one in event.votes
    )
    await Story(system.store, NATIONAL_TENANT, at=system.clock.now()).tell(MEETING, replace(event, votes=votes))
    return RESOLUTION
