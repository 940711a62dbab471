"""Measures: their lead works on them, everybody sees with a traffic light how each stands."""

from domain.action_measures.commands import measure as c
from projections import measure_queries as q
from projections.catalogue import MEASURES
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_MEASURE = "/measures/{id}"
MeasureView = view_of(q.LitMeasure, "Measure")
PublicMeasureView = view_of(q.PublicMeasure, "PublicMeasure")


@listed("/measures", "measures", MeasureView, of=(MEASURES,), by=q.Filter)
async def measures(asked: AtDeskAsked[q.Filter]) -> Page[q.LitMeasure]:
    """Measures that the institution leads, by strategy and code."""
    return await q.measures(asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/measures/{id:uuid}", "measure", MeasureView, of=(MEASURES,))
async def measure(asked: AtDeskAsked[NoFilter]) -> q.LitMeasure | None:
    """One measure: baseline, every revision, milestones, budget."""
    return await q.measure(asked.connection, asked.now, asked.id)


@open_listed("/measures", PublicMeasureView, of=(MEASURES,), by=q.Filter, operation_id="PublicMeasures")
async def public_measures(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicMeasure]:
    """The measures of all institutions, or of one, by strategy and code."""
    return await q.public_measures(
        asked.connection, asked.now, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_shown("/measures/{id:uuid}", PublicMeasureView, of=(MEASURES,), operation_id="PublicMeasure")
async def public_measure(asked: AtWindowAsked[NoFilter]) -> q.PublicMeasure | None:
    """One measure: baseline, every revision, milestones, budget."""
    return await q.public_measure(asked.connection, asked.now, asked.id)


ROUTES = Routes(
    commands=(
        CommandRoute(f"{_MEASURE}/start", c.StartMeasure),
        CommandRoute(f"{_MEASURE}/risk", c.MarkMeasureAtRisk),
        CommandRoute(f"{_MEASURE}/risk/clear", c.ClearMeasureRisk),
        CommandRoute(f"{_MEASURE}/milestones/complete", c.CompleteMilestone),
        CommandRoute(f"{_MEASURE}/complete", c.CompleteMeasure),
    ),
    queries=(measures, measure),
    open=(public_measures, public_measure),
)
