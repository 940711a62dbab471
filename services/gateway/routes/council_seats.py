"""The Council and its seats: who sits for whom, who chairs, who coordinates a team."""

from domain.council.commands import council as c
from services.gateway.command_route import CommandRoute
from services.gateway.routing import Routes

_COUNCIL = "/councils/{id}"

ROUTES = Routes(
    commands=(
        CommandRoute("/councils", c.ConstituteCouncil),
        CommandRoute(f"{_COUNCIL}/seats", c.FillSeat),
        CommandRoute(f"{_COUNCIL}/seats/vacate", c.VacateSeat),
        CommandRoute(f"{_COUNCIL}/co-chairs", c.AppointCoChair),
        CommandRoute(f"{_COUNCIL}/coordinators", c.AppointCoordinator),
    ),
)
