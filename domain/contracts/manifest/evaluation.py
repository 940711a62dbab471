"""The evaluation of bids and the complaints against its outcome: who appoints, who scores, who decides."""

from domain.contracts.commands import complaint as q
from domain.contracts.commands import evaluation as c
from domain.contracts.complaint import ServiceComplaint
from domain.contracts.evaluation import BidEvaluation
from domain.contracts.events import complaint, evaluation
from domain.contracts.policies.award import POLICIES
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import SUPERVISED

_OFFICERS = frozenset({Role.PROCUREMENT_OFFICER})
_LAWYERS = frozenset({Role.PROCUREMENT_OFFICER, Role.LEGAL_OFFICER})
_EVALUATORS = frozenset({Role.COMMISSIONER})
_DECIDERS = frozenset({Role.COMPLAINT_OFFICER})
_READERS = SUPERVISED | {Role.PROCUREMENT_OFFICER, Role.COMPLAINT_OFFICER}

EVALUATIONS = Domain(
    name="contracts",
    aggregates=(BidEvaluation, ServiceComplaint),
    events=(*evaluation.EVENTS, *complaint.EVENTS),
    permissions={
        c.AppointEvaluators: _OFFICERS,
        c.OpenBidScoring: _OFFICERS,
        c.DeclareBidInterest: _EVALUATORS,
        c.DecideEvaluatorConflict: _LAWYERS,
        c.ReplaceEvaluator: _LAWYERS,
        c.AppointAlternates: _LAWYERS,
        c.CommitBidScore: _EVALUATORS,
        c.RevealBidScore: _EVALUATORS,
        c.CloseBidScoring: _OFFICERS,
        q.FileServiceComplaint: frozenset({Role.CSO_DELEGATE}),
        q.AdmitServiceComplaint: _DECIDERS,
        q.DismissServiceComplaint: _DECIDERS,
        q.DecideServiceComplaint: _DECIDERS,
    },
    policies=POLICIES,
    queries={
        "service_evaluation": _READERS | _EVALUATORS,
        "judged_service_bid": _EVALUATORS,
        "service_complaints": _READERS,
        "service_complaint": _READERS | {Role.CSO_DELEGATE},
        "own_service_complaints": frozenset({Role.CSO_DELEGATE}),
    },
)
