"""The addresses of contracts: a module per aggregate, joined here."""

from services.gateway.routes import recorded_contracts
from services.gateway.routing import joined

ROUTES = joined(recorded_contracts.ROUTES)
