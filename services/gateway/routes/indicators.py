"""Indicators: owners define and report, others verify or contest, everybody sees every figure and its disputes."""

from domain.action_measures.commands import indicator as c
from projections import indicator_queries as q
from projections.catalogue import INDICATORS
from projections.indicator_aggregates import Together, aggregated
from projections.indicator_register import IndicatorFacts
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_INDICATOR = "/indicators/{id}"
IndicatorView = view_of(IndicatorFacts, "Indicator")
PublicIndicatorView = view_of(q.PublicIndicator, "PublicIndicator")
ContestedFigureView = view_of(q.ContestedFigure, "ContestedValue")


@listed("/indicators", "indicators", IndicatorView, of=(INDICATORS,), by=q.Filter)
async def indicators(asked: AtDeskAsked[q.Filter]) -> Page[IndicatorFacts]:
    """By what the institution's measures are measured, in the order in which it was defined."""
    return await q.indicators(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/indicators/{id:uuid}", "indicator", IndicatorView, of=(INDICATORS,))
async def indicator(asked: AtDeskAsked[NoFilter]) -> IndicatorFacts | None:
    """One indicator: targets, every value that was said, what shows it and what was said against it."""
    return await q.indicator(asked.connection, asked.id)


@open_listed("/indicators", PublicIndicatorView, of=(INDICATORS,), by=q.Filter, operation_id="PublicIndicators")
async def public_indicators(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicIndicator]:
    """The indicators of all institutions, or of one, with every value."""
    return await q.public_indicators(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/indicators/{id:uuid}", PublicIndicatorView, of=(INDICATORS,), operation_id="PublicIndicator")
async def public_indicator(asked: AtWindowAsked[NoFilter]) -> q.PublicIndicator | None:
    """One indicator: targets, every value, what computed it, and what was said against it."""
    return await q.public_indicator(asked.connection, asked.id)


@open_listed(
    "/contested-figures", ContestedFigureView, of=(INDICATORS,), by=q.ContestFilter, operation_id="ContestedFigures"
)
async def contested_figures(asked: AtWindowAsked[q.ContestFilter]) -> Page[q.ContestedFigure]:
    """Figures that organisations dispute, each beside their own, the newest first; also where the Council took them."""
    return await q.contested_figures(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/indicators/{id:uuid}/together", Together, of=(INDICATORS,), operation_id="IndicatorTogether")
async def indicator_together(asked: AtWindowAsked[NoFilter]) -> Together | None:
    """All institutions' indicators that are part of this one, as one: by period and over all of them."""
    return await aggregated(asked.connection, asked.id, accepted_only=False)


ROUTES = Routes(
    commands=(
        CommandRoute("/indicators", c.DefineIndicator, reads=_INDICATOR),
        CommandRoute(f"{_INDICATOR}/withdraw", c.WithdrawIndicator),
        CommandRoute(f"{_INDICATOR}/values", c.ReportValue),
        CommandRoute(f"{_INDICATOR}/values/evidence", c.AttachValueEvidence),
        CommandRoute(f"{_INDICATOR}/values/verify", c.VerifyValue),
        CommandRoute(f"{_INDICATOR}/values/contest", c.ContestValue),
        CommandRoute(f"{_INDICATOR}/values/accept", c.AcceptValue),
        CommandRoute(f"{_INDICATOR}/values/reopen", c.ReopenPeriod),
        CommandRoute(f"{_INDICATOR}/values/compute", c.RecomputeValue),
    ),
    queries=(indicators, indicator),
    open=(public_indicators, public_indicator, contested_figures, indicator_together),
)
