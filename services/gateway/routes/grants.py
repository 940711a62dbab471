"""The addresses of grants: a module per aggregate, joined here."""

from services.gateway.routes import funding_plans, grant_calls
from services.gateway.routing import joined

ROUTES = joined(funding_plans.ROUTES, grant_calls.ROUTES)
