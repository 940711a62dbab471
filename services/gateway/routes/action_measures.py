"""The strategy and its measures over HTTP: an address module for each part, joined here."""

from services.gateway.routes import indicators, measure_scorecards, measures, monitoring_reports, strategies
from services.gateway.routing import joined

ROUTES = joined(
    strategies.ROUTES,
    measures.ROUTES,
    measure_scorecards.ROUTES,
    indicators.ROUTES,
    monitoring_reports.ROUTES,
)
