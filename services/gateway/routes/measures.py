"""Measures: their lead works on them, everybody sees with a traffic light how each stands."""

from domain.action_measures.commands import measure as c
from domain.action_measures.commands import progress as p
from projections import measure_progress_queries as pq
from projections import measure_queries as q
from projections import measure_transaction_queries as tq
from projections.catalogue import MEASURE_PROGRESS, MEASURE_TRANSACTIONS, MEASURES
from projections.reading import Page
from services.gateway.command_route import CommandRoute
from services.gateway.filters import NoFilter
from services.gateway.register_route import AtDeskAsked, AtWindowAsked, listed, open_listed, open_shown, shown
from services.gateway.routing import Routes
from services.gateway.views import view_of

_MEASURE = "/measures/{id}"
MeasureView = view_of(q.LitMeasure, "Measure")
PublicMeasureView = view_of(q.PublicMeasure, "PublicMeasure")
ProgressView = view_of(pq.TitledProgress, "MeasureProgress")
PublicProgressView = view_of(pq.PublicProgress, "PublicMeasureProgress")
PublicTransactionView = view_of(tq.PublicTransaction, "PublicMeasureTransaction")
_PROGRESS = (MEASURE_PROGRESS, MEASURES)


@listed("/measures", "measures", MeasureView, of=(MEASURES,), by=q.Filter, genealogy=True)
async def measures(asked: AtDeskAsked[q.Filter]) -> Page[q.LitMeasure]:
    """Measures that the institution leads, by strategy and code."""
    return await q.measures(asked.connection, asked.now, asked.chosen, after=asked.after, limit=asked.limit)


@shown("/measures/{id:uuid}", "measure", MeasureView, of=(MEASURES,))
async def measure(asked: AtDeskAsked[NoFilter]) -> q.LitMeasure | None:
    """One measure: baseline, every revision, milestones, budget."""
    return await q.measure(asked.connection, asked.now, asked.id)


@open_listed("/measures", PublicMeasureView, of=(MEASURES,), by=q.Filter, genealogy=True, operation_id="PublicMeasures")
async def public_measures(asked: AtWindowAsked[q.Filter]) -> Page[q.PublicMeasure]:
    """The measures of all institutions, or of one, by strategy and code."""
    tenant = None if asked.as_is else asked.place.slug
    return await q.public_measures(
        asked.connection, asked.now, asked.chosen, tenant=tenant, after=asked.after, limit=asked.limit
    )


@open_shown("/measures/{id:uuid}", PublicMeasureView, of=(MEASURES,), operation_id="PublicMeasure")
async def public_measure(asked: AtWindowAsked[NoFilter]) -> q.PublicMeasure | None:
    """One measure: baseline, every revision, milestones, budget."""
    return await q.public_measure(asked.connection, asked.now, asked.id)


@listed("/measure-progress", "measure_progress", ProgressView, of=_PROGRESS, by=pq.Filter)
async def measure_progress(asked: AtDeskAsked[pq.Filter]) -> Page[pq.TitledProgress]:
    """What was reported of the institution's measures and what is missing, the last half-year first."""
    return await pq.progress(asked.connection, asked.chosen, after=asked.after, limit=asked.limit)


@open_listed("/measure-progress", PublicProgressView, of=_PROGRESS, by=pq.Filter, operation_id="PublicMeasureProgress")
async def public_measure_progress(asked: AtWindowAsked[pq.Filter]) -> Page[pq.PublicProgress]:
    """What was reported of measures: verified, contested or accepted, with every side's score, or overdue."""
    return await pq.public_progress(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


@open_listed(
    "/measure-transactions",
    PublicTransactionView,
    of=(MEASURE_TRANSACTIONS,),
    by=tq.Filter,
    operation_id="PublicMeasureTransactions",
)
async def public_measure_transactions(asked: AtWindowAsked[tq.Filter]) -> Page[tq.PublicTransaction]:
    """The money of measures, entry by entry: what was bound and what was spent."""
    return await tq.public_transactions(
        asked.connection, asked.chosen, tenant=asked.place.slug, after=asked.after, limit=asked.limit
    )


ROUTES = Routes(
    commands=(
        CommandRoute(f"{_MEASURE}/start", c.StartMeasure),
        CommandRoute(f"{_MEASURE}/risk", c.MarkMeasureAtRisk),
        CommandRoute(f"{_MEASURE}/risk/clear", c.ClearMeasureRisk),
        CommandRoute(f"{_MEASURE}/milestones/complete", c.CompleteMilestone),
        CommandRoute(f"{_MEASURE}/complete", c.CompleteMeasure),
        CommandRoute(f"{_MEASURE}/reschedule", c.RescheduleMeasure),
        CommandRoute(f"{_MEASURE}/drop", c.DropMeasure),
        CommandRoute(f"{_MEASURE}/progress", p.ReportProgress),
        CommandRoute(f"{_MEASURE}/progress/evidence", p.AttachProgressEvidence),
        CommandRoute(f"{_MEASURE}/progress/verify", p.VerifyProgress),
        CommandRoute(f"{_MEASURE}/progress/contest", p.ContestProgress),
        CommandRoute(f"{_MEASURE}/progress/accept", p.AcceptProgress),
        CommandRoute(f"{_MEASURE}/scores", p.ScoreMeasure, batch=True),
        CommandRoute(f"{_MEASURE}/commitments", p.RecordCommitment),
        CommandRoute(f"{_MEASURE}/spending", p.RecordSpending),
    ),
    queries=(measures, measure, measure_progress),
    open=(public_measures, public_measure, public_measure_progress, public_measure_transactions),
)
