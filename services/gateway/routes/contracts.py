"""The addresses of services under contract: a module per aggregate, joined here."""

from services.gateway.routes import (
    contract_reports,
    recorded_contracts,
    service_bids,
    service_calls,
    service_complaints,
    service_contracts,
    service_evaluations,
    service_needs,
)
from services.gateway.routing import joined

ROUTES = joined(
    service_needs.ROUTES,
    service_calls.ROUTES,
    service_bids.ROUTES,
    service_evaluations.ROUTES,
    service_complaints.ROUTES,
    service_contracts.ROUTES,
    recorded_contracts.ROUTES,
    contract_reports.ROUTES,
)
