"""The measure: its lead works on it and reports, the clock marks what is late, civil society contests and scores."""

from domain.action_measures.commands import measure as c
from domain.action_measures.commands import progress as p
from domain.action_measures.events import measure as e
from domain.action_measures.events import progress as r
from domain.action_measures.measure import Measure
from domain.kernel.manifest import Domain, Role, Scope
from domain.kernel.readers import STAFF, STRATEGY

_CLOCK = frozenset({Role.CLOCK})
_LEADS = frozenset({Role.MEASURE_LEAD})
_VERIFIERS = frozenset({Role.ADMINISTRATOR, Role.OGG_SUPERVISOR, Role.NATIONAL_SUPERVISOR, Role.INDEPENDENT_EVALUATOR})
_ORGANISATIONS = frozenset({Role.CSO_DELEGATE})
_READERS = STAFF | STRATEGY

MEASURES = Domain(
    name="action_measures",
    aggregates=(Measure,),
    events=(*e.EVENTS, *r.EVENTS),
    permissions={
        c.PlanMeasure: _CLOCK,
        c.StartMeasure: _LEADS,
        c.MarkMeasureAtRisk: _LEADS,
        c.FlagMeasureAtRisk: _CLOCK,
        c.ClearMeasureRisk: _LEADS,
        c.MarkMeasureDelayed: _CLOCK,
        c.CompleteMilestone: _LEADS,
        c.CompleteMeasure: _LEADS,
        c.RescheduleMeasure: _LEADS,
        c.DropMeasure: _LEADS,
        p.ReportProgress: _LEADS,
        p.AttachProgressEvidence: _LEADS,
        p.VerifyProgress: _LEADS | _VERIFIERS,
        p.ContestProgress: _ORGANISATIONS,
        p.AcceptProgress: _LEADS | _VERIFIERS,
        p.MarkProgressOverdue: _CLOCK,
        p.ScoreMeasure: _LEADS | _ORGANISATIONS | {Role.INDEPENDENT_EVALUATOR},
        p.RecordCommitment: _LEADS | {Role.FINANCE_OFFICER},
        p.RecordSpending: _LEADS | {Role.FINANCE_OFFICER},
    },
    queries={"measures": _READERS, "measure": _READERS, "measure_progress": _READERS},
    scopes={Scope.SCORES: frozenset({p.ScoreMeasure})},
    public=frozenset(
        {
            e.MeasurePlanned,
            e.MeasureStarted,
            e.MeasureAtRisk,
            e.MeasureRiskCleared,
            e.MeasureDelayed,
            e.MilestoneCompleted,
            e.MeasureCompleted,
            e.MeasureRescheduled,
            e.MeasureDropped,
            r.ProgressContested,
            r.ProgressAccepted,
            r.ProgressOverdue,
            r.MeasureScored,
            r.CommitmentRecorded,
            r.SpendingRecorded,
        }
    ),
    granted=frozenset({r.ProgressReported, r.EvidenceAttached, r.ProgressVerified}),
)
