"""The Council over HTTP: an address module for each part, joined here."""

from services.gateway.routes import (
    council_actions,
    council_elections,
    council_meetings,
    council_seats,
    memoranda,
    working_groups,
    workshops,
)
from services.gateway.routing import joined

ROUTES = joined(
    council_seats.ROUTES,
    council_meetings.ROUTES,
    council_elections.ROUTES,
    council_actions.ROUTES,
    working_groups.ROUTES,
    workshops.ROUTES,
    memoranda.ROUTES,
)
