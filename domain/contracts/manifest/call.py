"""The call: who plans and publishes it, what only the clock does, who awards."""

from domain.contracts.commands import call as c
from domain.contracts.events import call as e
from domain.contracts.judging import judge_call
from domain.contracts.policies.funding_claims import POLICIES
from domain.contracts.service_call import ServiceCall
from domain.kernel.manifest import Domain, Role
from domain.kernel.readers import FUNDING, STAFF, SUPERVISED

_OFFICERS = frozenset({Role.PROCUREMENT_OFFICER})
_LAWYERS = frozenset({Role.PROCUREMENT_OFFICER, Role.LEGAL_OFFICER})
_CLOCK = frozenset({Role.CLOCK})

CALLS = Domain(
    name="contracts",
    aggregates=(ServiceCall,),
    events=e.EVENTS,
    permissions={
        c.PlanServiceCall: _OFFICERS,
        c.AmendServiceCall: _OFFICERS,
        c.CheckServiceCall: _LAWYERS,
        c.PublishServiceCall: _OFFICERS,
        c.ClarifyServiceCall: _OFFICERS,
        c.CloseServiceCall: _CLOCK,
        c.RecomputeServiceCallDeadline: _CLOCK,
        c.BeginQualification: _OFFICERS | _CLOCK,
        c.BeginBidEvaluation: _OFFICERS,
        c.PublishQualifiedList: _OFFICERS,
        c.ProposeAward: _OFFICERS,
        c.SetAsideAward: _CLOCK,
        c.NoteAwardOverlap: _CLOCK,
        c.ConfirmAward: _LAWYERS,
        c.LapseServiceAward: _OFFICERS,
        c.RecordServiceContract: _CLOCK,
        c.DeclareUnsuccessful: _OFFICERS,
        c.CancelServiceCall: _LAWYERS,
    },
    queries={
        "service_calls": STAFF | FUNDING,
        "service_call": STAFF | FUNDING,
        "service_call_lint": SUPERVISED | _OFFICERS,
    },
    policies=POLICIES,
    judges={ServiceCall: judge_call},
    public=frozenset(
        {
            e.CallPublished,
            e.ClarificationIssued,
            e.CallDeadlineMoved,
            e.CallClosed,
            e.EvaluationBegun,
            e.QualifiedListPublished,
            e.AwardConfirmed,
            e.AwardLapsed,
            e.CallContracted,
            e.CallUnsuccessful,
            e.CallCancelled,
        }
    ),
    granted=frozenset({e.QualificationBegun, e.AwardProposed, e.AwardSetAside}),
)
