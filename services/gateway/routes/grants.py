"""The addresses of grants: a module per aggregate, joined here."""

from services.gateway.routes import (
    funding_plans,
    grant_agreements,
    grant_applications,
    grant_calls,
    grant_commissions,
    grant_complaints,
    grant_reports,
    recorded_grants,
)
from services.gateway.routing import joined

ROUTES = joined(
    funding_plans.ROUTES,
    grant_calls.ROUTES,
    grant_applications.ROUTES,
    grant_commissions.ROUTES,
    grant_complaints.ROUTES,
    grant_agreements.ROUTES,
    recorded_grants.ROUTES,
    grant_reports.ROUTES,
)
