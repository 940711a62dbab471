"""Volunteering over HTTP: an address module for each part, joined here."""

from services.gateway.routes import (
    check_in,
    credential_checks,
    opportunities,
    volunteer_agreements,
    volunteer_calendars,
    volunteer_certificates,
    volunteer_hours,
    volunteer_providers,
    volunteer_statistics,
    volunteers,
)
from services.gateway.routing import joined

ROUTES = joined(
    volunteer_providers.ROUTES,
    opportunities.ROUTES,
    volunteers.ROUTES,
    volunteer_agreements.ROUTES,
    volunteer_hours.ROUTES,
    volunteer_calendars.ROUTES,
    check_in.ROUTES,
    volunteer_statistics.ROUTES,
    volunteer_certificates.ROUTES,
    credential_checks.ROUTES,
)
