"""The Council and its seats: who sits for whom, who chairs, who coordinates a team; and what lies before it."""

from domain.council.commands import council as c
from projections import council_queries as q
from projections.catalogue import COUNCIL_ACTIONS, COUNCIL_MEETINGS, COUNCIL_RESOLUTIONS, COUNCILS
from projections.council_register import CouncilRow
from projections.council_workload import CouncilWorkload, workload
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_COUNCIL = "/councils/{id}"
CouncilView = view_of(CouncilRow, "Council")
PublicCouncilView = view_of(q.PublicCouncil, "PublicCouncil")
WorkloadView = view_of(CouncilWorkload, "Workload")
_WORK = (COUNCILS, COUNCIL_MEETINGS, COUNCIL_RESOLUTIONS, COUNCIL_ACTIONS)


@listed("/councils", "councils", CouncilView, of=(COUNCILS,), by=q.CouncilFilter)
async def councils(asked: AtDeskAsked[q.CouncilFilter]) -> Page[CouncilRow]:
    """Councils with every seat and who sits there, the newest term first."""
    return await q.COUNCILS.page(asked.connection, asked.chosen.conditions(asked.now), asked.after, asked.limit)


@shown("/councils/{id:uuid}", "council", CouncilView, of=(COUNCILS,))
async def council(asked: AtDeskAsked[NoFilter]) -> CouncilRow | None:
    """One Council with every seat, who sits there and who did before."""
    return await q.COUNCILS.one(asked.connection, asked.id)


@shown("/councils/{id:uuid}/workload", "council", WorkloadView, of=_WORK)
async def council_workload(asked: AtDeskAsked[NoFilter]) -> CouncilWorkload | None:
    """Meetings, minutes, motions and actions of a Council, counted: what is done, open and overdue."""
    return await workload(asked.connection, asked.now, asked.id)


@open_listed("/councils", PublicCouncilView, of=(COUNCILS,), by=q.CouncilFilter, operation_id="PublicCouncils")
async def public_councils(asked: AtWindowAsked[q.CouncilFilter]) -> Page[q.PublicCouncil]:
    """Councils with every seat: for which organisation or institution, since when, and vacant ones."""
    return await q.PUBLIC_COUNCILS.page(asked.connection, asked.chosen.conditions(asked.now), asked.after, asked.limit)


@open_shown("/councils/{id:uuid}", PublicCouncilView, of=(COUNCILS,), operation_id="PublicCouncil")
async def public_council(asked: AtWindowAsked[NoFilter]) -> q.PublicCouncil | None:
    """One Council with every seat, and whom it was for before."""
    return await q.PUBLIC_COUNCILS.one(asked.connection, asked.id)


@open_shown("/councils/{id:uuid}/workload", WorkloadView, of=_WORK, operation_id="PublicCouncilWorkload")
async def public_council_workload(asked: AtWindowAsked[NoFilter]) -> CouncilWorkload | None:
    """Meetings, minutes, motions and actions of a Council, counted: what is done, open and overdue."""
    return await workload(asked.connection, asked.now, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute("/councils", c.ConstituteCouncil, reads=_COUNCIL),
        CommandRoute(f"{_COUNCIL}/seats", c.FillSeat),
        CommandRoute(f"{_COUNCIL}/seats/vacate", c.VacateSeat),
        CommandRoute(f"{_COUNCIL}/co-chairs", c.AppointCoChair),
        CommandRoute(f"{_COUNCIL}/coordinators", c.AppointCoordinator),
    ),
    queries=(councils, council, council_workload),
    open=(public_councils, public_council, public_council_workload),
)
