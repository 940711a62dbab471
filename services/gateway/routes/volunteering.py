"""Volunteering over HTTP: an address module for each part, joined here."""

from services.gateway.routes import check_in, volunteer_providers
from services.gateway.routing import joined

ROUTES = joined(volunteer_providers.ROUTES, check_in.ROUTES)
